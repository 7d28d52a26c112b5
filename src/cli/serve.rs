//! `giapranh serve`: the map and the HTTP API.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use tracing_subscriber::EnvFilter;

use super::office;
use super::output::refused;
use crate::domain::{Lang, Text};
use crate::http;
use crate::service::basemap::BaseMap;

#[derive(Debug, clap::Args)]
pub struct ServeArgs {
    /// Địa chỉ lắng nghe / address to listen on
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "HOST:PORT")]
    addr: SocketAddr,
    /// Chứng chỉ TLS (PEM), để phục vụ qua HTTPS / TLS certificate chain (PEM), to serve over HTTPS
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Khóa riêng của chứng chỉ (PEM) / its private key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Bản đồ nền: https://…/{z}/{x}/{y}.png, tệp .pmtiles hoặc .mbtiles / base map: an https address or a file
    #[arg(long, value_name = "URL|FILE", env = "GIAPRANH_BASEMAP")]
    basemap: Option<String>,
    /// Bản đồ nền của ai, giấy phép nào / whose the base map is, under which licence
    #[arg(long, value_name = "TEXT", env = "GIAPRANH_BASEMAP_ATTRIBUTION", requires = "basemap")]
    basemap_attribution: Option<String>,
}

pub fn run(args: &ServeArgs, data: &Path, lang: Lang) -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_env("GIAPRANH_LOG").unwrap_or_else(|_| EnvFilter::new("info")))
        .with_writer(std::io::stderr)
        .init();
    let office = match office(data) {
        Ok(office) => Arc::new(office),
        Err(code) => return code,
    };
    let attribution = args.basemap_attribution.as_deref();
    let basemap =
        match args.basemap.as_deref().filter(|s| !s.is_empty()).map(|s| BaseMap::open(s, attribution)).transpose() {
            Ok(basemap) => basemap,
            Err(e) => return refused(&e, lang),
        };
    let indicative = office.now().is_indicative();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(e) => {
            eprintln!("giapranh: {e}");
            return ExitCode::FAILURE;
        }
    };
    let link = match office.first_admin_link() {
        Ok(link) => link,
        Err(e) => return refused(&e, lang),
    };
    let tls = args.tls_cert.clone().zip(args.tls_key.clone()).map(|(cert, key)| http::Tls { cert, key });
    let mut access = http::auth::Access::from_env();
    access.tls |= tls.is_some();
    let scheme = if tls.is_some() { "https" } else { "http" };
    let ready = |addr| {
        let mark = Text::new(" (ranh giới chỉ dẫn)", " (indicative boundaries)");
        println!("giapranh: {scheme}://{addr}{}", if indicative { mark.get(lang) } else { "" });
        if let Some(link) = &link {
            let words = Text::new(
                "Chưa có quản trị. Mở liên kết này một lần, trong 24 giờ, để tạo:",
                "There is no administrator yet. Open this link once, within 24 hours, to make one:",
            );
            println!("{} {scheme}://{addr}/setup?link={}", words.get(lang), link.text());
        }
    };
    match runtime.block_on(http::serve(office, http::Site { access, basemap }, args.addr, tls.as_ref(), ready)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            let files = tls.map(|t| format!(" ({}, {})", t.cert.display(), t.key.display())).unwrap_or_default();
            eprintln!("giapranh: {}{files}: {e}", args.addr);
            ExitCode::FAILURE
        }
    }
}
