//! Act first, settle later: who acts before a line is settled, beside who is responsible.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Document, IncidentKind, Text};

/// Who acts. Informing is no part of it: every party is informed at once, always.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "who", rename_all = "snake_case")]
pub enum WhoActs {
    /// The locality nearest to the place: the one whose territory holds it by the line in force. Where two are equally
    /// near, both.
    Nearest,
    /// Every party at once.
    All,
    /// The commune of this code at the date.
    Unit { code: String },
}

/// A rule of an agreement, or the default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ActFirst {
    /// `None`: every kind.
    #[serde(default)]
    pub kind: Option<IncidentKind>,
    pub acts: WhoActs,
    #[serde(default)]
    pub document: Option<Document>,
}

/// What holds where no agreement says otherwise. A rule of this program, not of a law: which authority has to act first
/// on unsettled land is not known.
pub const DEFAULT_ACTS: WhoActs = WhoActs::Nearest;

/// Where a rule comes from: the agreement's id, or `None` for the default.
pub type RuleOf<'a> = (Option<&'a str>, WhoActs);

/// The rule for a kind of incident: an agreement's for that kind, else an agreement's for every kind, else the default.
/// `agreements`: id and rules of those that bind here, first to last.
pub fn rule<'a>(agreements: &[(&'a str, &'a [ActFirst])], kind: Option<IncidentKind>) -> RuleOf<'a> {
    let of_kind = |wanted: Option<IncidentKind>| {
        agreements
            .iter()
            .find_map(|(id, rules)| rules.iter().find(|r| r.kind == wanted).map(|r| (Some(*id), r.acts.clone())))
    };
    kind.and_then(|k| of_kind(Some(k))).or_else(|| of_kind(None)).unwrap_or((None, DEFAULT_ACTS))
}

/// The sentence for a rule.
pub fn words(acts: &WhoActs) -> Text {
    match acts {
        WhoActs::Nearest => Text::new(
            "Báo ngay cho mọi bên; bên gần nhất hành động trước, giải quyết ranh giới sau.",
            "Inform every party at once; the nearest acts first, the line is settled later.",
        ),
        WhoActs::All => Text::new(
            "Báo ngay cho mọi bên; mọi bên cùng hành động, giải quyết ranh giới sau.",
            "Inform every party at once; all of them act, the line is settled later.",
        ),
        WhoActs::Unit { .. } => Text::new(
            "Báo ngay cho mọi bên; bên được thỏa thuận giao hành động trước, giải quyết ranh giới sau.",
            "Inform every party at once; the one the agreement names acts first, the line is settled later.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule_for(kind: Option<IncidentKind>, acts: WhoActs) -> ActFirst {
        ActFirst { kind, acts, document: None }
    }

    #[test]
    fn an_agreement_on_the_kind_goes_before_one_on_all_and_the_default_comes_last() {
        let fire = [rule_for(Some(IncidentKind::ForestFire), WhoActs::All)];
        let any = [rule_for(None, WhoActs::Unit { code: "03163".into() })];
        let both: &[(&str, &[ActFirst])] = &[("any", &any), ("fire", &fire)];
        assert_eq!(rule(both, Some(IncidentKind::ForestFire)), (Some("fire"), WhoActs::All));
        assert_eq!(rule(both, Some(IncidentKind::Deforestation)).0, Some("any"));
        assert_eq!(rule(&both[1..], None), (None, WhoActs::Nearest));
        assert_eq!(rule(&[], Some(IncidentKind::ForestFire)), (None, WhoActs::Nearest));
    }
}
