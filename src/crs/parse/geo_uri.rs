//! A geo: address (RFC 5870), latitude first: `geo:22.2183,102.6410;u=15`.

use super::{CrsId, Format, Input, Named, Typed, axes};
use crate::crs::PositionError;

pub(super) const FORMAT: Format = Format {
    code: "geo_uri",
    vi: "Địa chỉ geo: (RFC 5870)",
    en: "geo: address (RFC 5870)",
    example: "geo:22.2183,102.6410",
    read,
};

fn read(input: &Input) -> Result<Option<Typed>, PositionError> {
    let typed = input.typed.trim();
    let Some(rest) = typed.get(..4).filter(|s| s.eq_ignore_ascii_case("geo:")).map(|_| &typed[4..]) else {
        return Ok(None);
    };
    let wrong = || PositionError::NotAPoint { piece: typed.to_owned() };
    let (place, parameters) = rest.split_once([';', '?']).unwrap_or((rest, ""));
    // Another CRS than the default would change the meaning of the numbers.
    let other_crs = |p: &str| {
        let (name, value) = p.split_once('=').unwrap_or((p, ""));
        name.eq_ignore_ascii_case("crs") && !value.eq_ignore_ascii_case("wgs84")
    };
    if parameters.split(';').any(other_crs) {
        return Err(wrong());
    }
    let numbers: Vec<f64> = place.split(',').map(str::parse).collect::<Result<_, _>>().map_err(|_| wrong())?;
    // A third number is the altitude.
    let ([lat, lon] | [lat, lon, _]) = numbers[..] else {
        return Err(wrong());
    };
    let (value, mend) = axes::degrees(lon, lat)?;
    Ok(Some(Typed { value, named: Some(Named::One(CrsId::WGS84)), mends: Vec::from_iter(mend) }))
}

#[cfg(test)]
mod tests {
    use crate::crs::PositionError as E;
    use crate::crs::parse::{Value, text};

    #[test]
    fn parameters_and_altitude_are_left_out() {
        for typed in
            ["geo:22.25,102.5", "GEO:22.25,102.5,850;u=15", "geo:22.25,102.5;crs=WGS84;u=5", "geo:22.25,102.5?z=12"]
        {
            assert_eq!(text(typed).unwrap().value, Value::Degrees { lon_deg: 102.5, lat_deg: 22.25 }, "{typed}");
        }
    }

    #[test]
    fn what_is_no_point_is_refused() {
        for typed in ["geo:", "geo:22.25", "geo:a,b", "geo:22.25,102.5;crs=vn2000"] {
            assert_eq!(text(typed), Err(E::NotAPoint { piece: typed.into() }), "{typed}");
        }
        assert!(matches!(text("geo:NaN,102.5"), Err(E::LatitudeRange { .. })));
    }
}
