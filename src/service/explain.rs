//! One or two plain sentences per answer, in both languages.

use jiff::civil::Date;

use super::answer::{Answer, Locality, OtherReading, Side};
use crate::domain::rules::{NAMED_PROBABILITY, Reason, SOLE_PROBABILITY, Verdict};
use crate::domain::{Finding, Lang, Text, ZoneKind};

/// Compass words by eighths of the circle, from north clockwise.
const COMPASS: [(&str, &str); 8] = [
    ("bắc", "north"),
    ("đông bắc", "north-east"),
    ("đông", "east"),
    ("đông nam", "south-east"),
    ("nam", "south"),
    ("tây nam", "south-west"),
    ("tây", "west"),
    ("tây bắc", "north-west"),
];

pub fn explain(answer: &Answer, finding: &Finding) -> Text {
    let mut text = match (answer.verdict, answer.reason) {
        (Verdict::None, _) => outside(answer),
        (_, Some(Reason::BoundaryDataDefect)) => defect(answer),
        (Verdict::Disputed, _) => disputed(answer),
        (_, Some(Reason::CommuneNotKnown)) => commune_not_known(answer, finding),
        (Verdict::Sole, _) => sole(answer),
        _ => uncertain(answer),
    };
    if let Some(line) = boundary(answer) {
        push(&mut text, line);
    }
    if answer.basis.as_ref().is_some_and(|b| b.indicative) {
        push(
            &mut text,
            Text::new(
                format!(
                    "Ranh giới chỉ dẫn, sai số khoảng {} m: không dùng để kết luận.",
                    number(finding.line_sigma_m, 0, Lang::Vi)
                ),
                format!(
                    "Indicative boundaries, about {} m off: not for conclusions.",
                    number(finding.line_sigma_m, 0, Lang::En)
                ),
            ),
        );
    } else if answer.datasets_disagree {
        push(
            &mut text,
            Text::new(
                "Các bản đồ đã công bố không thống nhất về điểm này.",
                "The published maps disagree about this point.",
            ),
        );
    }
    text
}

pub fn ambiguous(readings: &[OtherReading]) -> Text {
    if readings.is_empty() {
        return Text::new(
            "Cặp số này không có hệ tọa độ và không múi chiếu nào đưa nó vào ba tỉnh: hãy kiểm tra số hoặc chọn hệ tọa độ.",
            "This pair of numbers names no CRS and no zone puts it inside the three provinces: check the numbers or choose a CRS.",
        );
    }
    let mut names: Vec<&str> = Vec::new();
    for name in readings.iter().filter_map(|r| r.commune.as_ref()).map(|c| c.name.as_str()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Text::new(
        format!(
            "Cặp số này đọc được theo {} hệ tọa độ ({}): hãy chọn một hệ trước khi kết luận.",
            readings.len(),
            names.join(", ")
        ),
        format!(
            "This pair can be read in {} systems ({}): choose one first; nothing is concluded before.",
            readings.len(),
            names.join(", ")
        ),
    )
}

pub fn not_known(first: Option<Date>) -> Text {
    match first {
        Some(first) => Text::new(
            format!("Không rõ: chưa có dữ liệu ranh giới nào trước ngày {first}."),
            format!("Not known: no boundary data cover any date before {first}."),
        ),
        None => Text::new("Không rõ: chưa có dữ liệu ranh giới.", "Not known: there are no boundary data."),
    }
}

fn sole(answer: &Answer) -> Text {
    let Some(l) = answer.localities.iter().find(|l| l.probability >= SOLE_PROBABILITY) else {
        return uncertain(answer);
    };
    let percent = |lang| percent(l.probability, lang);
    let place = place(l);
    Text::new(
        format!("{place} chịu trách nhiệm về địa bàn (xác suất {}).", percent(Lang::Vi)),
        format!("{place} is responsible for this land (probability {}).", percent(Lang::En)),
    )
}

fn uncertain(answer: &Answer) -> Text {
    let list = |lang| listed(answer.localities.iter().filter(|l| l.probability > NAMED_PROBABILITY), lang);
    Text::new(format!("Chưa chắc chắn: {}.", list(Lang::Vi)), format!("Uncertain: {}.", list(Lang::En)))
}

fn disputed(answer: &Answer) -> Text {
    let parties: Vec<String> = answer.localities.iter().filter(|l| l.party).map(place).collect();
    let open = answer.disputes.iter().filter(|d| d.in_zone && d.status.is_open());
    let (vi, en): (Vec<String>, Vec<String>) = open
        .map(|d| {
            let ground = zone_words(d.zone);
            (format!("{} ({})", d.name.vi, ground.vi), format!("{} ({})", d.name.en, ground.en))
        })
        .unzip();
    Text::new(
        format!("Vùng đang tranh chấp địa giới {}: {} cùng chịu trách nhiệm.", vi.join("; "), parties.join(" và ")),
        format!("Disputed boundary {}: {} are responsible jointly.", en.join("; "), parties.join(" and ")),
    )
}

/// How a zone came to be, in a few words.
pub fn zone_words(zone: ZoneKind) -> Text {
    match zone {
        ZoneKind::Derived => Text::new("vùng suy ra từ đoạn ranh chung", "zone derived from the common line"),
        ZoneKind::Filed => {
            Text::new("vùng theo yêu cầu các bên đã nộp", "zone of the claims that the parties have filed")
        }
        ZoneKind::FiledByOne => Text::new(
            "vùng theo yêu cầu của một bên so với ranh giới hiện hành; bên kia chưa nộp",
            "zone of one party's claim against the boundary in force; the other has filed none",
        ),
        ZoneKind::None => Text::new("chưa vẽ được vùng", "no zone can be drawn"),
    }
}

fn commune_not_known(answer: &Answer, finding: &Finding) -> Text {
    let here = answer.localities.iter().find(|l| l.contains && !l.candidates.is_empty());
    let Some(l) = here else { return uncertain(answer) };
    let names: Vec<&str> = l.candidates.iter().map(|c| c.name.as_str()).collect();
    let names = names.join(", ");
    let Some(district) = l.district.as_deref() else {
        return Text::new(
            format!("Đất của đơn vị bị chia khi cải cách, chưa có bản đồ mới; chưa rõ xã, là một trong: {names}."),
            format!(
                "Land of a unit that a reform split, without a new map yet; the commune is not known, one of: {names}."
            ),
        );
    };
    if finding.containing().is_some_and(|s| s.territory.maps_contradict) {
        return Text::new(
            format!(
                "Bản đồ cấp huyện xếp điểm này vào {district} nhưng danh mục đơn vị hành chính không khớp; chưa rõ xã, có thể là: {names}."
            ),
            format!(
                "The district map puts this point in {district} but the register of units contradicts it; the commune is not known, possibly: {names}."
            ),
        );
    }
    Text::new(
        format!("Bản đồ cấp huyện xếp điểm này vào {district}; chưa rõ xã, là một trong: {names}."),
        format!("The district map puts this point in {district}; the commune is not known, one of: {names}."),
    )
}

fn defect(answer: &Answer) -> Text {
    let names: Vec<String> = answer.localities.iter().filter(|l| l.contains).map(place).collect();
    Text::new(
        format!(
            "Lỗi dữ liệu ranh giới: {} chồng lên nhau tại đây. Đây không phải là tranh chấp; cần hỏi cơ quan phát hành bản đồ.",
            names.join(", ")
        ),
        format!(
            "Boundary data defect: {} overlap here. This is not a dispute; ask the publisher of the map.",
            names.join(", ")
        ),
    )
}

fn outside(answer: &Answer) -> Text {
    let near = answer.boundary.as_ref().and_then(|b| b.between.iter().flatten().next());
    match near {
        Some(unit) => Text::new(
            format!("Nằm ngoài mọi đơn vị trong dữ liệu; gần nhất là {}.", unit.name),
            format!("Outside every unit in the data; the nearest is {}.", unit.name),
        ),
        None => Text::new("Nằm ngoài mọi đơn vị trong dữ liệu.", "Outside every unit in the data."),
    }
}

fn boundary(answer: &Answer) -> Option<Text> {
    let b = answer.boundary.as_ref()?;
    let Some(bearing) = b.bearing_deg else {
        return Some(Text::new("Điểm nằm đúng trên đường ranh.", "The point is on the line itself."));
    };
    let (vi, en) = COMPASS[((bearing + 22.5) / 45.0) as usize % 8];
    let beyond = match (&b.between, answer.verdict) {
        (_, Verdict::None) => Text::default(),
        ([_, Some(Side { code: None, .. })], _) => {
            Text::new(", bên kia chưa rõ là xã nào", "; the commune beyond it is not known")
        }
        ([_, Some(far)], _) => Text::new(format!(", bên kia là {}", far.name), format!(", beyond it {}", far.name)),
        ([_, None], _) => Text::new(", bên kia nằm ngoài dữ liệu", ", beyond it outside the data"),
    };
    Some(Text::new(
        format!("Đường ranh gần nhất cách {} về hướng {vi}{}.", metres(b.distance_m, Lang::Vi), beyond.vi),
        format!("The nearest boundary is {} to the {en}{}.", metres(b.distance_m, Lang::En), beyond.en),
    ))
}

fn listed<'a>(localities: impl Iterator<Item = &'a Locality>, lang: Lang) -> String {
    localities.map(|l| format!("{} {}", place(l), percent(l.probability, lang))).collect::<Vec<_>>().join(", ")
}

fn place(l: &Locality) -> String {
    match &l.province {
        Some(province) => format!("{} ({})", l.name, province),
        None => l.name.clone(),
    }
}

/// Never rounds up to certainty: 99.96 % is "over 99.9 %".
pub fn percent(p: f64, lang: Lang) -> String {
    let percent = 100.0 * p;
    if percent > 99.9 {
        return format!("> {} %", number(99.9, 1, lang));
    }
    format!("{} %", number(percent, if percent >= 10.0 { 0 } else { 1 }, lang))
}

fn metres(m: f64, lang: Lang) -> String {
    match m {
        m if m < 10.0 => format!("{} m", number(m, 1, lang)),
        m if m < 1000.0 => format!("{} m", number(m, 0, lang)),
        m => format!("{} km", number(m / 1000.0, if m < 10_000.0 { 2 } else { 1 }, lang)),
    }
}

/// Vietnamese writes a decimal comma.
fn number(value: f64, digits: usize, lang: Lang) -> String {
    let text = format!("{value:.digits$}");
    match lang {
        Lang::Vi => text.replace('.', ","),
        Lang::En => text,
    }
}

fn push(text: &mut Text, more: Text) {
    for (whole, part) in [(&mut text.vi, more.vi), (&mut text.en, more.en)] {
        whole.push(' ');
        whole.push_str(&part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certainty_is_never_rounded_up() {
        assert_eq!(percent(0.9996, Lang::Vi), "> 99,9 %");
        assert_eq!(percent(0.994, Lang::En), "99 %");
        assert_eq!(percent(0.021, Lang::Vi), "2,1 %");
    }

    #[test]
    fn metres_read_as_people_say_them() {
        assert_eq!(metres(3.21, Lang::Vi), "3,2 m");
        assert_eq!(metres(463.6, Lang::En), "464 m");
        assert_eq!(metres(12_340.0, Lang::Vi), "12,3 km");
    }
}
