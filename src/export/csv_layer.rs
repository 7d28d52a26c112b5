//! A layer as CSV: x and y of points, or WKT, in any CRS.

use geozero::ToWkt;

use super::formats::{FeatureWriter, Options, Output, XyOrWkt, placed};
use super::table::harmless;
use super::{Cell, ExportError, Feature, LayerInfo, ShapeKind, TableError};

struct Csv {
    out: csv::Writer<Output>,
    options: Options,
    points: bool,
    attribution: String,
}

/// The columns: id, x, y (or wkt), crs, the fields, and whose data it is.
pub(super) fn open(
    mut out: Output,
    layer: &LayerInfo,
    options: &Options,
) -> Result<Box<dyn FeatureWriter>, ExportError> {
    if options.bom {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let points = layer.shape == ShapeKind::Point && options.csv == XyOrWkt::Suited;
    let mut out = csv::Writer::from_writer(out);
    let place: &[&str] = if points { &["x", "y"] } else { &["wkt"] };
    let header = ["id"].iter().chain(place).chain(&["crs"]).copied();
    let header = header.chain(layer.fields.iter().map(|f| f.name)).chain(["attribution"]);
    out.write_record(header).map_err(TableError::from)?;
    let attribution = match layer.licence.as_str() {
        "" => layer.attribution.clone(),
        licence => format!("{} ({licence})", layer.attribution),
    };
    Ok(Box::new(Csv { out, options: *options, points, attribution }))
}

impl FeatureWriter for Csv {
    fn add(&mut self, feature: &Feature) -> Result<(), ExportError> {
        let geometry = feature.geometry.as_ref().map(|g| placed(g, self.options.crs)).transpose()?;
        let mut row = vec![harmless(&feature.id)];
        match (self.points, &geometry) {
            (true, Some(geo::Geometry::Point(p))) => row.extend([p.x().to_string(), p.y().to_string()]),
            (true, _) => row.extend([String::new(), String::new()]),
            (false, Some(geometry)) => row.push(geometry.to_wkt()?),
            (false, None) => row.push(String::new()),
        }
        row.push(self.options.crs.code().to_owned());
        row.extend(feature.values.iter().map(|cell| match cell {
            Cell::Text(text) => harmless(text),
            other => other.text(),
        }));
        row.push(self.attribution.clone());
        Ok(self.out.write_record(&row).map_err(TableError::from)?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), ExportError> {
        Ok(self.out.flush()?)
    }
}
