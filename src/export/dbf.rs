//! dBASE III tables, as Shapefiles have them: UTF-8 (a `.cpg` file says so), names of ten characters.

use std::io::{Seek, SeekFrom, Write};

use super::shapefile::MOST_BYTES;
use super::{Cell, ExportError, Field, Kind};

/// Bytes of a text column: the most the format has.
const TEXT_BYTES: usize = 254;
/// Bytes of an id.
const ID_BYTES: usize = 80;

struct Column {
    short: &'static str,
    kind: u8,
    width: usize,
    decimals: u8,
}

/// Columns whose values were cut to fit, and how many of them.
pub type Shortened = Vec<(&'static str, u64)>;

/// A table that is being written. Rows have fixed widths, the header is written again at the end with the count.
pub struct Dbf<W: Write + Seek> {
    out: W,
    columns: Vec<Column>,
    pub rows: u32,
    /// Texts that were longer than a column can be, by the column's place.
    pub shortened: Vec<u64>,
}

fn columns(fields: &[Field]) -> Vec<Column> {
    let id = Column { short: "id", kind: b'C', width: ID_BYTES, decimals: 0 };
    let of = |f: &Field| {
        let (kind, width, decimals) = match f.kind {
            Kind::Text => (b'C', TEXT_BYTES, 0),
            Kind::Integer => (b'N', 18, 0),
            // As text, the shortest that is the same double again.
            Kind::Number => (b'F', 24, 15),
            Kind::Flag => (b'L', 1, 0),
            Kind::Date => (b'D', 8, 0),
            // dBASE has no moments.
            Kind::Moment => (b'C', 30, 0),
        };
        Column { short: f.short, kind, width, decimals }
    };
    std::iter::once(id).chain(fields.iter().map(of)).collect()
}

impl<W: Write + Seek> Dbf<W> {
    pub fn new(out: W, fields: &[Field]) -> Result<Dbf<W>, ExportError> {
        let columns = columns(fields);
        let shortened = vec![0; columns.len()];
        let mut dbf = Dbf { out, columns, rows: 0, shortened };
        dbf.header()?;
        Ok(dbf)
    }

    fn header(&mut self) -> Result<(), ExportError> {
        let length = 32 + 32 * self.columns.len() + 1;
        let row: usize = 1 + self.columns.iter().map(|c| c.width).sum::<usize>();
        // Version 3, a date that does not change from run to run (year since 1900, month, day).
        let mut bytes = vec![3, 125, 7, 1];
        bytes.extend(self.rows.to_le_bytes());
        bytes.extend((length as u16).to_le_bytes());
        bytes.extend((row as u16).to_le_bytes());
        bytes.resize(32, 0);
        for column in &self.columns {
            let mut one = [0u8; 32];
            let name = &column.short.as_bytes()[..column.short.len().min(10)];
            one[..name.len()].copy_from_slice(name);
            one[11] = column.kind;
            one[16] = column.width as u8;
            one[17] = column.decimals;
            bytes.extend(one);
        }
        bytes.push(0x0d);
        self.out.seek(SeekFrom::Start(0))?;
        Ok(self.out.write_all(&bytes)?)
    }

    pub fn row(&mut self, id: &str, values: &[Cell]) -> Result<(), ExportError> {
        let id = Cell::from(id);
        let mut bytes = vec![b' '];
        for (i, (column, cell)) in self.columns.iter().zip(std::iter::once(&id).chain(values)).enumerate() {
            let text = match cell {
                Cell::Flag(flag) => if *flag { "T" } else { "F" }.to_owned(),
                Cell::Date(d) => format!("{:04}{:02}{:02}", d.year(), d.month(), d.day()),
                Cell::Number(n) => number(*n, column.width),
                other => other.text(),
            };
            let mut end = text.len().min(column.width);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            self.shortened[i] += u64::from(end < text.len());
            let pad = column.width - end;
            if matches!(column.kind, b'N' | b'F') {
                bytes.resize(bytes.len() + pad, b' ');
                bytes.extend(&text.as_bytes()[..end]);
            } else {
                bytes.extend(&text.as_bytes()[..end]);
                bytes.resize(bytes.len() + pad, b' ');
            }
        }
        self.rows += 1;
        // Said as soon as it is so, not when the disk is full of what no program opens.
        if u64::from(self.rows) * bytes.len() as u64 > MOST_BYTES {
            return Err(ExportError::TooMany { format: "Shapefile (.dbf, byte)", limit: MOST_BYTES });
        }
        Ok(self.out.write_all(&bytes)?)
    }

    /// The whole, with its count, and how many values of which columns were cut.
    pub fn finish(mut self) -> Result<(W, Shortened), ExportError> {
        self.out.write_all(&[0x1a])?;
        self.header()?;
        let shortened = self.columns.iter().zip(&self.shortened).filter(|(_, n)| **n > 0);
        let shortened = shortened.map(|(c, n)| (c.short, *n)).collect();
        Ok((self.out, shortened))
    }
}

/// A number that fits, with as many digits as there is room for.
fn number(n: f64, width: usize) -> String {
    let plain = n.to_string();
    if plain.len() <= width { plain } else { format!("{n:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_letters_and_counted() {
        const FIELDS: [Field; 1] = [Field::new("note", "note", Kind::Text, "", "")];
        let mut dbf = Dbf::new(std::io::Cursor::new(Vec::new()), &FIELDS).unwrap();
        dbf.row("a", &["ế".repeat(90).into()]).unwrap();
        dbf.row("b", &["ế".into()]).unwrap();
        let (out, shortened) = dbf.finish().unwrap();
        assert_eq!(shortened, [("note", 1)]);
        let bytes = out.into_inner();
        assert_eq!(bytes[4], 2, "rows");
        let first = &bytes[32 + 2 * 32 + 1..][..1 + ID_BYTES + TEXT_BYTES];
        assert!(std::str::from_utf8(first).is_ok());
    }

    #[test]
    fn a_double_survives() {
        for n in [1.0 / 3.0, 524.5, 1e-12 / 3.0, -123_456_789.123_456_79, 1e300 / 3.0, 0.0] {
            assert_eq!(number(n, 24).parse::<f64>().unwrap(), n, "{n}");
        }
    }
}
