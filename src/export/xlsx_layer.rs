//! A layer as a spreadsheet: one sheet of rows, one that says what they are. Rows go to a temporary file as they come.

use std::io::{Seek, SeekFrom};

use geozero::ToWkt;
use rust_xlsxwriter::{Format as CellFormat, Workbook};

use super::formats::{FeatureWriter, Options, Output, XyOrWkt, placed};
use super::table::put;
use super::{Cell, ExportError, Feature, LayerInfo, ShapeKind, TableError};

/// Rows of a sheet, its header among them (ECMA-376; Excel's limit).
const ROWS: u32 = 1_048_576;
const NAME: &str = "XLSX";

struct Xlsx {
    out: Output,
    workbook: Workbook,
    day: CellFormat,
    options: Options,
    points: bool,
    about: Vec<(&'static str, String)>,
    rows: u32,
}

pub(super) fn open(out: Output, layer: &LayerInfo, options: &Options) -> Result<Box<dyn FeatureWriter>, ExportError> {
    let mut workbook = Workbook::new();
    let bold = CellFormat::new().set_bold();
    let points = layer.shape == ShapeKind::Point && options.csv == XyOrWkt::Suited;
    let sheet = workbook.add_worksheet_with_constant_memory().map_err(TableError::from)?;
    // 31 characters is the most a sheet's name can have.
    let name: String = layer.name.chars().take(31).collect();
    sheet.set_name(name).and_then(|s| s.set_freeze_panes(1, 0)).map_err(TableError::from)?;
    let place: &[&str] = if points { &["x", "y"] } else { &["wkt"] };
    let header = ["id"].iter().chain(place).chain(&["crs"]).copied().chain(layer.fields.iter().map(|f| f.name));
    for (column, name) in (0u16..).zip(header) {
        sheet.write_string_with_format(0, column, name, &bold).map_err(TableError::from)?;
    }
    let day = CellFormat::new().set_num_format("yyyy-mm-dd");
    Ok(Box::new(Xlsx { out, workbook, day, options: *options, points, about: layer.about(), rows: 1 }))
}

impl FeatureWriter for Xlsx {
    fn add(&mut self, feature: &Feature) -> Result<(), ExportError> {
        if self.rows >= ROWS {
            return Err(ExportError::TooMany { format: NAME, limit: (ROWS - 1).into() });
        }
        let geometry = feature.geometry.as_ref().map(|g| placed(g, self.options.crs)).transpose()?;
        let mut row = vec![Cell::from(feature.id.as_str())];
        match (self.points, &geometry) {
            (true, Some(geo::Geometry::Point(p))) => row.extend([Cell::Number(p.x()), Cell::Number(p.y())]),
            (true, _) => row.extend([Cell::Empty, Cell::Empty]),
            (false, geometry) => {
                row.push(geometry.as_ref().map(ToWkt::to_wkt).transpose()?.map_or(Cell::Empty, Cell::from));
            }
        }
        row.push(self.options.crs.code().into());
        row.extend(feature.values.iter().cloned());
        let sheet = self.workbook.worksheet_from_index(0).map_err(TableError::from)?;
        for (column, cell) in (0u16..).zip(&row) {
            put(sheet, (self.rows, column), cell, &self.day)?;
        }
        self.rows += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), ExportError> {
        let mut about = std::mem::take(&mut self.about);
        about.push(("count", (self.rows - 1).to_string()));
        let sheet = self.workbook.add_worksheet();
        sheet.set_name("about").map_err(TableError::from)?;
        for (row, (key, text)) in (0u32..).zip(&about) {
            sheet.write_string(row, 0, *key).map_err(TableError::from)?;
            sheet.write_string(row, 1, text).map_err(TableError::from)?;
        }
        let mut file = tempfile::tempfile()?;
        self.workbook.save_to_writer(&mut file).map_err(TableError::from)?;
        file.seek(SeekFrom::Start(0))?;
        std::io::copy(&mut file, &mut self.out)?;
        Ok(self.out.flush()?)
    }
}
