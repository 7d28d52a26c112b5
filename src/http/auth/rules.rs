//! Who may call what: one row for each route. A route that is not here is closed to everyone, and a test fails.

use axum::http::Method;

use crate::domain::UserRole;

/// Who may call a route. Scope is asked by the services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Anyone at any time: signing in, the scripts of the pages.
    Open,
    /// Anyone, unless the server is closed; then whoever is signed in.
    Reading,
    /// These roles.
    SignedIn(&'static [UserRole]),
}

use Rule::{Open, Reading, SignedIn};
use UserRole::{Admin, Analyst, Official, Ranger, Villager};

const ALL: &[UserRole] = &[Villager, Ranger, Official, Analyst, Admin];
const REPORTERS: &[UserRole] = &[Villager, Ranger, Official, Admin];
const FIELD: &[UserRole] = &[Ranger, Official, Admin];
const OFFICE: &[UserRole] = &[Official, Admin];
const ADMINS: &[UserRole] = &[Admin];

/// (method, path as it is routed, rule).
pub const RULES: &[(&str, &str, Rule)] = &[
    ("GET", "/api/locate", Reading),
    // A file of points goes through and nothing of it stays.
    ("POST", "/api/attribute", Reading),
    ("GET", "/api/around", Reading),
    ("GET", "/api/units", Reading),
    ("GET", "/api/search", Reading),
    ("GET", "/api/phone/area", Reading),
    ("GET", "/api/status", Reading),
    ("GET", "/api/slivers", Reading),
    ("GET", "/api/disputes", Reading),
    ("POST", "/api/disputes", SignedIn(OFFICE)),
    ("GET", "/api/disputes/{id}", Reading),
    ("POST", "/api/disputes/{id}/events", SignedIn(OFFICE)),
    ("POST", "/api/disputes/{id}/amendments", SignedIn(OFFICE)),
    ("POST", "/api/disputes/{id}/claims", SignedIn(OFFICE)),
    ("POST", "/api/disputes/{id}/claims/{claim}/withdrawal", SignedIn(OFFICE)),
    ("GET", "/api/agreements", Reading),
    ("POST", "/api/agreements", SignedIn(OFFICE)),
    ("GET", "/api/agreements/{id}", Reading),
    ("POST", "/api/agreements/{id}/changes", SignedIn(OFFICE)),
    ("POST", "/api/agreements/{id}/activities", SignedIn(OFFICE)),
    ("POST", "/api/agreements/{id}/progress", SignedIn(OFFICE)),
    ("GET", "/api/agreements/{id}/reviews/{year}", Reading),
    ("GET", "/api/reforms", Reading),
    ("POST", "/api/reforms", SignedIn(ADMINS)),
    // Looking at what a reform would change writes nothing.
    ("POST", "/api/reforms/plan", Reading),
    ("GET", "/api/reforms/{id}/plan", Reading),
    ("GET", "/api/reforms/{id}/hand-overs", Reading),
    ("POST", "/api/reforms/{id}/hand-overs", SignedIn(OFFICE)),
    ("GET", "/api/roles", Reading),
    ("POST", "/api/roles", SignedIn(ADMINS)),
    ("POST", "/api/roles/{id}/end", SignedIn(ADMINS)),
    ("POST", "/api/documents", SignedIn(FIELD)),
    ("GET", "/api/documents/{sha256}", Reading),
    ("GET", "/api/records", Reading),
    ("POST", "/api/records", SignedIn(ADMINS)),
    // As what: claims of one's own party, bodies by administrators, incidents by those who report them.
    ("POST", "/api/imports/{what}", SignedIn(FIELD)),
    ("GET", "/api/incidents", SignedIn(ALL)),
    ("GET", "/api/incidents/{id}", SignedIn(ALL)),
    ("PUT", "/api/incidents/{id}", SignedIn(REPORTERS)),
    ("PATCH", "/api/incidents/{id}", SignedIn(REPORTERS)),
    ("GET", "/api/incidents/{id}/acts", SignedIn(ALL)),
    ("POST", "/api/incidents/{id}/acts", SignedIn(REPORTERS)),
    ("GET", "/api/incidents/{id}/history", SignedIn(ALL)),
    ("GET", "/api/incidents/{id}/near", SignedIn(ALL)),
    ("GET", "/api/incidents/{id}/verdict", SignedIn(ALL)),
    ("GET", "/api/incidents/{id}/minutes.docx", SignedIn(OFFICE)),
    ("POST", "/api/incidents/{id}/photos", SignedIn(REPORTERS)),
    ("GET", "/api/incidents/{id}/photos/{photo}", SignedIn(REPORTERS)),
    ("GET", "/api/uploads/{id}", SignedIn(REPORTERS)),
    ("PATCH", "/api/uploads/{id}", SignedIn(REPORTERS)),
    ("POST", "/api/sync", SignedIn(REPORTERS)),
    ("GET", "/api/events", SignedIn(ALL)),
    ("GET", "/api/inbox", SignedIn(ALL)),
    ("POST", "/api/inbox/read", SignedIn(ALL)),
    ("GET", "/api/webhooks", SignedIn(OFFICE)),
    ("POST", "/api/webhooks", SignedIn(OFFICE)),
    ("DELETE", "/api/webhooks/{id}", SignedIn(OFFICE)),
    ("GET", "/api/deadlines", Reading),
    ("PUT", "/api/deadlines", SignedIn(ADMINS)),
    ("POST", "/api/session", Open),
    ("DELETE", "/api/session", SignedIn(ALL)),
    ("POST", "/api/setup", Open),
    ("GET", "/api/me", Open),
    ("POST", "/api/me/password", SignedIn(ALL)),
    ("GET", "/api/me/tokens", SignedIn(ALL)),
    ("POST", "/api/me/tokens", SignedIn(ALL)),
    ("DELETE", "/api/me/tokens/{id}", SignedIn(ALL)),
    ("GET", "/api/users", SignedIn(ADMINS)),
    ("POST", "/api/users", SignedIn(ADMINS)),
    ("PATCH", "/api/users/{name}", SignedIn(ADMINS)),
    ("POST", "/api/users/{name}/link", SignedIn(ADMINS)),
    ("GET", "/disputes", Reading),
    ("GET", "/disputes/{id}", Reading),
    ("GET", "/agreements", Reading),
    ("GET", "/agreements/{id}", Reading),
    ("GET", "/agreements/{id}/reviews/{year}", Reading),
    ("GET", "/slivers", Reading),
    ("GET", "/roles", Reading),
    ("GET", "/reforms", Reading),
    ("GET", "/reforms/{id}", Reading),
    ("GET", "/incidents", SignedIn(ALL)),
    ("GET", "/incidents/{id}", SignedIn(ALL)),
    ("GET", "/signin", Open),
    ("GET", "/setup", Open),
    ("GET", "/account", SignedIn(ALL)),
    ("GET", "/users", SignedIn(ADMINS)),
    ("GET", "/pages.js", Open),
    // Incidents among them are for who is signed in: the service asks.
    ("GET", "/ogc", Reading),
    ("GET", "/ogc/", Reading),
    ("GET", "/ogc/conformance", Reading),
    ("GET", "/ogc/api", Reading),
    ("GET", "/ogc/collections", Reading),
    ("GET", "/ogc/collections/{id}", Reading),
    ("GET", "/ogc/collections/{id}/queryables", Reading),
    ("GET", "/ogc/collections/{id}/sortables", Reading),
    ("GET", "/ogc/collections/{id}/items", Reading),
    ("GET", "/ogc/collections/{id}/items/{feature}", Reading),
    ("GET", "/basemap/{z}/{x}/{y}", Reading),
    ("GET", "/tiles", Reading),
    ("GET", "/tiles/style.json", Reading),
    ("GET", "/tiles/{layer}", Reading),
    ("GET", "/tiles/{layer}/{z}/{x}/{y}", Reading),
];

/// The rule of a route; `None`: there is none, and nobody may.
pub fn find(method: &Method, path: &str) -> Option<Rule> {
    RULES.iter().find(|(m, p, _)| *m == method.as_str() && *p == path).map(|r| r.2)
}
