//! The three hotspots and the three agreements through time, as a district official would read them off a calendar.
//! They come with the program and need no boundary file.

use giapranh::domain::{DisputeLevel, DisputeStatus, InForce};
use giapranh::service::{agreement_here, disputes_at};
use jiff::civil::{Date, date};

use crate::common::indicative;

/// The day before anyone had named the hotspots.
const EVE: Date = date(2023, 5, 22);
/// The four districts meet at Mường Nhé and sign.
const SIGNED: Date = date(2023, 5, 23);
const SUMMER: Date = date(2023, 6, 1);
/// The last day of districts.
const LAST_DAY: Date = date(2025, 6, 30);
/// Two levels of units; Yên Bái is in Lào Cai.
const REFORM: Date = date(2025, 7, 1);
/// A fixed day of now, so that the test reads the same next year.
const TODAY: Date = date(2026, 11, 23);

use DisputeLevel::{Commune, Province, Village};
use DisputeStatus::{DissolvedByMerger, Open};

/// Status and level on the days above; `None`: nobody had recorded it yet.
type Days = [Option<(DisputeStatus, DisputeLevel)>; 6];

#[test]
fn the_hotspots_through_time() {
    let table: [(&str, Days); 3] = [
        // Two communes of two districts; since the reform two villages of one commune.
        (
            "den-thang-huoi-thung",
            [
                None,
                Some((Open, Commune)),
                Some((Open, Commune)),
                Some((Open, Commune)),
                Some((DissolvedByMerger, Village)),
                Some((DissolvedByMerger, Village)),
            ],
        ),
        // Two communes of two districts; since the reform two communes of one province.
        (
            "nam-ke-na-co-sa",
            [
                None,
                Some((Open, Commune)),
                Some((Open, Commune)),
                Some((Open, Commune)),
                Some((Open, Commune)),
                Some((Open, Commune)),
            ],
        ),
        // Điện Biên and Lai Châu, then and now.
        (
            "cay-sat-nam-nga",
            [
                None,
                Some((Open, Province)),
                Some((Open, Province)),
                Some((Open, Province)),
                Some((Open, Province)),
                Some((Open, Province)),
            ],
        ),
    ];
    for (id, expected) in table {
        let read = [EVE, SIGNED, SUMMER, LAST_DAY, REFORM, TODAY].map(|at| {
            let listed = disputes_at(indicative(), at);
            listed.into_iter().find(|d| d.id == id).map(|d| (d.status, d.level))
        });
        assert_eq!(read, expected, "{id}");
    }
}

#[test]
fn the_agreements_through_time() {
    use InForce::{Expired, NeverSigned, NotKnown, Yes};
    let table = [
        // Signed 23 May 2023; its term is not known, and the four districts that signed ended with June 2025.
        ("four-districts-2023", [NeverSigned, Yes, Yes, Yes, NotKnown, NotKnown]),
        // Signed 4 March 2023 by the two provinces for 2023–2025.
        ("lao-cai-lai-chau-2023-2025", [Yes, Yes, Yes, Yes, Yes, Expired]),
        // A meeting that agreed to sign later; no signature is known.
        ("sa-pa-tan-uyen-tam-duong-2024", [NeverSigned; 6]),
    ];
    let service = indicative();
    for (id, expected) in table {
        let record = service.records.agreements.iter().find(|a| a.id == id).expect(id);
        let read =
            [EVE, SIGNED, SUMMER, LAST_DAY, REFORM, TODAY].map(|at| agreement_here(service, record, at).in_force);
        assert_eq!(read, expected, "{id}");
    }
}

#[test]
fn an_agreement_is_listed_from_the_first_day_anything_is_known_of_it() {
    let service = indicative();
    let known = |at: Date| -> Vec<&str> {
        let known = service.records.agreements.iter().filter(|a| a.known_from().is_some_and(|from| from <= at));
        known.map(|a| a.id.as_str()).collect()
    };
    assert_eq!(known(EVE), ["lao-cai-lai-chau-2023-2025"]);
    assert_eq!(known(SIGNED), ["four-districts-2023", "lao-cai-lai-chau-2023-2025"]);
    assert_eq!(known(date(2024, 1, 16)).len(), 2);
    assert_eq!(known(date(2024, 1, 17)).len(), 3);
}

#[test]
fn the_parties_then_and_now() {
    let then_and_now = |id: &str| -> Vec<(String, Vec<String>)> {
        let here = disputes_at(indicative(), TODAY).into_iter().find(|d| d.id == id).expect("listed");
        let name = |u: &giapranh::service::answer::UnitName| format!("{} {}", u.code, u.name);
        here.parties.iter().map(|p| (name(&p.then), p.now.iter().map(name).collect())).collect()
    };
    let row = |then: &str, now: &str| (then.to_owned(), vec![now.to_owned()]);
    assert_eq!(
        then_and_now("den-thang-huoi-thung"),
        [row("03164 Xã Quảng Lâm", "03164 Xã Quảng Lâm"), row("03167 Xã Na Cô Sa", "03164 Xã Quảng Lâm")]
    );
    assert_eq!(
        then_and_now("nam-ke-na-co-sa"),
        [row("03162 Xã Nậm Kè", "03162 Xã Nậm Kè"), row("03167 Xã Na Cô Sa", "03164 Xã Quảng Lâm")]
    );
    assert_eq!(
        then_and_now("cay-sat-nam-nga"),
        [row("03177 Xã Huổi Lếch", "03163 Xã Mường Toong"), row("03463 Xã Tà Tổng", "03463 Xã Tà Tổng")]
    );
}

#[test]
fn the_review_of_2023_holds_the_figures_of_the_meeting_at_sa_pa() {
    let review = indicative().review("sa-pa-tan-uyen-tam-duong-2024", 2023).unwrap();
    let total = |what: &str| {
        let t = review.totals.iter().find(|t| t.what == what).unwrap_or_else(|| panic!("{what}"));
        (t.value, t.at_least)
    };
    assert_eq!((total("meetings"), total("listeners")), ((6.0, false), (988.0, false)));
    assert_eq!((total("trainings"), total("team_heads")), ((2.0, false), (46.0, false)));
    assert_eq!(total("planted_ha"), (524.5, false));
    assert_eq!(total("scattered_trees"), (12000.0, true), "the article says more than 12 000");
    assert!(review.incidents.is_none(), "no incidents are kept, and that is said");
    assert!(review.obligations.iter().all(|o| o.open));
    assert_eq!(indicative().review("sa-pa-tan-uyen-tam-duong-2024", 2024).unwrap().activities.len(), 0);
    assert!(indicative().review("sa-pa-tan-uyen-tam-duong-2024", 2999).is_err());
}
