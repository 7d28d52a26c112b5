//! Who knew of what. Devices work offline and send late, twice and out of order; what an edit was made on decides, not
//! when it arrived nor what the device's clock said.
//!
//! Every event names its base, the state it was made on. An edit replaces the writes it knew of; two edits that did not
//! know of each other both stand, and the field shows a conflict until an edit that knew of both decides it. So the
//! outcome depends on the edits alone, not on the order they came in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// What an edit was made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// The incident as the server had it at this version: everything up to there was known.
    Version(u32),
    /// An event, such as the edit before on the same device, and whatever that one knew.
    Event(Uuid),
}

/// One event in the order the server took them in; its place plus one is the version it made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Known {
    pub id: Uuid,
    pub base: Base,
}

/// A value of a field and the event that wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Write {
    pub event: Uuid,
    pub value: Value,
}

/// The writes of each field that no later one knew of. One: the value. Several: a conflict.
pub type Heads = BTreeMap<String, Vec<Write>>;

/// Did the event with this base know of the event at `place` (from 0)?
pub fn knew(trail: &[Known], base: Base, place: usize) -> bool {
    let mut base = base;
    loop {
        match base {
            Base::Version(version) => return place < version as usize,
            Base::Event(id) => {
                let Some(at) = trail.iter().position(|k| k.id == id) else { return false };
                if at == place {
                    return true;
                }
                base = trail[at].base;
                // The first event knew of nothing.
                if at == 0 {
                    return false;
                }
            }
        }
    }
}

/// Takes the writes of an event into the heads. The event's base is what it knew of.
pub fn take_in(heads: &mut Heads, trail: &[Known], id: Uuid, base: Base, changes: &BTreeMap<String, Value>) {
    for (field, value) in changes {
        let writes = heads.entry(field.clone()).or_default();
        writes.retain(|w| !trail.iter().position(|k| k.id == w.event).is_some_and(|place| knew(trail, base, place)));
        writes.push(Write { event: id, value: value.clone() });
        writes.sort_by_key(|w| w.event);
    }
}

/// The value that counts: among several that did not know of each other the one with the greatest id, so that every
/// server and every order of arrival gives the same.
pub fn value(writes: &[Write]) -> Option<&Value> {
    writes.last().map(|w| &w.value)
}

/// Do they say different things?
pub fn is_conflict(writes: &[Write]) -> bool {
    writes.windows(2).any(|w| w[0].value != w[1].value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    struct Told {
        trail: Vec<Known>,
        heads: Heads,
    }

    impl Told {
        fn new() -> Told {
            let mut told = Told { trail: Vec::new(), heads: Heads::new() };
            told.tell(1, Base::Version(0), &[("area", 1)]);
            told
        }

        fn tell(&mut self, n: u128, base: Base, changes: &[(&str, i64)]) {
            let changes = changes.iter().map(|(k, v)| ((*k).to_owned(), json!(v))).collect();
            take_in(&mut self.heads, &self.trail, id(n), base, &changes);
            self.trail.push(Known { id: id(n), base });
        }

        fn area(&self) -> Vec<i64> {
            self.heads["area"].iter().map(|w| w.value.as_i64().unwrap()).collect()
        }
    }

    #[test]
    fn an_edit_replaces_what_it_knew_of() {
        let mut told = Told::new();
        told.tell(2, Base::Version(1), &[("area", 2)]);
        assert_eq!(told.area(), [2]);
        told.tell(3, Base::Event(id(2)), &[("area", 3)]);
        assert_eq!(told.area(), [3]);
    }

    #[test]
    fn two_that_did_not_know_of_each_other_both_stand_whichever_came_first() {
        for order in [[2, 3], [3, 2]] {
            let mut told = Told::new();
            for n in order {
                told.tell(n, Base::Event(id(1)), &[("area", n as i64)]);
            }
            assert_eq!(told.area(), [2, 3]);
            assert!(is_conflict(&told.heads["area"]));
            assert_eq!(value(&told.heads["area"]), Some(&json!(3)));
        }
    }

    #[test]
    fn other_fields_do_not_meet() {
        let mut told = Told::new();
        told.tell(2, Base::Event(id(1)), &[("area", 2)]);
        told.tell(3, Base::Event(id(1)), &[("volume", 3)]);
        assert_eq!(told.area(), [2]);
        assert!(told.heads.values().all(|w| !is_conflict(w)));
    }

    #[test]
    fn whoever_knew_of_both_decides() {
        let mut told = Told::new();
        told.tell(2, Base::Event(id(1)), &[("area", 2)]);
        told.tell(3, Base::Event(id(1)), &[("area", 3)]);
        told.tell(4, Base::Version(3), &[("area", 7)]);
        assert_eq!(told.area(), [7]);
    }

    #[test]
    fn a_chain_on_one_device_knows_its_own_beginning_only() {
        let mut told = Told::new();
        told.tell(2, Base::Event(id(1)), &[("area", 2)]);
        told.tell(3, Base::Event(id(1)), &[("area", 3)]);
        told.tell(4, Base::Event(id(2)), &[("area", 4)]);
        assert_eq!(told.area(), [3, 4], "4 knew of 2, not of 3");
    }
}
