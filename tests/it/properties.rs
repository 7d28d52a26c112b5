//! What must hold for every point.

use giapranh::engine::{Containment, Layer};
use proptest::prelude::*;

use crate::common::official;
use crate::toyland::{self, at};

fn communes() -> Layer {
    Layer::new(toyland::atlas().datasets.remove(0))
}

proptest! {
    #[test]
    fn every_point_of_clean_land_has_exactly_one_owner(x in 0.0..2.0f64, y in 0.0..2.0f64) {
        prop_assert!(matches!(communes().contain(at(x, y)), Containment::In(_)));
    }

    /// The index against a look at every square.
    #[test]
    fn the_index_agrees_with_a_linear_scan(x in -1.0..6.0f64, y in -1.0..3.0f64) {
        use geo::Contains;
        let (layer, p) = (communes(), at(x, y));
        let scan: Vec<u32> = (0..layer.shapes.len() as u32)
            .filter(|&i| layer.shapes[i as usize].shape.contains(&p))
            .collect();
        match layer.contain(p) {
            Containment::Outside => prop_assert!(scan.is_empty()),
            Containment::In(o) => prop_assert_eq!(scan, vec![o]),
            Containment::Several(list) => prop_assert_eq!(scan, list),
        }
    }
}

#[test]
fn vertices_and_edges_of_the_grid_have_exactly_one_owner() {
    let layer = communes();
    for i in 0..=20 {
        for j in 0..=20 {
            let p = at(f64::from(i) / 10.0, f64::from(j) / 10.0);
            let owners = match layer.contain(p) {
                Containment::Outside => 0,
                Containment::In(_) => 1,
                Containment::Several(list) => list.len(),
            };
            // East of the east edge and north of the north edge is outside: the rule is half-open.
            let expected = usize::from(i < 20 && j < 20);
            assert_eq!(owners, expected, "({i}, {j}) tenths");
        }
    }
}

/// The middle of every edge that two real communes share belongs to exactly one of all communes, and to one of those
/// two; so does every vertex of the line, except on the outer border, where the half-open rule may leave it outside.
#[test]
fn shared_edges_of_the_real_communes_have_exactly_one_owner() {
    let Some(service) = official("one owner for every real shared edge") else { return };
    let layer = service.engine.layers().find(|l| l.info.id == "communes-2025").expect("communes");
    let key = |c: geo::Coord<f64>| (c.x.to_bits(), c.y.to_bits());
    let outer = layer.edges.list().iter().filter(|e| e.left.is_none() || e.right.is_none());
    let outer: std::collections::HashSet<_> = outer.flat_map(|e| [key(e.a), key(e.b)]).collect();
    let (mut checked, mut several) = (0u64, 0u64);
    for edge in layer.edges.list() {
        let (Some(left), Some(right)) = (edge.left, edge.right) else { continue };
        for p in [edge.middle(), edge.a] {
            match layer.contain(p) {
                Containment::In(owner) => {
                    checked += 1;
                    if p == edge.middle() {
                        assert!(owner == left || owner == right, "the middle of an edge belongs to one of its sides");
                    }
                }
                // Only where the data themselves overlap: counted, and bounded below.
                Containment::Several(_) => several += 1,
                Containment::Outside => assert!(outer.contains(&key(p)), "{p:?} on a shared edge belongs to nobody"),
            }
        }
    }
    assert!(checked > 200_000, "{checked} places checked");
    assert!(several * 1000 < checked, "{several} of {checked} places lie in overlaps");
}
