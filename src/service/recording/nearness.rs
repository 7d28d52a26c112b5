//! Does a claim lie where its dispute is?

use super::checks::MAX_FROM_LINE_M;
use crate::domain::{Dispute, Level, Shape, Text, today_in_vietnam};
use crate::service::{ActionError, Service, ShapeFault, disputing};

/// Against the stretch of line where one is drawn, else against the parties' land.
pub fn near_enough(service: &Service, dispute: &Dispute, shape: &Shape) -> Result<(), ActionError> {
    let engine = &service.engine;
    let stretch = engine.stretch(&dispute.id, today_in_vietnam());
    let communes = engine.layers().filter(|l| l.info.level == Level::Commune && !l.info.indicative);
    let lands: Vec<_> = communes
        .flat_map(|layer| {
            let units = dispute
                .parties
                .iter()
                .flat_map(|p| disputing::units_at(&engine.register, p, layer.info.valid_from))
                .filter_map(|u| layer.owner_of(&u.code));
            units.map(move |owner| (layer, owner)).collect::<Vec<_>>()
        })
        .collect();
    let distance_m = |c| match stretch {
        Some(line) => line.edges.nearest(c, |_| true).map(|n| n.distance_m),
        None => lands
            .iter()
            .filter_map(|(layer, owner)| {
                if layer.contain(c).holds(*owner) {
                    Some(0.0)
                } else {
                    Some(layer.nearest_edge_of(*owner, c)?.distance_m)
                }
            })
            .min_by(f64::total_cmp),
    };
    // Where no map draws either, only a place outside the region can be told to be wrong.
    let far = shape.coords().find_map(|c| match distance_m(c) {
        Some(m) => (m > MAX_FROM_LINE_M).then_some((c, Some(m))),
        None => (!crate::crs::in_region(c.x, c.y)).then_some((c, None)),
    });
    let Some((c, m)) = far else { return Ok(()) };
    let place = format!("({:.6}, {:.6})", c.y, c.x);
    let km = m.map(|m| format!("{:.1}", m / 1000.0));
    let text = match km {
        Some(km) => Text::new(
            format!(
                "Đỉnh {place} cách nơi tranh chấp {km} km, quá {:.0} km: hãy kiểm tra hệ tọa độ và kinh tuyến trục.",
                MAX_FROM_LINE_M / 1000.0
            ),
            format!(
                "The vertex {place} lies {km} km from what the dispute is about, more than {:.0} km: check the CRS and its \
                 central meridian.",
                MAX_FROM_LINE_M / 1000.0
            ),
        ),
        None => Text::new(
            format!("Đỉnh {place} nằm ngoài vùng ba tỉnh: hãy kiểm tra hệ tọa độ."),
            format!("The vertex {place} lies outside the three provinces' region: check the CRS."),
        ),
    };
    Err(ActionError::Shape(vec![ShapeFault { place: Some((c.x, c.y)), text }]))
}
