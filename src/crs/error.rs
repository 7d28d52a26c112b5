//! Why a position could not be read: what was wrong, where, and what to do, in both languages.

use super::CrsId;
use super::parse::MAX_CHARS;
use crate::domain::Text;

/// Places (`at`) count characters of the typed text from 1.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.text().en)]
pub enum PositionError {
    Empty,
    TooLong,
    ControlCharacter {
        code: u32,
        at: usize,
    },
    /// Letters or signs that belong to no notation.
    NotRead {
        piece: String,
        at: usize,
    },
    NotANumber {
        piece: String,
        at: usize,
    },
    /// Points and commas that can be read as decimals or as thousands.
    AmbiguousNumber {
        piece: String,
        at: usize,
    },
    NoNumber,
    OneNumber,
    NumberCount {
        found: usize,
    },
    LatitudeRange {
        value: f64,
    },
    LongitudeRange {
        value: f64,
    },
    MinutesRange {
        piece: String,
        at: usize,
    },
    SecondsRange {
        piece: String,
        at: usize,
    },
    /// Decimals on a number that minutes or seconds follow.
    BrokenFraction {
        piece: String,
        at: usize,
    },
    /// Two latitudes, or two longitudes.
    SameAxis {
        first: String,
        second: String,
    },
    /// One number with letters that contradict each other, such as N and S.
    LettersDisagree {
        first: String,
        second: String,
    },
    SignAgainstLetter {
        piece: String,
        at: usize,
    },
    DegreesAndMetres {
        degrees: f64,
        metres: f64,
    },
    GridRange {
        first: f64,
        second: f64,
    },
    DegreesInGrid {
        crs: CrsId,
    },
    MetresInDegrees {
        crs: CrsId,
    },
    UnknownCrs {
        typed: String,
    },
    CrsConflict {
        in_text: String,
        given: CrsId,
    },
    OutsideProjection {
        crs: CrsId,
    },
    /// GeoJSON or a geo: address that does not hold one point.
    NotAPoint {
        piece: String,
    },
    /// The coordinate library failed, not the person.
    Transformation {
        crs: CrsId,
        cause: String,
    },
}

impl PositionError {
    /// A stable word for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            PositionError::Empty => "position_empty",
            PositionError::TooLong => "position_too_long",
            PositionError::ControlCharacter { .. } => "control_character",
            PositionError::NotRead { .. } => "position_not_read",
            PositionError::NotANumber { .. } => "not_a_number",
            PositionError::AmbiguousNumber { .. } => "ambiguous_number",
            PositionError::NoNumber => "no_number",
            PositionError::OneNumber => "one_number",
            PositionError::NumberCount { .. } => "number_count",
            PositionError::LatitudeRange { .. } => "latitude_range",
            PositionError::LongitudeRange { .. } => "longitude_range",
            PositionError::MinutesRange { .. } => "minutes_range",
            PositionError::SecondsRange { .. } => "seconds_range",
            PositionError::BrokenFraction { .. } => "broken_fraction",
            PositionError::SameAxis { .. } => "same_axis",
            PositionError::LettersDisagree { .. } => "letters_disagree",
            PositionError::SignAgainstLetter { .. } => "sign_against_letter",
            PositionError::DegreesAndMetres { .. } => "degrees_and_metres",
            PositionError::GridRange { .. } => "grid_range",
            PositionError::DegreesInGrid { .. } => "degrees_in_grid",
            PositionError::MetresInDegrees { .. } => "metres_in_degrees",
            PositionError::UnknownCrs { .. } => "unknown_crs",
            PositionError::CrsConflict { .. } => "crs_conflict",
            PositionError::OutsideProjection { .. } => "outside_projection",
            PositionError::NotAPoint { .. } => "not_a_point",
            PositionError::Transformation { .. } => "transformation_failed",
        }
    }

    pub fn text(&self) -> Text {
        use PositionError as E;
        let (vi, en) = match self {
            E::Empty => (
                "Chưa có vị trí. Hãy gõ tọa độ, ví dụ 22.2183, 102.6410.".into(),
                "No position given. Type coordinates, for example 22.2183, 102.6410.".into(),
            ),
            E::TooLong => (
                format!("Vị trí dài quá {MAX_CHARS} ký tự. Chỉ gõ hai tọa độ."),
                format!("The position is longer than {MAX_CHARS} characters. Type the two coordinates only."),
            ),
            E::ControlCharacter { code, at } => (
                format!("Ký tự điều khiển U+{code:04X} ở vị trí {at}. Hãy xóa nó và gõ lại."),
                format!("Control character U+{code:04X} at character {at}. Remove it and type again."),
            ),
            E::NotRead { piece, at } => (
                format!(
                    "Không hiểu «{piece}» ở ký tự thứ {at}. Hãy gõ hai tọa độ, ví dụ 22.2183, 102.6410 hoặc EPSG:9205 462791 2457880."
                ),
                format!(
                    "“{piece}” at character {at} is not understood. Type two coordinates, for example 22.2183, 102.6410 or EPSG:9205 462791 2457880."
                ),
            ),
            E::NotANumber { piece, at } => (
                format!("«{piece}» ở ký tự thứ {at} không phải là một số tọa độ. Hãy gõ số đầy đủ, ví dụ 462791,5."),
                format!("“{piece}” at character {at} is not a coordinate. Type the number in full, for example 462791.5."),
            ),
            E::AmbiguousNumber { piece, at } => (
                format!(
                    "Dấu chấm và dấu phẩy trong «{piece}» (ký tự thứ {at}) có thể hiểu nhiều cách. Hãy bỏ dấu phân cách hàng nghìn và ngăn hai tọa độ bằng dấu cách hoặc dấu chấm phẩy."
                ),
                format!(
                    "The points and commas in “{piece}” (character {at}) can be read in more than one way. Leave out thousands separators and put a space or a semicolon between the two coordinates."
                ),
            ),
            E::NoNumber => (
                "Không thấy tọa độ nào. Hãy gõ hai tọa độ, ví dụ 22.2183, 102.6410.".into(),
                "There is no coordinate in it. Type two coordinates, for example 22.2183, 102.6410.".into(),
            ),
            E::OneNumber => (
                "Mới có một tọa độ. Cần hai: vĩ độ và kinh độ, hoặc tọa độ đông và bắc, ngăn bằng dấu cách hoặc dấu chấm phẩy.".into(),
                "There is only one coordinate. Two are needed: latitude and longitude, or easting and northing, with a space or a semicolon between them.".into(),
            ),
            E::NumberCount { found } => (
                format!("Có {found} số, không xếp được thành hai tọa độ. Hãy ngăn hai tọa độ bằng dấu chấm phẩy và bỏ các số khác (độ cao, sai số)."),
                format!("There are {found} numbers, which do not make two coordinates. Put a semicolon between the two and leave out others (altitude, accuracy)."),
            ),
            E::LatitudeRange { value } => (
                format!("Vĩ độ {value} không nằm trong khoảng −90 đến 90. Hãy xem lại số này."),
                format!("Latitude {value} is not between −90 and 90. Check this number."),
            ),
            E::LongitudeRange { value } => (
                format!("Kinh độ {value} không nằm trong khoảng −180 đến 180. Hãy xem lại số này."),
                format!("Longitude {value} is not between −180 and 180. Check this number."),
            ),
            E::MinutesRange { piece, at } => (
                format!("Số phút «{piece}» ở ký tự thứ {at} phải nhỏ hơn 60. Hãy xem lại."),
                format!("The minutes “{piece}” at character {at} must be less than 60. Check them."),
            ),
            E::SecondsRange { piece, at } => (
                format!("Số giây «{piece}» ở ký tự thứ {at} phải nhỏ hơn 60. Hãy xem lại."),
                format!("The seconds “{piece}” at character {at} must be less than 60. Check them."),
            ),
            E::BrokenFraction { piece, at } => (
                format!("«{piece}» ở ký tự thứ {at} có phần thập phân nhưng sau nó còn phút hoặc giây. Chỉ số cuối cùng được có phần thập phân."),
                format!("“{piece}” at character {at} has decimals although minutes or seconds follow. Only the last number may have decimals."),
            ),
            E::SameAxis { first, second } => (
                format!("«{first}» và «{second}» chỉ cùng một trục. Cần một vĩ độ (B/N) và một kinh độ (Đ/E)."),
                format!("“{first}” and “{second}” name the same axis. One latitude (N) and one longitude (E) are needed."),
            ),
            E::LettersDisagree { first, second } => (
                format!("«{first}» và «{second}» đi cùng một số nhưng trái nhau. Hãy giữ lại một chữ."),
                format!("“{first}” and “{second}” stand with one number and contradict each other. Keep one of them."),
            ),
            E::SignAgainstLetter { piece, at } => (
                format!("Dấu của «{piece}» ở ký tự thứ {at} trái với chữ chỉ hướng. Hãy bỏ dấu hoặc bỏ chữ."),
                format!("The sign of “{piece}” at character {at} contradicts its hemisphere letter. Leave out one of the two."),
            ),
            E::DegreesAndMetres { degrees, metres } => (
                format!("{degrees} giống số độ còn {metres} giống số mét. Hãy gõ cả hai bằng độ hoặc cả hai bằng mét, đủ chữ số."),
                format!("{degrees} looks like degrees and {metres} like metres. Type both in degrees or both in metres, with every digit."),
            ),
            E::GridRange { first, second } => (
                format!(
                    "{first} và {second} không phải là một cặp tọa độ lưới: tọa độ đông có 6 chữ số trước dấu thập phân (ở đây 200000–820000), tọa độ bắc có 7 (ở đây 2310000–2530000). Có thể thiếu hoặc thừa một chữ số."
                ),
                format!(
                    "{first} and {second} are not a pair of grid coordinates: an easting has 6 digits before the decimals (here 200000–820000), a northing 7 (here 2310000–2530000). A digit may be missing or doubled."
                ),
            ),
            E::DegreesInGrid { crs } => (
                format!("Các số là độ, nhưng {} ({}) là lưới tính bằng mét. Hãy bỏ hệ tọa độ hoặc gõ tọa độ lưới.", crs.name().vi, crs.code()),
                format!("The numbers are degrees, but {} ({}) is a grid in metres. Leave out the CRS or type grid coordinates.", crs.name().en, crs.code()),
            ),
            E::MetresInDegrees { crs } => (
                format!("Các số là mét, nhưng {} ({}) tính bằng độ. Hãy nêu hệ tọa độ lưới, ví dụ EPSG:9205.", crs.name().vi, crs.code()),
                format!("The numbers are metres, but {} ({}) is in degrees. Name the grid, for example EPSG:9205.", crs.name().en, crs.code()),
            ),
            E::UnknownCrs { typed } => (
                format!("Không biết hệ tọa độ «{typed}», hoặc tên chưa nêu rõ múi. Các hệ dùng được: {}.", known()),
                format!("The CRS “{typed}” is not known, or its name leaves the zone open. Known are: {}.", known()),
            ),
            E::CrsConflict { in_text, given } => (
                format!("Trong vị trí ghi {in_text} nhưng hệ tọa độ được chọn là {}. Hãy bỏ một trong hai.", given.code()),
                format!("The position names {in_text}, but the CRS chosen is {}. Leave out one of the two.", given.code()),
            ),
            E::OutsideProjection { crs } => (
                format!("Vị trí nằm ngoài phạm vi của {} ({}). Hãy xem lại các số và hệ tọa độ.", crs.name().vi, crs.code()),
                format!("The position lies outside the domain of {} ({}). Check the numbers and the CRS.", crs.name().en, crs.code()),
            ),
            E::NotAPoint { piece } => (
                format!("«{piece}» không phải là một điểm GeoJSON hay địa chỉ geo: đọc được. Ví dụ đúng: geo:22.2183,102.6410."),
                format!("“{piece}” is not a readable GeoJSON point or geo: address. A right one: geo:22.2183,102.6410."),
            ),
            E::Transformation { crs, cause } => (
                format!("Không chuyển được tọa độ từ {}: {cause}. Đây là lỗi của máy, không phải của vị trí.", crs.code()),
                format!("Coordinates could not be converted from {}: {cause}. This is a fault of the installation, not of the position.", crs.code()),
            ),
        };
        Text { vi, en }
    }
}

fn known() -> String {
    CrsId::all().map(CrsId::code).collect::<Vec<_>>().join(", ")
}
