//! Which column is which field: by names people and programs give them, else as told.

use super::As;
use crate::domain::{Text, fold};
use crate::import::Source;
use crate::service::ActionError;

/// A field, for what it is taken, and names it goes by, folded (`domain::fold`) and without signs between letters.
type Field = (&'static str, &'static [As], &'static [&'static str]);

const ROLES: &[As] = &[As::RoleAreas, As::Bodies];

/// Every field. `maxa`, `tk`, `khoanh`, `lo`, `malr3`, `churung`, `trchap` are those of the forest inventory (FRMS).
pub const FIELDS: &[Field] = &[
    (
        "code",
        &[As::Boundaries],
        &["code", "maxa", "maphuong", "madvhc", "madonvi", "mahuyen", "matinh", "ma", "gsocode", "unitcode", "mahc"],
    ),
    (
        "name",
        &[As::Boundaries],
        &["name", "tenxa", "tendvhc", "ten", "tenhuyen", "tentinh", "tendonvi", "commune", "xa"],
    ),
    ("role", ROLES, &["role", "vaitro"]),
    ("name", ROLES, &["name", "churung", "ten", "owner", "tenchurung", "tendonvi"]),
    ("unit_code", &[As::Bodies], &["unitcode", "maxa", "code", "madvhc"]),
    ("unit_level", &[As::Bodies], &["unitlevel", "cap"]),
    ("unit_at", &[As::Bodies], &["unitat"]),
    ("of_unit", &[As::Bodies], &["ofunit"]),
    ("of_unit_at", &[As::Bodies], &["ofunitat"]),
    ("valid_from", ROLES, &["validfrom", "tungay"]),
    ("valid_to", ROLES, &["validto", "denngay"]),
    ("basis", &[As::RoleAreas, As::Bodies, As::Claims], &["basis", "cancu", "vanban", "document"]),
    ("basis_number", ROLES, &["basisnumber", "sovanban"]),
    ("basis_date", ROLES, &["basisdate", "basisda", "ngayvanban"]),
    ("note", ROLES, &["note", "ghichu"]),
    ("accuracy_m", &[As::RoleAreas, As::Incidents], &["accuracym", "accuracy", "saiso", "hdop"]),
    ("commune", &[As::RoleAreas], &["maxa"]),
    ("compartment", &[As::RoleAreas, As::Incidents], &["tk", "tieukhu", "compartment", "compartm"]),
    ("sub_compartment", &[As::RoleAreas, As::Incidents], &["khoanh", "subcompartment", "subcomp"]),
    ("lot", &[As::RoleAreas, As::Incidents], &["lo", "lot"]),
    ("forest_class", &[As::RoleAreas], &["malr3", "maldlr", "ldlr"]),
    ("in_dispute", &[As::RoleAreas], &["trchap", "tranhchap"]),
    ("dispute", &[As::Claims], &["dispute", "tranhchap"]),
    ("party", &[As::Claims], &["partycode", "party", "ben"]),
    ("filed", &[As::Claims], &["filed", "ngaynop"]),
    ("scale", &[As::Claims], &["scale", "tyle"]),
    ("id", &[As::Incidents], &["id", "uuid"]),
    ("x", &[As::Incidents], &["x", "longitude", "lon", "long", "lng", "kinhdo", "easting", "xcoord", "toadox"]),
    ("y", &[As::Incidents], &["y", "latitude", "lat", "vido", "northing", "ycoord", "toadoy"]),
    ("position", &[As::Incidents], &["position", "vitri", "toado"]),
    ("position_crs", &[As::Incidents], &["positioncrs", "poscrs"]),
    ("kind", &[As::Incidents], &["kind", "loai", "loaivuviec"]),
    (
        "occurred_at",
        &[As::Incidents],
        &[
            "occurredat",
            "occurred",
            "acqdate",
            "gfwintegratedalertsdate",
            "umdgladlandsatalertsdate",
            "umdgladsentinel2alertsdate",
            "wurraddalertsdate",
            "alertdate",
            "date",
            "ngay",
            "ngayphathien",
            "thoigian",
            "time",
            "when",
        ],
    ),
    ("occurred_time", &[As::Incidents], &["acqtime", "alerttimeutc", "gio"]),
    ("area_ha", &[As::Incidents], &["areaha", "dientich", "dtich"]),
    ("volume_m3", &[As::Incidents], &["volumem3", "khoiluong"]),
    ("forest_type", &[As::Incidents], &["foresttype", "forest"]),
    ("species", &[As::Incidents], &["species", "loaicay"]),
    ("description", &[As::Incidents], &["description", "mota", "desc", "noidung", "cmt"]),
    ("source", &[As::Incidents], &["source", "nguon"]),
    (
        "confidence",
        &[As::Incidents],
        &[
            "confidence",
            "confidencecat",
            "gfwintegratedalertsconfidence",
            "umdgladlandsatalertsconfidence",
            "umdgladsentinel2alertsconfidence",
            "wurraddalertsconfidence",
            "alertconfidence",
        ],
    ),
    ("satellite", &[As::Incidents], &["satellite"]),
    ("instrument", &[As::Incidents], &["instrument"]),
    ("frp", &[As::Incidents], &["frp"]),
];

/// Field by field, the column of the file.
#[derive(Debug, Clone, Default)]
pub struct Mapping(Vec<(&'static str, usize)>);

fn plain(name: &str) -> String {
    fold(name).chars().filter(char::is_ascii_alphanumeric).collect()
}

impl Mapping {
    /// # Errors
    /// What is told names a field or a column that there is not.
    pub fn guess(what: As, source: &Source, told: &[(String, String)]) -> Result<Mapping, ActionError> {
        let own = || FIELDS.iter().filter(|(_, kinds, _)| kinds.contains(&what));
        let mut mapping = Mapping::default();
        for (field, column) in told {
            let known = own().find(|f| f.0 == field).map(|f| f.0);
            let known = known.ok_or_else(|| refuse(field, own().map(|f| f.0.to_owned()).collect()))?;
            let at = source.column(column).ok_or_else(|| refuse(column, source.columns.clone()))?;
            mapping.0.push((known, at));
        }
        let columns: Vec<String> = source.columns.iter().map(|c| plain(c)).collect();
        for (field, _, names) in own() {
            if mapping.column(field).is_some() {
                continue;
            }
            // The first of its names that is a column: the more telling ones stand first.
            if let Some(at) = names.iter().find_map(|n| columns.iter().position(|c| c == n)) {
                mapping.0.push((field, at));
            }
        }
        Ok(mapping)
    }

    pub fn column(&self, field: &str) -> Option<usize> {
        self.0.iter().find(|(f, _)| *f == field).map(|(_, at)| *at)
    }

    /// (field, name of the column).
    pub fn pairs<'a>(&'a self, source: &'a Source) -> impl Iterator<Item = (&'static str, &'a str)> {
        self.0.iter().map(|(field, at)| (*field, source.columns[*at].as_str()))
    }
}

fn refuse(name: &str, all: Vec<String>) -> ActionError {
    let (name, all): (String, String) = (name.chars().take(40).collect(), all.join(", "));
    ActionError::Invalid(Text::new(
        format!("--map: không có «{name}»; có: {all}."),
        format!("--map: there is no “{name}”; there are {all}."),
    ))
}
