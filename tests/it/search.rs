//! What is called so: names with and without diacritics, of today and of before, codes, villages.

use giapranh::domain::Level;
use giapranh::service::Service;
use giapranh::service::search::{Found, Named};

/// The built-in register and disputes are enough: names need no boundary files.
fn service() -> std::sync::Arc<Service> {
    Service::open(tempfile::tempdir().unwrap().path()).unwrap()
}

/// "code name, district, province", villages with a star.
fn told(found: &[Found]) -> Vec<String> {
    let line = |f: &Found| {
        let star = if matches!(f.named, Named::Village { .. }) { "*" } else { "" };
        let place: Vec<&str> = [f.unit.district.as_deref(), f.unit.province.as_deref()].into_iter().flatten().collect();
        format!("{} {star}{}, {}", f.unit.code, f.name, place.join(", "))
    };
    found.iter().map(line).collect()
}

#[test]
fn a_name_is_found_with_and_without_diacritics_and_in_any_case() {
    let service = service();
    let with = told(&service.search("Quảng Lâm", 20));
    assert_eq!(with[0], "03164 Xã Quảng Lâm, Tỉnh Điện Biên");
    assert!(with.contains(&"03164 Xã Quảng Lâm, Huyện Mường Nhé, Tỉnh Điện Biên".to_owned()), "{with:?}");
    assert_eq!(told(&service.search("quang lam", 20)), with);
    assert_eq!(told(&service.search("  XÃ QUẢNG   LÂM ", 20)), with);
}

#[test]
fn a_unit_that_ended_is_told_with_what_became_of_it() {
    let found = service().search("Na Cô Sa", 20);
    assert_eq!(told(&found)[0], "03167 Xã Na Cô Sa, Huyện Nậm Pồ, Tỉnh Điện Biên");
    assert_eq!(found[0].valid_to, Some(jiff::civil::date(2025, 7, 1)));
    let now: Vec<&str> = found[0].became.iter().map(|u| u.name.as_str()).collect();
    assert_eq!(now, ["Xã Quảng Lâm"]);
}

#[test]
fn one_code_is_two_territories() {
    let found = service().search("03164", 20);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].valid_to, found[1].valid_to), (None, Some(jiff::civil::date(2025, 7, 1))));
}

#[test]
fn one_name_is_several_places() {
    let found = told(&service().search("Dền Thàng", 20));
    assert_eq!(
        found,
        ["02722 Xã Dền Thàng, Huyện Bát Xát, Tỉnh Lào Cai", "03164 *Dền Thàng, Huyện Mường Nhé, Tỉnh Điện Biên"]
    );
}

#[test]
fn nothing_hostile_or_empty_is_found() {
    let service = service();
    for typed in
        ["", "   ", "no such place", "%", "'; DROP TABLE units; --", "\u{202e}", "<script>", &"ă".repeat(10_000)]
    {
        assert_eq!(told(&service.search(typed, 20)), [] as [&str; 0], "{typed}");
    }
    assert_eq!(service.search("a", 1000).len(), 50);
    assert_eq!(service.search("Điện Biên", 20)[0].named, Named::Unit { level: Level::Province });
}
