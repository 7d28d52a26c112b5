//! `giapranh tiles`: vector tiles of a day in one PMTiles file, for use without a server.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use pmtiles::{PmTilesWriter, TileCoord, TileId, TileType};
use serde_json::json;

use super::open;
use super::output::{at, finish};
use crate::domain::{Lang, Level, Text};
use crate::service::gis::{Collection, tiles};
use crate::service::{ActionError, Service};
use crate::store::StoreError;

#[derive(Debug, Args)]
pub struct TilesArgs {
    /// Lớp (communes, boundaries, …) hoặc bộ ranh giới / layers (communes, boundaries, …) or a dataset; several with commas
    #[arg(value_name = "DATASET")]
    layers: String,
    #[arg(long, short, value_name = "FILE.pmtiles")]
    output: PathBuf,
    /// Ngày / as of this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    at: Option<String>,
    /// Mức phóng lớn nhất / the last zoom
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u8).range(0..=16))]
    max_zoom: u8,
}

pub fn run(args: &TilesArgs, data: &Path, lang: Lang) -> ExitCode {
    let service = match open(data) {
        Ok(service) => service,
        Err(code) => return code,
    };
    finish(write(&service, args, lang), lang)
}

/// The layers that are named; a dataset stands for the units and lines it draws, on its first day.
fn layers(service: &Service, args: &TilesArgs) -> Result<(Vec<&'static Collection>, jiff::civil::Date), ActionError> {
    let day = at(args.at.as_deref())?;
    if let Some(info) = service.datasets().find(|d| d.id == args.layers) {
        let own = if info.level == Level::District { "districts" } else { "communes" };
        let day = if args.at.is_some() { day } else { info.valid_from };
        let all = [own, "provinces", "boundaries"].map(tiles::layer).into_iter().collect::<Result<_, _>>()?;
        return Ok((all, day));
    }
    let all = args.layers.split(',').map(|l| tiles::layer(l.trim())).collect::<Result<_, _>>()?;
    Ok((all, day))
}

fn write(service: &Service, args: &TilesArgs, lang: Lang) -> Result<(), ActionError> {
    let (layers, day) = layers(service, args)?;
    let io = |cause| StoreError::Io { path: args.output.clone(), cause };
    let bad = |e: pmtiles::PmtError| ActionError::Invalid(Text::new(e.to_string(), e.to_string()));
    let infos: Vec<_> = layers.iter().map(|l| l.layer(service, Some(day))).collect();
    let mut attribution: Vec<String> = infos.iter().map(|i| format!("{} ({})", i.attribution, i.licence)).collect();
    attribution.dedup();
    let metadata = json!({
        "name": args.layers,
        "attribution": attribution.join("; "),
        "description": format!("giapranh, {day}. {}", infos.first().map_or("", |i| i.note.get(lang))),
        "vector_layers": layers.iter().map(|l| tiles::vector_layer(l, lang)).collect::<Vec<_>>(),
    });
    let [w, s, e, n] = service.bounds();
    let folder = args.output.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let temporary = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
    let file: File = temporary.reopen().map_err(io)?;
    let mut out = PmTilesWriter::new(TileType::Mvt)
        .min_zoom(0)
        .max_zoom(args.max_zoom)
        .bounds(w, s, e, n)
        .center((w + e) / 2.0, (s + n) / 2.0)
        .center_zoom(8.min(args.max_zoom))
        .metadata(metadata.to_string())
        .create(file)
        .map_err(bad)?;
    let mut count = 0;
    for zoom in 0..=args.max_zoom {
        let mut places: Vec<TileId> = Vec::new();
        for layer in &layers {
            for (x, y) in service.tiles_of(layer, day, zoom)? {
                places.push(TileCoord::new(zoom, x, y).map_err(bad)?.into());
            }
        }
        // In the order of the file, so that neighbours are read together.
        places.sort_unstable();
        places.dedup();
        for place in places {
            let coord = TileCoord::from(place);
            let mut tile = Vec::new();
            for layer in &layers {
                service.tile_layer(layer, day, zoom, coord.x(), coord.y())?.write(&mut tile);
            }
            if !tile.is_empty() {
                out.add_tile(coord, &tile).map_err(bad)?;
                count += 1;
            }
        }
    }
    out.finalize().map_err(bad)?;
    temporary.persist(&args.output).map_err(|e| io(e.error))?;
    let words = Text::new(
        format!("{count} ô, đến mức {}", args.max_zoom),
        format!("{count} tiles, up to zoom {}", args.max_zoom),
    );
    eprintln!("{}", words.get(lang));
    Ok(())
}
