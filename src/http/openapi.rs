//! The OpenAPI document, generated from the handlers, and a page to browse it.

use axum::Router;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_swagger_ui::SwaggerUi;

#[derive(OpenApi)]
#[openapi(info(
    title = "giapranh",
    description = "Whose forest is this point? Localities responsible for a position, how sure that is, on what basis, \
                   in which dispute, under which agreement. Positions in WGS 84, VN-2000 or any usual notation; \
                   distances in metres along the geodesic; dates as YYYY-MM-DD.",
    license(name = "MIT OR Apache-2.0")
))]
struct ApiDoc;

pub fn document() -> Document {
    ApiDoc::openapi()
}

/// `/api/openapi.json` and `/api/docs`.
pub fn browser(document: Document) -> Router {
    SwaggerUi::new("/api/docs").url("/api/openapi.json", document).into()
}
