//! Vertices as numbers: two rings share a vertex when its coordinates are the same bit for bit, as they are along the
//! lines that neighbours share in a clean dataset.

use std::collections::HashMap;

use geo::{Coord, LineString};

/// Numbers for coordinates, given in the order in which they are first seen.
#[derive(Debug, Default)]
pub struct Vertices {
    numbers: HashMap<[u64; 2], u32>,
    coords: Vec<Coord<f64>>,
}

impl Vertices {
    /// The vertices of a ring in its direction, without the closing one and without immediate repetitions.
    pub fn ring(&mut self, ring: &LineString<f64>) -> Vec<u32> {
        let mut numbers: Vec<u32> = ring.0.iter().map(|&c| self.number(c)).collect();
        numbers.dedup();
        if numbers.len() > 1 && numbers.first() == numbers.last() {
            numbers.pop();
        }
        numbers
    }

    pub fn coord(&self, number: u32) -> Coord<f64> {
        self.coords[number as usize]
    }

    pub fn len(&self) -> usize {
        self.coords.len()
    }

    fn number(&mut self, c: Coord<f64>) -> u32 {
        // Adding zero makes −0.0 and 0.0 one vertex.
        let key = [(c.x + 0.0).to_bits(), (c.y + 0.0).to_bits()];
        *self.numbers.entry(key).or_insert_with(|| {
            self.coords.push(c);
            (self.coords.len() - 1) as u32
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_and_the_closing_vertex_are_left_out() {
        let mut vertices = Vertices::default();
        let ring = LineString::from(vec![(0.0, 0.0), (1.0, 0.0), (1.0, 0.0), (1.0, 1.0), (-0.0, 0.0)]);
        assert_eq!(vertices.ring(&ring), [0, 1, 2]);
        assert_eq!(vertices.ring(&LineString::from(vec![(1.0, 1.0), (1.0, 0.0)])), [2, 1]);
        assert_eq!(vertices.len(), 3);
    }
}
