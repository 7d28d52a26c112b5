//! Degrees, minutes and seconds: `22°13'6.0"N 102°38'27.6"E`.

use super::{Format, angle};

pub(super) const FORMAT: Format = Format {
    code: "degrees_minutes_seconds",
    vi: "Độ, phút, giây",
    en: "Degrees, minutes and seconds",
    example: "22°13'06.0\"N 102°38'27.6\"E",
    read: |input| angle::read(input, 3),
};

#[cfg(test)]
mod tests {
    use crate::crs::PositionError as E;
    use crate::crs::parse::{Value, text};

    #[test]
    fn every_way_to_write_it() {
        let here =
            Value::Degrees { lon_deg: 102.0 + 38.0 / 60.0 + 27.6 / 3600.0, lat_deg: 22.0 + 13.0 / 60.0 + 6.0 / 3600.0 };
        for typed in [
            "22°13'6.0\"N 102°38'27.6\"E",
            "22°13'06,0\"B 102°38'27,6\"Đ",
            "22°13′6.0″N 102°38′27.6″E",
            "22°13'6''N, 102°38'27.6''E",
            "22º13’6.0”N 102º38’27.6”E",
            "22 13 6 N 102 38 27.6 E",
            "22 13 6 102 38 27.6",
            "22-13-6N 102-38-27.6E",
            "22:13:06 N; 102:38:27.6 E",
            "22 độ 13 phút 6 giây Bắc 102 độ 38 phút 27,6 giây Đông",
            "kinh độ 102°38'27.6\", vĩ độ 22°13'6\"",
        ] {
            let read = text(typed).unwrap_or_else(|e| panic!("{typed}: {e}"));
            assert_eq!(read.value, here, "{typed}");
        }
    }

    #[test]
    fn the_longer_coordinate_gives_the_notation() {
        let read = text("22.5N 102°30'0\"E").unwrap();
        assert_eq!(read.value, Value::Degrees { lon_deg: 102.5, lat_deg: 22.5 });
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (typed, error) in [
            ("22°13'60\"N 102°38'27\"E", E::SecondsRange { piece: "60".into(), at: 7 }),
            ("22°75'10\"N 102°38'27\"E", E::MinutesRange { piece: "75".into(), at: 4 }),
            ("22°13.5'10\"N 102°38'27\"E", E::BrokenFraction { piece: "13.5".into(), at: 4 }),
            ("22°13'6\"N", E::OneNumber),
            ("22 13 6 N", E::OneNumber),
            ("22 13 6 102 38", E::NumberCount { found: 5 }),
        ] {
            assert_eq!(text(typed).map(|t| t.value), Err(error), "{typed}");
        }
    }
}
