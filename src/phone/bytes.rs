//! Numbers and lines as few bytes: LEB128 for whole numbers, and for coordinates the steps from vertex to vertex on a grid
//! of 1e-7°, signs folded into the last bit.

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};

use crate::atlas::ArcUse;

/// Steps of the grid in a degree: 1e-7°, a centimetre on the ground.
pub const STEPS_PER_DEGREE: f64 = 1e7;

/// The bytes end too early, or say what cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

#[cfg(feature = "server")]
#[derive(Debug, Default)]
pub struct Writer {
    pub bytes: Vec<u8>,
    last: [i64; 2],
}

#[cfg(feature = "server")]
impl Writer {
    pub fn number(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.bytes.push((n as u8) | 0x80);
            n >>= 7;
        }
        self.bytes.push(n as u8);
    }

    fn signed(&mut self, n: i64) {
        self.number(((n << 1) ^ (n >> 63)) as u64);
    }

    pub fn float(&mut self, x: f64) {
        self.bytes.extend(x.to_le_bytes());
    }

    pub fn text(&mut self, text: &[u8]) {
        self.number(text.len() as u64);
        self.bytes.extend(text);
    }

    pub fn line(&mut self, line: &[Coord<f64>]) {
        self.number(line.len() as u64);
        for c in line {
            let here = [c.x, c.y].map(|v| (v * STEPS_PER_DEGREE).round() as i64);
            self.signed(here[0] - self.last[0]);
            self.signed(here[1] - self.last[1]);
            self.last = here;
        }
    }

    pub fn lines<'a>(&mut self, lines: impl ExactSizeIterator<Item = &'a [Coord<f64>]>) {
        self.number(lines.len() as u64);
        lines.for_each(|line| self.line(line));
    }

    pub fn polygons(&mut self, land: &MultiPolygon<f64>) {
        self.number(land.0.len() as u64);
        for polygon in land {
            let rings: Vec<&LineString<f64>> = std::iter::once(polygon.exterior()).chain(polygon.interiors()).collect();
            self.lines(rings.into_iter().map(|r| r.0.as_slice()));
        }
    }

    /// Shapes as the arcs their rings run through.
    pub fn uses(&mut self, units: &[Vec<Vec<Vec<ArcUse>>>]) {
        self.number(units.len() as u64);
        for polygons in units {
            self.number(polygons.len() as u64);
            for rings in polygons {
                self.number(rings.len() as u64);
                for ring in rings {
                    self.number(ring.len() as u64);
                    ring.iter().for_each(|u| self.number(2 * u.arc as u64 + u64::from(u.reversed)));
                }
            }
        }
    }
}

#[derive(Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    last: [i64; 2],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes, last: [0, 0] }
    }

    pub fn number(&mut self) -> Result<u64, Broken> {
        let mut n = 0_u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.bytes.split_first().ok_or(Broken)?;
            self.bytes = rest;
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(Broken)
    }

    /// A count of things that take a byte each at least: never more than there are bytes.
    pub fn count(&mut self) -> Result<usize, Broken> {
        let n = self.number()?;
        usize::try_from(n).ok().filter(|n| *n <= self.bytes.len()).ok_or(Broken)
    }

    fn signed(&mut self) -> Result<i64, Broken> {
        let n = self.number()?;
        Ok((n >> 1) as i64 ^ -((n & 1) as i64))
    }

    pub fn float(&mut self) -> Result<f64, Broken> {
        let (bytes, rest) = self.bytes.split_first_chunk::<8>().ok_or(Broken)?;
        self.bytes = rest;
        Ok(f64::from_le_bytes(*bytes))
    }

    pub fn text(&mut self) -> Result<&'a [u8], Broken> {
        let n = self.count()?;
        let (text, rest) = self.bytes.split_at_checked(n).ok_or(Broken)?;
        self.bytes = rest;
        Ok(text)
    }

    pub fn line(&mut self) -> Result<Vec<Coord<f64>>, Broken> {
        let n = self.count()?;
        let mut line = Vec::with_capacity(n);
        for _ in 0..n {
            for i in 0..2 {
                self.last[i] = self.last[i].checked_add(self.signed()?).ok_or(Broken)?;
            }
            let [x, y] = self.last.map(|v| v as f64 / STEPS_PER_DEGREE);
            if !((-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y)) {
                return Err(Broken);
            }
            line.push(Coord { x, y });
        }
        Ok(line)
    }

    /// As many as a count that is read first says.
    pub fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> Result<T, Broken>) -> Result<Vec<T>, Broken> {
        (0..self.count()?).map(|_| one(self)).collect()
    }

    pub fn lines(&mut self) -> Result<MultiLineString<f64>, Broken> {
        Ok(MultiLineString(self.many(|r| Ok(LineString(r.line()?)))?))
    }

    pub fn polygons(&mut self) -> Result<MultiPolygon<f64>, Broken> {
        let polygon = |r: &mut Self| {
            let mut rings = r.lines()?.0.into_iter();
            Ok(Polygon::new(rings.next().ok_or(Broken)?, rings.collect()))
        };
        Ok(MultiPolygon(self.many(polygon)?))
    }

    /// Shapes as the arcs their rings run through, of `arcs` arcs in all.
    pub fn uses(&mut self, arcs: usize) -> Result<Vec<Vec<Vec<Vec<ArcUse>>>>, Broken> {
        let used = |r: &mut Self| {
            let n = r.number()?;
            let arc = usize::try_from(n / 2).ok().filter(|arc| *arc < arcs).ok_or(Broken)?;
            Ok(ArcUse { arc, reversed: n % 2 == 1 })
        };
        self.many(|r| r.many(|r| r.many(|r| r.many(used))))
    }

    /// Nothing is left over.
    pub fn end(self) -> Result<(), Broken> {
        if self.bytes.is_empty() { Ok(()) } else { Err(Broken) }
    }
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(
            points in prop::collection::vec((-180.0..180.0, -90.0..90.0), 0..50),
            n: u64,
            x: f64,
        ) {
            let line: Vec<Coord<f64>> = points.into_iter().map(Coord::from).collect();
            let mut writer = Writer::default();
            writer.number(n);
            writer.line(&line);
            writer.float(x);
            let mut reader = Reader::new(&writer.bytes);
            prop_assert_eq!(reader.number(), Ok(n));
            for (read, written) in reader.line().unwrap().iter().zip(&line) {
                prop_assert!((read.x - written.x).abs() < 5.1e-8 && (read.y - written.y).abs() < 5.1e-8);
            }
            prop_assert_eq!(reader.float().map(f64::to_bits), Ok(x.to_bits()));
            prop_assert_eq!(reader.end(), Ok(()));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Reader::new(&bytes).polygons();
            let _ = Reader::new(&bytes).uses(10);
            let _ = Reader::new(&bytes).text();
        }
    }
}
