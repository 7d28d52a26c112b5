//! The finding for a date with districts: the district by its own map, the commune by lineage.

use jiff::civil::Date;

use super::edges::Owner;
use super::facts::{Fix, NEGLIGIBLE, boundary_fact, keep_listed, masses, past};
use super::layer::Containment;
use super::lineage::{Maps, Piece, Pieces};
use super::probability;
use crate::domain::{Finding, Share, Territory};

/// A piece of a district.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PieceId {
    district: Owner,
    piece: Owner,
}

/// What is so about a position, before judgement; zones and readings are added by the engine.
pub fn find(maps: Maps, pieces: &Pieces, fix: Fix, at: Date) -> Finding {
    let p = fix.coord();
    let (gps, line) = (fix.sigma_m(), maps.districts.info.line_accuracy_m.max(maps.communes.info.line_accuracy_m));
    let piece_at = |q| -> Option<PieceId> {
        let district = maps.districts.contain(q).first()?;
        Some(PieceId { district, piece: pieces.of(district, maps).piece(maps.communes.contain(q).first()) })
    };
    let get = |id: PieceId| -> &Piece { &pieces.of(id.district, maps).pieces[id.piece as usize] };
    let territory = |id: PieceId| -> Territory { get(id).territory.clone() };
    let here = piece_at(p);

    let aside = probability::step_aside(&maps.communes.edges, probability::step_aside(&maps.districts.edges, p));
    let inside = piece_at(aside);
    let sigma = gps.hypot(line);
    let mut by_district = masses(&maps.districts.edges, aside, sigma, &maps.districts.contain(aside));
    let outside = (1.0 - by_district.iter().map(|m| m.1).sum::<f64>()).max(0.0);
    keep_listed(&mut by_district, &here.map_or(Containment::Outside, |id| Containment::In(id.district)));

    let mut found: Vec<(PieceId, f64)> = Vec::new();
    for (district, mass) in by_district {
        let land = pieces.of(district, maps);
        let own = |id: Option<PieceId>| match id.filter(|id| id.district == district) {
            Some(id) if id.piece != land.rest() => Containment::In(id.piece),
            _ => Containment::Outside,
        };
        let mut by_piece = masses(&land.edges, aside, sigma, &own(inside));
        // What of a district lies in none of its drawn pieces is the rest of it, outside every commune of today.
        let rest = mass - by_piece.iter().map(|m| m.1).sum::<f64>();
        if rest > NEGLIGIBLE {
            by_piece.push((land.rest(), rest));
        }
        let listed = here.filter(|id| id.district == district);
        keep_listed(&mut by_piece, &listed.map_or(Containment::Outside, |id| Containment::In(id.piece)));
        found.extend(by_piece.into_iter().map(|(piece, mass)| (PieceId { district, piece }, mass)));
    }

    let total: f64 = found.iter().map(|m| m.1).sum();
    let shares = found
        .iter()
        .map(|&(id, mass)| {
            let contains = here == Some(id);
            let edge = match get(id).commune {
                _ if contains => None,
                Some(_) => pieces.of(id.district, maps).edges.nearest(p, |e| e.touches(id.piece)),
                None => maps.districts.nearest_edge_of(id.district, p),
            };
            Share {
                territory: territory(id),
                probability: mass / total.max(1.0),
                distance_m: if contains { 0.0 } else { edge.map_or(f64::INFINITY, |n| n.distance_m) },
                contains,
            }
        })
        .collect();

    // Inside a piece the nearest of its boundary is the nearest of the district's and of the commune's line. A commune's
    // line that only shows where the newer map draws the district's line elsewhere is none of the district map.
    let contradicts = |id: Option<PieceId>| id.is_some_and(|id| get(id).territory.maps_contradict);
    let between_communes = here.filter(|id| !contradicts(Some(*id))).and_then(|id| {
        let edge = maps.communes.nearest_edge_of(get(id).commune?, p)?;
        (!contradicts(piece_at(past(p, &edge)))).then_some(edge)
    });
    let nearest = match here {
        Some(id) => {
            let of_district = maps.districts.nearest_edge_of(id.district, p).into_iter();
            of_district.chain(between_communes).min_by(|a, b| a.distance_m.total_cmp(&b.distance_m))
        }
        None => maps.districts.edges.nearest(p, |_| true),
    };
    let boundary = nearest.map(|n| {
        let far = piece_at(past(p, &n)).filter(|&id| Some(id) != here);
        boundary_fact(p, &n, here.map(territory), far.map(territory))
    });
    Finding {
        at,
        lon_deg: fix.lon_deg,
        lat_deg: fix.lat_deg,
        gps_sigma_m: gps,
        line_sigma_m: line,
        shares,
        outside,
        defect: Vec::new(),
        boundary,
        zones: Vec::new(),
        readings: Vec::new(),
        dataset: maps.districts.info.id.clone(),
    }
}
