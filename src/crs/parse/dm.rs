//! Degrees and minutes: `22°13.10'N 102°38.46'E`, as most handheld receivers show them.

use super::{Format, angle};

pub(super) const FORMAT: Format = Format {
    code: "degrees_minutes",
    vi: "Độ, phút thập phân",
    en: "Degrees and decimal minutes",
    example: "22°13.10'N 102°38.46'E",
    read: |input| angle::read(input, 2),
};

#[cfg(test)]
mod tests {
    use crate::crs::PositionError as E;
    use crate::crs::parse::{Value, text};

    #[test]
    fn every_way_to_write_it() {
        for typed in [
            "22°13.10'N 102°38.46'E",
            "22°13,10'N 102°38,46'E",
            "N 22°13.10' E 102°38.46'",
            "N22°13.10', E102°38.46'",
            "22º13.10′ B 102º38.46′ Đ",
            "22˚13.10’N 102˚38.46’E",
            "22 13.10 N 102 38.46 E",
            "22 13.10 102 38.46",
            "22 13.10, 102 38.46",
            "22o13.10' 102o38.46'",
            "22 độ 13,10 phút Bắc, 102 độ 38,46 phút Đông",
            "22°13.10' vĩ độ Bắc 102°38.46' kinh độ Đông",
            "102°38.46'E 22°13.10'N",
            "22:13.10N 102:38.46E",
        ] {
            let read = text(typed).unwrap_or_else(|e| panic!("{typed}: {e}"));
            assert_eq!(
                read.value,
                Value::Degrees { lon_deg: 102.0 + 38.46 / 60.0, lat_deg: 22.0 + 13.10 / 60.0 },
                "{typed}"
            );
            assert!(read.mends.is_empty());
        }
    }

    #[test]
    fn a_sign_goes_for_the_whole_angle() {
        let read = text("-22°30' -102°15'").unwrap();
        assert_eq!(read.value, Value::Degrees { lon_deg: -102.25, lat_deg: -22.5 });
    }

    #[test]
    fn a_swap_is_mended_and_said() {
        let read = text("102 38.46 22 13.10").unwrap();
        assert_eq!(read.value, text("22 13.10 102 38.46").unwrap().value);
        assert_eq!(read.mends[0].code, "swapped_axes");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (typed, error) in [
            ("22°60.0'N 102°38.46'E", E::MinutesRange { piece: "60.0".into(), at: 4 }),
            ("22.5°13'N 102°38'E", E::BrokenFraction { piece: "22.5".into(), at: 1 }),
            ("22'13°N 102°38'E", E::NumberCount { found: 4 }),
            ("22°13.10'N", E::OneNumber),
            ("22 13.10 N", E::OneNumber),
            ("N 22 13.10", E::OneNumber),
            ("91°13'N 102°38'E", E::LatitudeRange { value: 91.0 + 13.0 / 60.0 }),
            ("-22°13'N 102°38'E", E::SignAgainstLetter { piece: "22".into(), at: 2 }),
        ] {
            assert_eq!(text(typed).map(|t| t.value), Err(error), "{typed}");
        }
    }
}
