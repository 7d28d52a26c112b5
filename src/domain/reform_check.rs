//! What must hold for a reform to be possible. Every problem is reported, as whoever mends a file wants to mend it once.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Level, NewUnit, Reform, ReformProblem, Register, Text, Unit};

type Key<'a> = (Level, &'a str);

/// The units before and after, by level and code.
struct Units<'a> {
    /// In force until now.
    before: HashMap<Key<'a>, &'a Unit>,
    /// Those of them that end.
    ending: HashSet<Key<'a>>,
    new: HashMap<Key<'a>, &'a NewUnit>,
}

impl<'a> Units<'a> {
    fn of(register: &'a Register, reform: &'a Reform) -> Units<'a> {
        let before: HashMap<Key, &Unit> = register.lasting().map(|u| ((u.level, u.code.as_str()), u)).collect();
        let named = reform.units.iter().flat_map(|n| n.made_of.iter().map(|old| (n.level, old.as_str())));
        let of_levels = before.keys().copied().filter(|(level, _)| reform.ends.contains(level));
        let ending = named.chain(of_levels).collect();
        let new = reform.units.iter().map(|n| ((n.level, n.code.as_str()), n)).collect();
        Units { before, ending, new }
    }

    fn goes_on(&self, key: Key) -> bool {
        self.before.contains_key(&key) && !self.ending.contains(&key)
    }

    /// Levels that a unit of this level can have its parent in, nearest first.
    fn above(level: Level) -> &'static [Level] {
        match level {
            Level::Province => &[],
            Level::District => &[Level::Province],
            Level::Commune => &[Level::District, Level::Province],
        }
    }
}

pub fn check(register: &Register, reform: &Reform) -> Vec<ReformProblem> {
    let mut problems = Vec::new();
    let units = Units::of(register, reform);
    whole(register, reform, &mut problems);
    for (i, unit) in reform.units.iter().enumerate() {
        let place = format!("units[{i}] {} {}", level_name(unit.level), titled(&unit.code, &unit.name));
        let mut report = |vi: String, en: String| problems.push(problem(&place, vi, en));
        new_unit(unit, reform, &units, &mut report);
    }
    splits(reform, &mut problems);
    orphans(register, reform, &units, &mut problems);
    problems
}

fn whole(register: &Register, reform: &Reform, problems: &mut Vec<ReformProblem>) {
    let mut report = |place: &str, vi: &str, en: &str| problems.push(problem(place, vi.into(), en.into()));
    if is_blank(&reform.id) {
        report("id", "trống", "empty");
    }
    if is_blank(&reform.title.vi) || is_blank(&reform.title.en) {
        report("title", "trống", "empty");
    }
    if reform.units.is_empty() && reform.ends.is_empty() {
        report("units", "không có đơn vị nào thay đổi", "nothing changes");
    }
    for level in &reform.ends {
        if *level != Level::District {
            report("ends", "chỉ cấp huyện có thể kết thúc", "only the level of districts can end");
        }
    }
    if let Some(last) = register.last_change().filter(|&last| reform.date <= last) {
        report(
            "date",
            &format!("ngày {} không sau lần thay đổi cuối {last}", reform.date),
            &format!("{} is not after the last change of units, {last}", reform.date),
        );
    }
}

fn new_unit(unit: &NewUnit, reform: &Reform, units: &Units, report: &mut impl FnMut(String, String)) {
    if [&unit.code, &unit.name, &unit.kind].into_iter().any(|s| is_blank(s)) {
        report("mã, tên hoặc loại trống".into(), "empty code, name or kind".into());
    }
    let key = (unit.level, unit.code.as_str());
    if units.new.get(&key).is_some_and(|other| !std::ptr::eq(*other, unit)) {
        report("mã này có hai đơn vị mới".into(), "two new units have this code".into());
    }
    if units.goes_on(key) {
        let name = &units.before[&key].name;
        report(format!("mã này là của {name}, đơn vị vẫn còn"), format!("the code belongs to {name}, which goes on"));
    }
    if reform.ends.contains(&unit.level) {
        report("cấp này kết thúc".into(), "this level ends".into());
    }
    if unit.made_of.is_empty() {
        report("không rõ được lập từ đơn vị nào".into(), "made of nothing".into());
    }
    for (i, old) in unit.made_of.iter().enumerate() {
        if !units.before.contains_key(&(unit.level, old)) {
            report(format!("không có đơn vị cũ {old}"), format!("there is no old unit {old}"));
        }
        if unit.made_of[..i].contains(old) {
            report(format!("đơn vị cũ {old} ghi hai lần"), format!("the old unit {old} is named twice"));
        }
    }
    let above = Units::above(unit.level);
    match &unit.parent {
        None if above.is_empty() => {}
        None => report("không rõ đơn vị cấp trên".into(), "no parent".into()),
        Some(code) => {
            let exists = |&level: &Level| {
                let key = (level, code.as_str());
                units.new.contains_key(&key) || units.goes_on(key)
            };
            if !above.iter().any(exists) {
                report(
                    format!("sau cải cách không có đơn vị cấp trên {code}"),
                    format!("there is no parent {code} after the reform"),
                );
            }
        }
    }
    if let Some(act) = &unit.act
        && !reform.acts.iter().any(|a| a.number.as_ref() == Some(act))
    {
        report(format!("văn bản {act} không có trong act"), format!("the act {act} is not among the reform's"));
    }
}

/// A unit that several new ones are made of must be named in `splits`, and no other.
fn splits(reform: &Reform, problems: &mut Vec<ReformProblem>) {
    let mut went: BTreeMap<Key, Vec<&str>> = BTreeMap::new();
    for unit in &reform.units {
        for old in &unit.made_of {
            let into = went.entry((unit.level, old)).or_default();
            if !into.contains(&unit.code.as_str()) {
                into.push(&unit.code);
            }
        }
    }
    for ((level, old), into) in went.iter().filter(|(_, into)| into.len() > 1) {
        if !reform.splits.iter().any(|s| s == old) {
            let list = into.join(", ");
            problems.push(problem(
                &format!("{} {old}", level_name(*level)),
                format!("chia cho {list} mà không ghi trong splits"),
                format!("goes to {list} and is not named in splits"),
            ));
        }
    }
    for code in &reform.splits {
        if !went.iter().any(|((_, old), into)| old == code && into.len() > 1) {
            problems.push(problem(
                "splits",
                format!("đơn vị {code} không chia cho nhiều đơn vị mới"),
                format!("{code} does not go to several new units"),
            ));
        }
    }
}

/// Units that end or lose their parent without anyone saying what becomes of them.
fn orphans(register: &Register, reform: &Reform, units: &Units, problems: &mut Vec<ReformProblem>) {
    let mut left: BTreeMap<Key, Vec<&Unit>> = BTreeMap::new();
    for unit in register.lasting().filter(|u| units.goes_on((u.level, &u.code))) {
        let Some(code) = unit.parent.as_deref() else { continue };
        let parent = Units::above(unit.level).iter().map(|&l| (l, code)).find(|key| units.before.contains_key(key));
        let Some(parent) = parent.filter(|key| units.ending.contains(key)) else { continue };
        // A parent that is made anew of itself (with others, or under another name) keeps its own.
        if !units.new.get(&parent).is_some_and(|n| n.made_of.iter().any(|old| old == parent.1)) {
            left.entry(parent).or_default().push(unit);
        }
    }
    for (key, children) in left {
        let list: Vec<String> = children.iter().map(|u| titled(&u.code, &u.name)).collect();
        let list = list.join(", ");
        problems.push(problem(
            &format!("{} {}", level_name(key.0), titled(key.1, &units.before[&key].name)),
            format!("kết thúc, còn các đơn vị này không rõ thuộc đâu: {list}"),
            format!("ends, and these units are left without a parent: {list}"),
        ));
    }
    for unit in register.lasting().filter(|u| reform.ends.contains(&u.level)) {
        if !register.lasting().any(|c| c.level == Level::Commune && c.parent.as_deref() == Some(&unit.code)) {
            problems.push(problem(
                &format!("{} {}", level_name(unit.level), titled(&unit.code, &unit.name)),
                "kết thúc mà không có xã nào kế tục".into(),
                "ends without a commune to succeed it".into(),
            ));
        }
    }
}

fn problem(place: &str, vi: String, en: String) -> ReformProblem {
    ReformProblem { place: place.into(), what: Text::new(vi, en) }
}

/// Empty, or with spaces around it.
fn is_blank(text: &str) -> bool {
    text.is_empty() || text.trim() != text
}

fn titled(code: &str, name: &str) -> String {
    format!("{code} {name}").trim().to_owned()
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::Province => "province",
        Level::District => "district",
        Level::Commune => "commune",
    }
}
