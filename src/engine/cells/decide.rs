//! The code of a point in a leaf with a record.

use geo::Coord;

use super::super::edges::Edge;
use super::layout::{HAS_MORE, Place, View};
use super::leaf::{Head, IS_END, OF_NORTH, REF};
use super::sieve::{LANES, Sieve, pair};
use super::{Code, OUTSIDE, SEVERAL, UNDECIDED};

/// Does the ray due east from `p` cross what a reference names? `None`: it names nothing.
#[inline(never)]
pub fn crossed_exactly(view: &View, reference: u32, p: Coord<f64>) -> Option<bool> {
    let &[ax, ay, bx, by] = view.edges.get((reference & REF) as usize)?;
    if reference & IS_END != 0 {
        // Where a chain leaves the leaf's edges: everything from this latitude on.
        return Some(p.y >= if reference & OF_NORTH != 0 { by } else { ay });
    }
    let edge = Edge { a: Coord { x: ax, y: ay }, b: Coord { x: bx, y: by }, left: None, right: None };
    Some(edge.crossed_by_ray_east(p))
}

/// The code of a point, given the entry of its leaf (with `HAS_MORE`).
#[inline(always)]
pub fn decide<S: Sieve>(view: &View, entry: u32, place: Place, p: Coord<f64>) -> Code {
    let at = (entry & !HAS_MORE) as usize;
    let Some(record) = view.records.get(at..) else { return UNDECIDED };
    let [first, one, two, rest @ ..] = record else { return UNDECIDED };
    let head = Head(*first);
    let count = head.count();
    // LANES words are read at a time, whatever the count: the section ends in as many words of nothing.
    if rest.len() < 3 * count + LANES {
        return UNDECIDED;
    }
    let (x, y) = place.in_leaf();
    let point = pair((y >> head.shift()) as i32, (x >> head.shift()) as i32);
    if head.is_plain() {
        let mut odd = 0u32;
        let mut start = 0;
        while start < count {
            let sieved = sieve_at::<S>(rest, start, count, point);
            odd ^= sieved.crossed.count_ones();
            let mut unsure = sieved.unsure;
            while unsure != 0 {
                let i = start + unsure.trailing_zeros() as usize;
                unsure &= unsure - 1;
                match crossed_exactly(view, rest[2 * count + i], p) {
                    Some(crossed) => odd ^= u32::from(crossed),
                    None => return UNDECIDED,
                }
            }
            start += LANES;
        }
        return if odd & 1 == 0 { *one } else { *two };
    }
    mixed::<S>(view, rest, head, (*one, *two), point, p)
}

#[inline(always)]
fn sieve_at<S: Sieve>(rest: &[u32], start: usize, count: usize, point: u32) -> super::sieve::Sieved {
    let lanes = |from: usize| -> &[u32; LANES] {
        // In range: `rest` is longer than 3 · count + LANES.
        rest[from..from + LANES].try_into().unwrap_or(&[0; LANES])
    };
    let mut sieved = S::sieve(lanes(start), lanes(count + start), point);
    let here = (1u32 << (count - start).min(LANES)) - 1;
    sieved.crossed &= here;
    sieved.unsure &= here;
    sieved
}

/// A leaf where edges toggle different owners: one bit an owner.
#[inline(never)]
fn mixed<S: Sieve>(
    view: &View,
    rest: &[u32],
    head: Head,
    (base, owners): (u32, u32),
    point: u32,
    p: Coord<f64>,
) -> Code {
    let (count, owners) = (head.count(), owners as usize);
    let (refs, toggles) = (&rest[2 * count..3 * count], rest.get(3 * count..4 * count));
    let Some(toggles) = toggles else { return UNDECIDED };
    let mut mask = base;
    if head.is_exact() {
        for (&reference, &toggle) in refs.iter().zip(toggles) {
            match crossed_exactly(view, reference, p) {
                Some(true) => mask ^= toggle,
                Some(false) => {}
                None => return UNDECIDED,
            }
        }
    } else {
        let mut start = 0;
        while start < count {
            let sieved = sieve_at::<S>(rest, start, count, point);
            let (mut crossed, mut unsure) = (sieved.crossed, sieved.unsure);
            while unsure != 0 {
                let bit = unsure & unsure.wrapping_neg();
                unsure ^= bit;
                match crossed_exactly(view, refs[start + bit.trailing_zeros() as usize], p) {
                    Some(true) => crossed |= bit,
                    Some(false) => {}
                    None => return UNDECIDED,
                }
            }
            while crossed != 0 {
                mask ^= toggles[start + crossed.trailing_zeros() as usize];
                crossed &= crossed - 1;
            }
            start += LANES;
        }
    }
    let Some(list) = rest.get(4 * count..4 * count + owners) else { return UNDECIDED };
    let owner = |bit: u32| list.get(bit as usize).copied();
    match mask.count_ones() {
        0 => OUTSIDE,
        1 => owner(mask.trailing_zeros()).map_or(UNDECIDED, |o| o + 1),
        _ => {
            let here: Option<Vec<u32>> = (0..32).filter(|b| mask >> b & 1 == 1).map(owner).collect();
            here.map_or(UNDECIDED, |here| view.code_of_set(&here).unwrap_or(SEVERAL))
        }
    }
}
