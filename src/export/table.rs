//! Tables for spreadsheets: one sheet each in XLSX, one after another in CSV.

use jiff::Timestamp;
use jiff::civil::Date;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Integer(i64),
    Number(f64),
    Flag(bool),
    Date(Date),
    Moment(Timestamp),
}

impl Cell {
    /// As text: numbers with a decimal point, dates as YYYY-MM-DD, moments as RFC 3339; empty where there is nothing.
    pub fn text(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Integer(n) => n.to_string(),
            Cell::Number(n) => n.to_string(),
            Cell::Flag(flag) => flag.to_string(),
            Cell::Date(date) => date.to_string(),
            Cell::Moment(moment) => moment.to_string(),
        }
    }

    /// As JSON, null where there is nothing.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Cell::Empty => serde_json::Value::Null,
            Cell::Integer(n) => (*n).into(),
            Cell::Number(n) => (*n).into(),
            Cell::Flag(flag) => (*flag).into(),
            Cell::Text(_) | Cell::Date(_) | Cell::Moment(_) => self.text().into(),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        if text.is_empty() { Cell::Empty } else { Cell::Text(text.into()) }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }
}

impl From<Option<&str>> for Cell {
    fn from(text: Option<&str>) -> Cell {
        text.map_or(Cell::Empty, Cell::from)
    }
}

impl From<Option<f64>> for Cell {
    fn from(number: Option<f64>) -> Cell {
        number.map_or(Cell::Empty, Cell::Number)
    }
}

impl From<Option<Date>> for Cell {
    fn from(date: Option<Date>) -> Cell {
        date.map_or(Cell::Empty, Cell::Date)
    }
}

/// A sheet. Every row has as many cells as there are columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Debug, thiserror::Error)]
pub enum TableError {
    #[error(transparent)]
    Csv(#[from] csv::Error),
    #[error(transparent)]
    Xlsx(#[from] XlsxError),
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error("row {row}, column {column}: more text than a cell of a spreadsheet holds")]
    Long { row: u32, column: u16 },
}

/// A spreadsheet program runs a cell that begins like this as a formula; an apostrophe before it keeps it text.
pub(super) fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// CSV in UTF-8 with a byte-order mark, which Excel needs to read Vietnamese. With more than one table the first column,
/// `table`, says which; the columns are those of all, in the order they are first met.
pub fn csv(tables: &[Table]) -> Result<Vec<u8>, TableError> {
    let mut columns: Vec<&String> = Vec::new();
    for column in tables.iter().flat_map(|t| &t.columns) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    let mut writer = csv::Writer::from_writer(Vec::from("\u{feff}"));
    writer.write_record(std::iter::once("table").chain(columns.iter().map(|c| c.as_str())))?;
    for table in tables {
        for row in &table.rows {
            let cell = |column: &&String| {
                let at = table.columns.iter().position(|c| c == *column);
                match at.and_then(|i| row.get(i)) {
                    None | Some(Cell::Empty) => String::new(),
                    Some(Cell::Text(text)) => harmless(text),
                    Some(other) => other.text(),
                }
            };
            let cells: Vec<String> = std::iter::once(table.name.clone()).chain(columns.iter().map(cell)).collect();
            writer.write_record(&cells)?;
        }
    }
    Ok(writer.into_inner().map_err(|e| e.into_error())?)
}

/// XLSX, a sheet per table, headers bold and kept in sight.
pub fn xlsx(tables: &[Table]) -> Result<Vec<u8>, TableError> {
    let mut workbook = Workbook::new();
    let (bold, day) = (Format::new().set_bold(), Format::new().set_num_format("yyyy-mm-dd"));
    for table in tables {
        let sheet = workbook.add_worksheet();
        // 31 characters is the most a sheet's name can have.
        sheet.set_name(table.name.chars().take(31).collect::<String>())?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, name) in (0u16..).zip(&table.columns) {
            sheet.write_string_with_format(0, column, name, &bold)?;
        }
        for (line, row) in (1u32..).zip(&table.rows) {
            for (column, cell) in (0u16..).zip(row) {
                put(sheet, (line, column), cell, &day)?;
            }
        }
        sheet.autofit();
    }
    Ok(workbook.save_to_buffer()?)
}

/// The most characters a cell of a spreadsheet holds.
const CELL_CHARS: usize = 32_767;

/// One cell. Moments are text: a spreadsheet's dates have no time zone.
pub(super) fn put(sheet: &mut Worksheet, at: (u32, u16), cell: &Cell, day: &Format) -> Result<(), TableError> {
    let (row, column) = at;
    match cell {
        Cell::Empty => {}
        Cell::Text(text) if text.chars().count() > CELL_CHARS => return Err(TableError::Long { row, column }),
        Cell::Text(text) => drop(sheet.write_string(row, column, text)?),
        Cell::Integer(number) => drop(sheet.write_number(row, column, *number as f64)?),
        Cell::Number(number) => drop(sheet.write_number(row, column, *number)?),
        Cell::Flag(flag) => drop(sheet.write_boolean(row, column, *flag)?),
        Cell::Moment(moment) => drop(sheet.write_string(row, column, moment.to_string())?),
        Cell::Date(d) => {
            let date = ExcelDateTime::from_ymd(d.year() as u16, d.month() as u8, d.day() as u8)?;
            sheet.write_datetime_with_format(row, column, &date, day)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn tables() -> Vec<Table> {
        vec![
            Table {
                name: "Hoạt động".into(),
                columns: vec!["tên".into(), "số".into(), "ngày".into()],
                rows: vec![vec!["=1+1".into(), Cell::Number(524.5), Cell::Date(date(2024, 1, 17))]],
            },
            Table { name: "Khác".into(), columns: vec!["tên".into()], rows: vec![vec![Cell::Empty]] },
        ]
    }

    #[test]
    fn csv_keeps_text_text_and_says_which_table() {
        let csv = String::from_utf8(csv(&tables()).unwrap()).unwrap();
        assert_eq!(csv, "\u{feff}table,tên,số,ngày\nHoạt động,'=1+1,524.5,2024-01-17\nKhác,,,\n");
    }

    #[test]
    fn xlsx_is_a_zip_with_a_sheet_a_table() {
        let bytes = xlsx(&tables()).unwrap();
        assert_eq!(&bytes[..2], b"PK");
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("xl/worksheets/sheet2.xml") && !text.contains("xl/worksheets/sheet3.xml"));
    }
}
