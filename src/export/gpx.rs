//! GPX 1.1 waypoints, for hand-held receivers. The values go along as extensions in GDAL's namespace, which it reads back.

use std::fmt::Write as _;
use std::io::Write;

use geo::Geometry;

use super::formats::{FeatureWriter, Options, Output};
use super::xml::escaped;
use super::{Cell, ExportError, Feature, Field, Kind, LayerInfo};

struct Gpx {
    out: Output,
    fields: &'static [Field],
    count: u64,
    placeless: u64,
}

pub(super) fn open(mut out: Output, layer: &LayerInfo, _: &Options) -> Result<Box<dyn FeatureWriter>, ExportError> {
    let about: Vec<String> = layer.about().into_iter().map(|(key, text)| format!("{key}: {text}")).collect();
    writeln!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"giapranh\" \
         xmlns=\"http://www.topografix.com/GPX/1/1\" xmlns:ogr=\"http://osgeo.org/gdal\">\n\
         <metadata><name>{}</name><desc>{}</desc></metadata>",
        escaped(&layer.name),
        escaped(&about.join("\n"))
    )?;
    Ok(Box::new(Gpx { out, fields: layer.fields, count: 0, placeless: 0 }))
}

impl FeatureWriter for Gpx {
    fn add(&mut self, feature: &Feature) -> Result<(), ExportError> {
        let Some(Geometry::Point(p)) = &feature.geometry else {
            self.placeless += 1;
            return Ok(());
        };
        let value = |kind: Kind| {
            self.fields
                .iter()
                .zip(&feature.values)
                .find(|(f, v)| f.kind == kind && **v != Cell::Empty)
                .map(|(_, v)| v.text())
        };
        let mut text = format!("<wpt lat=\"{}\" lon=\"{}\">", p.y(), p.x());
        if let Some(time) = value(Kind::Moment) {
            let _ = write!(text, "<time>{}</time>", escaped(&time));
        }
        let id = escaped(&feature.id);
        let _ = write!(text, "<name>{id}</name><extensions><ogr:id>{id}</ogr:id>");
        for (field, value) in self.fields.iter().zip(&feature.values).filter(|(_, v)| **v != Cell::Empty) {
            let _ = write!(text, "<ogr:{0}>{1}</ogr:{0}>", field.name, escaped(&value.text()));
        }
        writeln!(self.out, "{text}</extensions></wpt>")?;
        self.count += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), ExportError> {
        writeln!(
            self.out,
            "<!-- waypoints: {}; without a position, left out: {} --></gpx>",
            self.count, self.placeless
        )?;
        Ok(self.out.flush()?)
    }
}
