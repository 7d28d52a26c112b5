//! On whose land somebody answers: by lineage, on the real register. Codes are used again, so a code without its first
//! day is not a unit.

use giapranh::domain::UnitKey;
use jiff::civil::{Date, date};

use crate::common::indicative;

const TODAY: Date = date(2026, 11, 1);
const REFORM: Option<Date> = Some(date(2025, 7, 1));

fn lands(code: &str, from: Option<Date>) -> Vec<String> {
    let register = &indicative().engine.register;
    let key = UnitKey { code: code.into(), from };
    assert!(key.unit(register).is_some(), "{key} is in the register");
    register.same_land(&key, TODAY).iter().map(ToString::to_string).collect()
}

fn has(lands: &[String], keys: &[&str]) -> Vec<bool> {
    keys.iter().map(|key| lands.iter().any(|l| l == key)).collect()
}

/// Quảng Lâm of today was made of two communes of two districts; one of them had its code and its name.
#[test]
fn whoever_answers_for_todays_quang_lam_sees_what_happened_in_all_it_was_made_of() {
    let of_today = lands("03164", REFORM);
    assert_eq!(has(&of_today, &["03164@2025-07-01", "03164@", "03167@", "03162@"]), [true, true, true, false]);
    // A person whose unit has ended answers with its successor, for the neighbours it was merged with, too.
    let of_then = lands("03167", None);
    assert_eq!(has(&of_then, &["03167@", "03164@2025-07-01", "03164@"]), [true, true, true]);
}

/// Code 15 was Yên Bái and is Lào Cai; 10 was Lào Cai.
#[test]
fn a_province_answers_for_its_communes_then_and_now_and_not_for_anothers() {
    let lao_cai = lands("15", REFORM);
    assert_eq!(has(&lao_cai, &["15@2025-07-01", "10@", "15@"]), [true, true, true], "with Yên Bái joined to it");
    let quang_lam = ["03164@2025-07-01", "03164@"];
    assert_eq!(has(&lao_cai, &quang_lam), [false, false]);
    assert_eq!(has(&lands("11", None), &quang_lam), [true, true], "Điện Biên");
}

/// Districts ended on 30 June 2025; whoever was of one answers with the communes that came of it.
#[test]
fn a_former_district_answers_where_its_communes_went() {
    let register = &indicative().engine.register;
    let district = register.units().iter().find(|u| u.name.contains("Nậm Pồ")).expect("huyện Nậm Pồ");
    let key = UnitKey::of(district);
    let lands: Vec<String> = register.same_land(&key, TODAY).iter().map(ToString::to_string).collect();
    assert_eq!(has(&lands, &["03167@", "03164@2025-07-01"]), [true, true], "Na Cô Sa was in it");
}

#[test]
fn a_key_is_written_and_read_the_same_and_nonsense_is_refused() {
    for text in ["03164@2025-07-01", "03164@"] {
        assert_eq!(text.parse::<UnitKey>().unwrap().to_string(), text);
    }
    for text in ["", "03164", "@2025-07-01", "03164@yesterday"] {
        assert!(text.parse::<UnitKey>().is_err(), "{text}");
    }
}
