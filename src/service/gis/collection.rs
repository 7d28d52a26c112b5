//! The table of collections.

use jiff::civil::Date;

use super::{incidents, lines, records, units};
use crate::domain::{Level, Text, Who};
use crate::export::{Feature, Field, LayerInfo, ShapeKind};
use crate::service::{ActionError, QuestionError, Service};

/// What a collection is made of.
#[derive(Clone, Copy)]
pub enum Of {
    /// Features in force at a date, made from the datasets and records in memory.
    Date(fn(&Service, Date) -> Result<Vec<Feature>, QuestionError>),
    /// Features that belong to no date.
    Timeless(fn(&Service) -> Result<Vec<Feature>, QuestionError>),
    /// Rows of the store, by permission.
    Incidents,
}

/// One collection.
pub struct Collection {
    /// In addresses and names of files.
    pub id: &'static str,
    vi: &'static str,
    en: &'static str,
    about_vi: &'static str,
    about_en: &'static str,
    pub shape: ShapeKind,
    pub fields: &'static [Field],
    pub of: Of,
}

/// Every collection.
pub const COLLECTIONS: [Collection; 10] = [
    Collection {
        id: "communes",
        vi: "Xã, phường",
        en: "Communes",
        about_vi: "Đơn vị cấp xã có hiệu lực vào ngày hỏi (datetime).",
        about_en: "Communes in force at the date asked about (datetime).",
        shape: ShapeKind::Land,
        fields: &units::FIELDS,
        of: Of::Date(|s, at| units::units(s, Level::Commune, at)),
    },
    Collection {
        id: "districts",
        vi: "Huyện (đến 30-6-2025)",
        en: "Districts (until 30 June 2025)",
        about_vi: "Đơn vị cấp huyện có hiệu lực vào ngày hỏi; trống từ 1-7-2025.",
        about_en: "Districts in force at the date asked about; none since 1 July 2025.",
        shape: ShapeKind::Land,
        fields: &units::FIELDS,
        of: Of::Date(|s, at| units::units(s, Level::District, at)),
    },
    Collection {
        id: "provinces",
        vi: "Tỉnh",
        en: "Provinces",
        about_vi: "Tỉnh, hợp từ các xã (hoặc huyện) có hiệu lực vào ngày hỏi.",
        about_en: "Provinces, as the union of their communes (or districts) in force at the date asked about.",
        shape: ShapeKind::Land,
        fields: &units::FIELDS,
        of: Of::Date(|s, at| units::units(s, Level::Province, at)),
    },
    Collection {
        id: "boundaries",
        vi: "Đường địa giới",
        en: "Boundary lines",
        about_vi: "Đường chung của hai đơn vị, với đơn vị ở mỗi bên (nhìn theo chiều đường).",
        about_en: "The line two units share, with the unit on each side (seen along the line).",
        shape: ShapeKind::Line,
        fields: &lines::FIELDS,
        of: Of::Date(|s, at| Ok(lines::boundaries(s, at))),
    },
    Collection {
        id: "disputes",
        vi: "Vùng tranh chấp",
        en: "Disputes",
        about_vi: "Vùng tranh chấp ghi nhận đến ngày hỏi; các bên theo thứ tự trong hồ sơ.",
        about_en: "Zones of disputes recorded by the date asked about; parties in the order of the record.",
        shape: ShapeKind::Land,
        fields: &records::DISPUTE,
        of: Of::Date(|s, at| Ok(records::disputes(s, at))),
    },
    Collection {
        id: "claims",
        vi: "Đề nghị của các bên",
        en: "Claims",
        about_vi: "Đường hoặc vùng mỗi bên đề nghị, còn hiệu lực vào ngày hỏi.",
        about_en: "The line or land each party asks for, standing at the date asked about.",
        shape: ShapeKind::Mixed,
        fields: &records::CLAIM,
        of: Of::Date(|s, at| Ok(records::claims(s, at))),
    },
    Collection {
        id: "slivers",
        vi: "Chỗ hai bản đồ khác nhau",
        en: "Slivers between maps",
        about_vi: "Mảnh đất hai bản đồ vẽ vào đơn vị khác nhau: khác nhau giữa bản đồ, không phải lỗi bên nào.",
        about_en: "Land two maps put in different units: a difference between maps, never guilt on a side.",
        shape: ShapeKind::Land,
        fields: &records::SLIVER,
        of: Of::Timeless(records::slivers),
    },
    Collection {
        id: "agreements",
        vi: "Địa bàn thỏa thuận",
        en: "Areas of agreements",
        about_vi: "Đất của các bên tham gia thỏa thuận đã biết đến ngày hỏi, theo bản đồ của ngày đó.",
        about_en: "The land of the parties to agreements known by the date asked about, on the map of that date.",
        shape: ShapeKind::Land,
        fields: &records::AGREEMENT,
        of: Of::Date(|s, at| Ok(records::agreements(s, at))),
    },
    Collection {
        id: "role-areas",
        vi: "Địa bàn cơ quan",
        en: "Role areas",
        about_vi: "Nơi các cơ quan giữ vai trò: chủ rừng, kiểm lâm, biên phòng, dân cư.",
        about_en: "Where bodies have their roles: forest owner, ranger station, border guard, people.",
        shape: ShapeKind::Land,
        fields: &records::ROLE_AREA,
        of: Of::Date(|s, at| Ok(records::role_areas(s, at))),
    },
    Collection {
        id: "incidents",
        vi: "Vụ việc",
        en: "Incidents",
        about_vi: "Vụ việc trong phạm vi của người hỏi, không có giá trị cá nhân. Cần đăng nhập hoặc mã truy cập.",
        about_en: "Incidents in the scope of who asks, without personal values. Needs a session or an API token.",
        shape: ShapeKind::Point,
        fields: &incidents::FIELDS,
        of: Of::Incidents,
    },
];

/// A collection by its id.
///
/// # Errors
/// There is none; the sentence lists them.
pub fn find(id: &str) -> Result<&'static Collection, ActionError> {
    COLLECTIONS.iter().find(|c| c.id == id).ok_or_else(|| {
        let id: String = id.chars().take(40).collect();
        let all = COLLECTIONS.map(|c| c.id).join(", ");
        crate::domain::RecordError::Unknown { what: "collection", id: format!("{id} ({all})") }.into()
    })
}

impl Collection {
    pub fn title(&self) -> Text {
        Text::new(self.vi, self.en)
    }

    pub fn about(&self) -> Text {
        Text::new(self.about_vi, self.about_en)
    }

    /// May they read it at all? What of it, the store decides.
    pub fn is_for(&self, who: Option<&Who>) -> bool {
        !matches!(self.of, Of::Incidents) || who.is_some()
    }

    pub fn is_of_a_date(&self) -> bool {
        matches!(self.of, Of::Date(_))
    }

    /// The place of a field in the features' values.
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.name == name)
    }

    /// What travels with the data.
    pub fn layer(&self, service: &Service, at: Option<Date>) -> LayerInfo {
        let used: Vec<_> = match self.id {
            "communes" | "districts" | "provinces" | "boundaries" => {
                at.and_then(|at| units::layer(service, self.id, at)).map(|l| &l.info).into_iter().collect()
            }
            // Positions and acts of this installation's own, drawn on no map.
            "incidents" => Vec::new(),
            _ => service.datasets().collect(),
        };
        let joined = |of: fn(&crate::domain::DatasetInfo) -> &str| {
            let mut all: Vec<&str> = used.iter().map(|d| of(d)).filter(|text| !text.is_empty()).collect();
            all.dedup();
            all.join("; ")
        };
        let indicative = used.iter().any(|d| d.indicative);
        LayerInfo {
            name: self.id.into(),
            title: self.title(),
            fields: self.fields,
            shape: self.shape,
            placeless: matches!(self.id, "disputes" | "agreements" | "role-areas" | "incidents"),
            attribution: joined(|d| &d.attribution),
            licence: joined(|d| &d.licence),
            at: at.filter(|_| self.is_of_a_date()),
            note: match (self.id, indicative) {
                ("incidents", _) => self.about(),
                (_, true) => Text::new(
                    "Ranh giới chỉ dẫn, không phải bản đồ đã công bố: không dùng để kết luận.",
                    "Indicative boundaries, not a published map: not for conclusions.",
                ),
                _ => Text::new(
                    "Ranh giới để tham khảo; căn cứ pháp lý là văn bản gốc.",
                    "Boundaries for reference; the legal act is the authority.",
                ),
            },
        }
    }
}
