//! Tables for spreadsheets: one sheet each in XLSX, one after another in CSV.

use jiff::civil::Date;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Date(Date),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        if text.is_empty() { Cell::Empty } else { Cell::Text(text.into()) }
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
}

/// A spreadsheet program runs a cell that begins like this as a formula; an apostrophe before it keeps it text.
fn harmless(text: &str) -> String {
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
                    Some(Cell::Number(n)) => n.to_string(),
                    Some(Cell::Date(date)) => date.to_string(),
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
                match cell {
                    Cell::Empty => {}
                    Cell::Text(text) => {
                        sheet.write_string(line, column, text)?;
                    }
                    Cell::Number(number) => {
                        sheet.write_number(line, column, *number)?;
                    }
                    Cell::Date(d) => {
                        let date = ExcelDateTime::from_ymd(d.year() as u16, d.month() as u8, d.day() as u8)?;
                        sheet.write_datetime_with_format(line, column, &date, &day)?;
                    }
                }
            }
        }
        sheet.autofit();
    }
    Ok(workbook.save_to_buffer()?)
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
