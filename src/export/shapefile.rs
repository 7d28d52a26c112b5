//! ESRI Shapefiles (the technical description of July 1998) in a zip: `.shp`, `.shx`, `.dbf`, `.prj`, `.cpg`, and a text
//! with the key of the short names. A layer of lines and land becomes two files, features without a place a table of their own.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};

use geo::orient::Direction;
use geo::{BoundingRect, Coord, Geometry, Orient, Rect};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::dbf::Dbf;
use super::formats::{FeatureWriter, Options, Output, placed};
use super::{ExportError, Feature, LayerInfo, ShapeKind};

const NAME: &str = "Shapefile";
/// Offsets are counted in 16-bit words in 31 bits; many readers stop at 2 GB.
pub(super) const MOST_BYTES: u64 = 2_000_000_000;

/// A kind of geometry: the name it adds to the file's, the number of the format.
const POINT: (&str, i32) = ("point", 1);
const LINE: (&str, i32) = ("line", 3);
const LAND: (&str, i32) = ("area", 5);
const TABLE: (&str, i32) = ("without-place", 0);

struct Part {
    kind: (&'static str, i32),
    shp: BufWriter<File>,
    shx: BufWriter<File>,
    dbf: Dbf<BufWriter<File>>,
    bytes: u64,
    bounds: Option<Rect<f64>>,
}

struct Shapefile {
    out: Output,
    layer: LayerInfo,
    options: Options,
    parts: Vec<Part>,
}

pub(super) fn open(out: Output, layer: &LayerInfo, options: &Options) -> Result<Box<dyn FeatureWriter>, ExportError> {
    let mut file = Shapefile { out, layer: layer.clone(), options: *options, parts: Vec::new() };
    // Also a layer without features is a file.
    match layer.shape {
        ShapeKind::Point => drop(file.part(POINT)?),
        ShapeKind::Line => drop(file.part(LINE)?),
        ShapeKind::Land => drop(file.part(LAND)?),
        ShapeKind::Mixed => {}
    }
    Ok(Box::new(file))
}

impl Part {
    /// The header of both files (100 bytes), as it is with what has been written.
    fn headers(&mut self) -> Result<(), ExportError> {
        let b = self.bounds.unwrap_or(Rect::new((0.0, 0.0), (0.0, 0.0)));
        let rows = u64::from(self.dbf.rows);
        for (file, length) in [(&mut self.shp, self.bytes), (&mut self.shx, 100 + 8 * rows)] {
            let mut head = Vec::with_capacity(100);
            head.extend(9994i32.to_be_bytes());
            head.extend([0; 20]);
            head.extend(((length / 2) as i32).to_be_bytes());
            head.extend(1000i32.to_le_bytes());
            head.extend(self.kind.1.to_le_bytes());
            for n in [b.min().x, b.min().y, b.max().x, b.max().y, 0.0, 0.0, 0.0, 0.0] {
                head.extend(n.to_le_bytes());
            }
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&head)?;
        }
        Ok(())
    }

    fn add(&mut self, geometry: Option<&Geometry<f64>>, feature: &Feature) -> Result<(), ExportError> {
        self.dbf.row(&feature.id, &feature.values)?;
        if self.kind == TABLE {
            return Ok(());
        }
        let content = content(geometry);
        let length = 8 + content.len() as u64;
        if self.bytes + length > MOST_BYTES {
            return Err(ExportError::TooMany { format: NAME, limit: MOST_BYTES });
        }
        let words = ((content.len() / 2) as i32).to_be_bytes();
        self.shx.write_all(&((self.bytes / 2) as i32).to_be_bytes())?;
        self.shx.write_all(&words)?;
        self.shp.write_all(&(self.dbf.rows as i32).to_be_bytes())?;
        self.shp.write_all(&words)?;
        self.shp.write_all(&content)?;
        self.bytes += length;
        if let Some(r) = geometry.and_then(BoundingRect::bounding_rect) {
            let around = |b: Rect<f64>| {
                Rect::new(
                    (b.min().x.min(r.min().x), b.min().y.min(r.min().y)),
                    (b.max().x.max(r.max().x), b.max().y.max(r.max().y)),
                )
            };
            self.bounds = Some(self.bounds.map_or(r, around));
        }
        Ok(())
    }
}

/// The content of a record, little-endian; of none a null shape.
fn content(geometry: Option<&Geometry<f64>>) -> Vec<u8> {
    let null = || 0i32.to_le_bytes().to_vec();
    match geometry {
        Some(Geometry::Point(p)) => {
            let mut bytes = POINT.1.to_le_bytes().to_vec();
            bytes.extend(p.x().to_le_bytes());
            bytes.extend(p.y().to_le_bytes());
            bytes
        }
        Some(Geometry::MultiLineString(lines)) => {
            poly(LINE.1, &lines.iter().map(|l| l.0.as_slice()).collect::<Vec<_>>())
        }
        Some(Geometry::MultiPolygon(land)) => {
            // Outer rings clockwise, the other way round than in GeoJSON.
            let land = land.orient(Direction::Reversed);
            let rings = land.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
            poly(LAND.1, &rings.map(|r| r.0.as_slice()).collect::<Vec<_>>())
        }
        _ => null(),
    }
}

fn poly(kind: i32, parts: &[&[Coord<f64>]]) -> Vec<u8> {
    let points = || parts.iter().flat_map(|p| p.iter());
    let fold = |f: fn(f64, f64) -> f64, start: f64, get: fn(&Coord<f64>) -> f64| points().map(get).fold(start, f);
    let mut bytes = kind.to_le_bytes().to_vec();
    let (low, high) = (f64::INFINITY, f64::NEG_INFINITY);
    for n in [
        fold(f64::min, low, |c| c.x),
        fold(f64::min, low, |c| c.y),
        fold(f64::max, high, |c| c.x),
        fold(f64::max, high, |c| c.y),
    ] {
        bytes.extend(n.to_le_bytes());
    }
    bytes.extend((parts.len() as i32).to_le_bytes());
    bytes.extend((points().count() as i32).to_le_bytes());
    let mut first = 0i32;
    for part in parts {
        bytes.extend(first.to_le_bytes());
        first += part.len() as i32;
    }
    for c in points() {
        bytes.extend(c.x.to_le_bytes());
        bytes.extend(c.y.to_le_bytes());
    }
    bytes
}

impl Shapefile {
    fn part(&mut self, kind: (&'static str, i32)) -> Result<&mut Part, ExportError> {
        let at = match self.parts.iter().position(|p| p.kind == kind) {
            Some(at) => at,
            None => {
                let file = || tempfile::tempfile().map(BufWriter::new);
                let dbf = Dbf::new(file()?, self.layer.fields)?;
                let mut part = Part { kind, shp: file()?, shx: file()?, dbf, bytes: 100, bounds: None };
                part.headers()?;
                self.parts.push(part);
                self.parts.len() - 1
            }
        };
        Ok(&mut self.parts[at])
    }

    /// What the short names stand for, and the words about the data.
    fn key(&self, counts: &[(String, u32)], shortened: &[String]) -> String {
        let mut text: String = self.layer.about().into_iter().map(|(key, text)| format!("{key}: {text}\n")).collect();
        for (file, count) in counts {
            text += &format!("count: {file}: {count}\n");
        }
        text += "\nname        field                 tiếng Việt / English\n";
        for f in self.layer.fields {
            text += &format!("{:<11} {:<21} {} / {}\n", f.short, f.name, f.vi, f.en);
        }
        if !shortened.is_empty() {
            text += "\nTexts longer than the 254 bytes a column holds, cut / Văn bản dài quá 254 byte, bị cắt:\n";
            text += &shortened.join("\n");
            text += "\n";
        }
        text
    }
}

impl FeatureWriter for Shapefile {
    fn add(&mut self, feature: &Feature) -> Result<(), ExportError> {
        let geometry = feature.geometry.as_ref().map(|g| placed(g, self.options.crs)).transpose()?;
        let kind = match (&geometry, self.layer.shape) {
            (Some(Geometry::Point(_)), _) | (None, ShapeKind::Point) => POINT,
            (Some(Geometry::MultiLineString(_)), _) | (None, ShapeKind::Line) => LINE,
            (Some(Geometry::MultiPolygon(_)), _) | (None, ShapeKind::Land) => LAND,
            _ => TABLE,
        };
        self.part(kind)?.add(geometry.as_ref(), feature)
    }

    fn finish(mut self: Box<Self>) -> Result<(), ExportError> {
        if self.parts.is_empty() {
            self.part(TABLE)?;
        }
        let mut zip = ZipWriter::new(tempfile::tempfile()?);
        let options = SimpleFileOptions::default();
        let several = self.parts.len() > 1;
        let (mut counts, mut shortened) = (Vec::new(), Vec::new());
        for mut part in std::mem::take(&mut self.parts) {
            let name = match several {
                true => format!("{}-{}", self.layer.name, part.kind.0),
                false => self.layer.name.clone(),
            };
            counts.push((name.clone(), part.dbf.rows));
            if part.kind != TABLE {
                part.headers()?;
            }
            let Part { kind, shp, shx, dbf, .. } = part;
            let (dbf, cut) = dbf.finish()?;
            shortened.extend(cut.into_iter().map(|(column, n)| format!("{name}.{column}: {n}")));
            let all = [("shp", shp), ("shx", shx), ("dbf", dbf)];
            for (extension, file) in all.into_iter().filter(|(e, _)| kind != TABLE || *e == "dbf") {
                let mut file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
                file.seek(SeekFrom::Start(0))?;
                zip.start_file(format!("{name}.{extension}"), options)?;
                std::io::copy(&mut file, &mut zip)?;
            }
            zip.start_file(format!("{name}.cpg"), options)?;
            zip.write_all(b"UTF-8")?;
            if let Some(definition) = self.options.crs.definition().filter(|_| kind != TABLE) {
                zip.start_file(format!("{name}.prj"), options)?;
                zip.write_all(definition.esri.as_bytes())?;
            }
        }
        zip.start_file(format!("{}.txt", self.layer.name), options)?;
        zip.write_all(self.key(&counts, &shortened).as_bytes())?;
        let mut file = zip.finish()?;
        file.seek(SeekFrom::Start(0))?;
        std::io::copy(&mut file, &mut self.out)?;
        Ok(self.out.flush()?)
    }
}
