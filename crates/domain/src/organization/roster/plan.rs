//! What an import would change. The second import of one file changes nothing.
//!
//! Who is who: a row and a known person are the same when the names are equal (white space and width do not
//! matter) and
//! 1. birth month, phone and branch are equal, or
//! 2. the birth month is equal, and the phone or the branch, or
//! 3. one of them has no birth month, and the phone (both given) or the branch is equal.
//!
//! Each step looks only at those the steps before left over. Where a step finds several, and where the names are
//! equal but nothing else decides, the row is [`Unsure`]: the office says who it is. Two people of one name in
//! one branch are thus told apart by birth month or phone. An empty cell never deletes what is known.

use std::collections::{BTreeSet, HashMap};

use super::value::folded;
use super::{PersonRecord, RosterPerson, RosterReading};
use crate::organization::person::Sex;

/// A person the organisation knows already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExistingPerson {
    /// Id.
    pub id: String,
    /// What is known.
    pub record: PersonRecord,
}

/// A field that would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Name of the field (`phone`, `class` …).
    pub field: &'static str,
    /// Value known.
    pub old: String,
    /// Value of the file.
    pub new: String,
}

/// Fields of a known person that would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The known person.
    pub id: String,
    /// The row.
    pub row: RosterPerson,
    /// The record after the change.
    pub record: PersonRecord,
    /// What changes.
    pub fields: Vec<FieldChange>,
}

/// A known person who would move to another branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The branch left.
    pub from: String,
    /// The change, the branch included.
    pub change: Change,
}

/// A row that may be a known person, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsure {
    /// The row.
    pub row: RosterPerson,
    /// Ids of those it may be.
    pub candidates: Vec<String>,
}

/// What an import would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RosterPlan {
    /// New people.
    pub add: Vec<RosterPerson>,
    /// Changed people.
    pub change: Vec<Change>,
    /// People in another branch.
    pub moved: Vec<Move>,
    /// Known people whom the file does not name; only asked for when the file is the whole roster.
    pub leave: Vec<String>,
    /// Known people to whom nothing happens.
    pub unchanged: Vec<String>,
    /// Rows for the office to decide.
    pub unsure: Vec<Unsure>,
}

impl RosterPlan {
    /// Settles rows that were not sure as the office decided: `Some(Some(id))` = this known person,
    /// `Some(None)` = somebody new, `None` = not decided, the row stays out. A known person is taken once.
    pub fn settle(
        &mut self,
        existing: &[ExistingPerson],
        decided: impl Fn(&RosterPerson) -> Option<Option<String>>,
    ) {
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for unsure in std::mem::take(&mut self.unsure) {
            match decided(&unsure.row) {
                Some(None) => self.add.push(unsure.row),
                Some(Some(id)) if unsure.candidates.contains(&id) && !taken.contains(&id) => {
                    if let Some(known) = existing.iter().find(|e| e.id == id) {
                        take(known, &unsure.row, self);
                        taken.insert(id);
                    }
                }
                _ => self.unsure.push(unsure),
            }
        }
    }

    /// Whether so many of those who are here would leave that it is asked once more: more than a quarter. A sheet of one
    /// branch sent as the whole roster ends everybody else.
    #[must_use]
    pub fn many_leave(&self, here: usize) -> bool {
        self.leave.len() * 4 > here
    }

    /// How many people the import would touch.
    #[must_use]
    pub fn touched(&self) -> usize {
        self.add.len() + self.change.len() + self.moved.len() + self.leave.len()
    }
}

/// The key a new person is stored under: name, birth month, and the phone or else the branch.
#[must_use]
pub fn roster_key(record: &PersonRecord) -> String {
    let last = if record.phone.is_empty() {
        folded(&record.branch)
    } else {
        folded(&record.phone)
    };
    format!("{}|{}|{last}", folded(&record.name), record.birth_month)
}

/// What taking over a reading would change. `whole` = the file is the whole roster, so that whoever is not in
/// it leaves.
#[must_use]
pub fn plan(existing: &[ExistingPerson], reading: &RosterReading, whole: bool) -> RosterPlan {
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, person) in existing.iter().enumerate() {
        by_name.entry(folded(&person.record.name)).or_default().push(at);
    }
    let mut fate: Vec<Option<usize>> = vec![None; reading.people.len()];
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for step in [same_in_all, same_birth, no_birth] {
        let mut claims: HashMap<usize, Vec<usize>> = HashMap::new();
        for (row, person) in reading.people.iter().enumerate() {
            if fate.get(row).is_some_and(Option::is_some) {
                continue;
            }
            let free = candidates(&by_name, person, &taken);
            let fitting: Vec<usize> = free
                .into_iter()
                .filter(|at| existing.get(*at).is_some_and(|e| step(&e.record, &person.record)))
                .collect();
            if let [one] = fitting.as_slice() {
                claims.entry(*one).or_default().push(row);
            }
        }
        for (at, rows) in claims {
            // Two rows that both claim one known person: neither is sure.
            if let [row] = rows.as_slice() {
                taken.insert(at);
                if let Some(slot) = fate.get_mut(*row) {
                    *slot = Some(at);
                }
            }
        }
    }
    sort_out(existing, reading, whole, &by_name, &fate, &taken)
}

fn candidates(
    by_name: &HashMap<String, Vec<usize>>,
    person: &RosterPerson,
    taken: &BTreeSet<usize>,
) -> Vec<usize> {
    let all = by_name
        .get(&folded(&person.record.name))
        .map_or(&[][..], Vec::as_slice);
    all.iter().copied().filter(|at| !taken.contains(at)).collect()
}

fn same_phone(a: &PersonRecord, b: &PersonRecord) -> bool {
    !a.phone.is_empty() && folded(&a.phone) == folded(&b.phone)
}

fn same_branch(a: &PersonRecord, b: &PersonRecord) -> bool {
    folded(&a.branch) == folded(&b.branch)
}

fn same_in_all(a: &PersonRecord, b: &PersonRecord) -> bool {
    a.birth_month == b.birth_month && folded(&a.phone) == folded(&b.phone) && same_branch(a, b)
}

fn same_birth(a: &PersonRecord, b: &PersonRecord) -> bool {
    !a.birth_month.is_empty() && a.birth_month == b.birth_month && (same_phone(a, b) || same_branch(a, b))
}

fn no_birth(a: &PersonRecord, b: &PersonRecord) -> bool {
    (a.birth_month.is_empty() || b.birth_month.is_empty()) && (same_phone(a, b) || same_branch(a, b))
}

/// Different people for certain: both birth months are known and differ, and so do phone and branch in part.
fn surely_another(a: &PersonRecord, b: &PersonRecord) -> bool {
    let births = !a.birth_month.is_empty() && !b.birth_month.is_empty() && a.birth_month != b.birth_month;
    births && !(same_phone(a, b) && same_branch(a, b))
}

fn sort_out(
    existing: &[ExistingPerson],
    reading: &RosterReading,
    whole: bool,
    by_name: &HashMap<String, Vec<usize>>,
    fate: &[Option<usize>],
    taken: &BTreeSet<usize>,
) -> RosterPlan {
    let mut plan = RosterPlan::default();
    let mut maybe: BTreeSet<usize> = BTreeSet::new();
    for (person, at) in reading.people.iter().zip(fate) {
        if let Some(known) = at.and_then(|at| existing.get(at)) {
            take(known, person, &mut plan);
            continue;
        }
        let mut open = candidates(by_name, person, taken);
        open.retain(|at| {
            existing
                .get(*at)
                .is_some_and(|e| !surely_another(&e.record, &person.record))
        });
        if open.is_empty() {
            plan.add.push(person.clone());
        } else {
            let ids = open
                .iter()
                .filter_map(|at| existing.get(*at))
                .map(|e| e.id.clone())
                .collect();
            plan.unsure.push(Unsure {
                row: person.clone(),
                candidates: ids,
            });
            maybe.extend(open);
        }
    }
    if whole {
        let gone = |(at, _): &(usize, &ExistingPerson)| !taken.contains(at) && !maybe.contains(at);
        plan.leave = existing
            .iter()
            .enumerate()
            .filter(gone)
            .map(|(_, e)| e.id.clone())
            .collect();
    }
    plan
}

fn take(known: &ExistingPerson, person: &RosterPerson, plan: &mut RosterPlan) {
    let old = &known.record;
    let record = merged(old, &person.record);
    let fields = changes(old, &record);
    let moved = !same_branch(old, &record);
    if fields.is_empty() {
        plan.unchanged.push(known.id.clone());
        return;
    }
    let change = Change {
        id: known.id.clone(),
        row: person.clone(),
        record,
        fields,
    };
    if moved {
        plan.moved.push(Move {
            from: old.branch.clone(),
            change,
        });
    } else {
        plan.change.push(change);
    }
}

/// The record after the import: what the file leaves empty stays as it is known.
fn merged(old: &PersonRecord, new: &PersonRecord) -> PersonRecord {
    let keep = |old: &str, new: &str| {
        if new.is_empty() {
            old.to_owned()
        } else {
            new.to_owned()
        }
    };
    PersonRecord {
        name: new.name.clone(),
        branch: if same_branch(old, new) {
            old.branch.clone()
        } else {
            new.branch.clone()
        },
        class: new.class,
        leading_cadre: new.leading_cadre,
        title: new.title.clone(),
        post: keep(&old.post, &new.post),
        sex: new.sex.or(old.sex),
        ethnicity: keep(&old.ethnicity, &new.ethnicity),
        education: keep(&old.education, &new.education),
        birth_month: keep(&old.birth_month, &new.birth_month),
        joined_month: keep(&old.joined_month, &new.joined_month),
        phone: keep(&old.phone, &new.phone),
        place: if new.place == 0 { old.place } else { new.place },
    }
}

fn changes(old: &PersonRecord, new: &PersonRecord) -> Vec<FieldChange> {
    let texts: Vec<(&'static str, String, String)> = vec![
        ("name", old.name.clone(), new.name.clone()),
        ("branch", old.branch.clone(), new.branch.clone()),
        ("class", old.class.name().to_owned(), new.class.name().to_owned()),
        (
            "leading_cadre",
            old.leading_cadre.to_string(),
            new.leading_cadre.to_string(),
        ),
        ("title", old.title.clone(), new.title.clone()),
        ("post", old.post.clone(), new.post.clone()),
        ("sex", sex(old.sex), sex(new.sex)),
        ("ethnicity", old.ethnicity.clone(), new.ethnicity.clone()),
        ("education", old.education.clone(), new.education.clone()),
        ("birth_month", old.birth_month.clone(), new.birth_month.clone()),
        ("joined_month", old.joined_month.clone(), new.joined_month.clone()),
        ("phone", old.phone.clone(), new.phone.clone()),
        ("place", place(old.place), place(new.place)),
    ];
    texts
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(field, old, new)| FieldChange { field, old, new })
        .collect()
}

fn place(place: u32) -> String {
    match place {
        0 => String::new(),
        given => given.to_string(),
    }
}

fn sex(sex: Option<Sex>) -> String {
    sex.map_or("", Sex::name).to_owned()
}
