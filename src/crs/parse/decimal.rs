//! Decimal degrees: `22.2183, 102.6410`, `22,2183 102,6410`, `102.6410E 22.2183N`.

use super::{Format, angle};

pub(super) const FORMAT: Format = Format {
    code: "decimal_degrees",
    vi: "Độ thập phân (dấu chấm hoặc dấu phẩy)",
    en: "Decimal degrees (point or comma)",
    example: "22.2183, 102.6410",
    read: |input| angle::read(input, 1),
};

#[cfg(test)]
mod tests {
    use crate::crs::PositionError as E;
    use crate::crs::parse::{Value, text};

    const HERE: Value = Value::Degrees { lon_deg: 102.641, lat_deg: 22.2183 };

    #[test]
    fn every_way_to_write_it() {
        for typed in [
            "22.2183, 102.6410",
            "22.2183,102.6410",
            "22,2183 102,6410",
            "22,2183; 102,6410",
            "22,2183, 102,6410",
            "22,2183,102,6410",
            "(22.2183, 102.641)",
            "22.2183N 102.6410E",
            "22.2183°N, 102.6410°E",
            "102.6410E 22.2183N",
            "N 22.2183 E 102.6410",
            "N22.2183 E102.6410",
            "22.2183 B 102.6410 Đ",
            "22,2183 Bắc; 102,6410 Đông",
            "vĩ độ 22,2183 kinh độ 102,6410",
            "lon=102.641 lat=22.2183",
            "x: 102.641, y: 22.2183",
            "+22.2183 102.6410E",
            "22.2183N 102.6410",
            "22.2183 102.6410 E",
            "22.2183\t102.6410",
        ] {
            let read = text(typed).unwrap();
            assert_eq!((read.value, read.mends.len()), (HERE, 0), "{typed}");
        }
    }

    #[test]
    fn a_swap_is_mended_and_said() {
        for typed in ["102.641 22.2183", "102,641; 22,2183", "x=22.2183 y=102.641"] {
            let read = text(typed).unwrap();
            assert_eq!(read.value, HERE, "{typed}");
            assert_eq!(read.mends[0].code, "swapped_axes");
            assert!(read.mends[0].text.en.contains("latitude 22.2183"), "{:?}", read.mends);
        }
    }

    #[test]
    fn n_is_north_and_nam_is_south() {
        assert_eq!(text("22.5 N 102.5 E").unwrap().value, Value::Degrees { lon_deg: 102.5, lat_deg: 22.5 });
        assert_eq!(text("22.5 Nam 102.5 Tây").unwrap().value, Value::Degrees { lon_deg: -102.5, lat_deg: -22.5 });
        assert_eq!(text("-22.5 S, -102.5 W").unwrap().value, Value::Degrees { lon_deg: -102.5, lat_deg: -22.5 });
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (typed, error) in [
            ("91N", E::OneNumber),
            ("91N 102.6E", E::LatitudeRange { value: 91.0 }),
            ("22.2E 102.6N", E::LatitudeRange { value: 102.6 }),
            ("22.2N 181E", E::LongitudeRange { value: 181.0 }),
            ("95.5, 101.2", E::LatitudeRange { value: 95.5 }),
            ("22.2183", E::OneNumber),
            ("22,102", E::OneNumber),
            ("22.2, 102.6, 850", E::NumberCount { found: 3 }),
            ("22.2N 102.6N", E::SameAxis { first: "N".into(), second: "N".into() }),
            ("22.2 Bắc Nam 102.6", E::LettersDisagree { first: "Bắc".into(), second: "Nam".into() }),
            ("lat 22.2 E lon 102.6 E", E::LettersDisagree { first: "lat".into(), second: "E".into() }),
            ("-22.2N 102.6E", E::SignAgainstLetter { piece: "22.2".into(), at: 2 }),
            ("22.2N +102.6W", E::SignAgainstLetter { piece: "102.6".into(), at: 8 }),
            ("22.2 m 102.6 m", E::NotRead { piece: "22.2".into(), at: 1 }),
            ("Dền Thàng", E::NotRead { piece: "Dền".into(), at: 1 }),
            ("N E", E::NotRead { piece: "N".into(), at: 1 }),
            (",", E::NoNumber),
            ("22.2 1e5", E::NotANumber { piece: "1e5".into(), at: 6 }),
            ("22.2 462791", E::DegreesAndMetres { degrees: 22.2, metres: 462_791.0 }),
        ] {
            assert_eq!(text(typed), Err(error), "{typed}");
        }
    }
}
