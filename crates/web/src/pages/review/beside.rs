//! A leading cadre's items beside those of the members of his branch: whether the standard is above theirs is easier to
//! see than to say (N6).

use crate::visit::Visit;
use app::campaign::Labels;
use app::review::{Beside, Decisions};
use domain::campaign::Audience;
use domain::pledge::VersionItem;

/// Members' items of a kind shown at once; the others open on demand.
const FIRST: usize = 6;

/// An item with whose it is; the leader's own bears no name.
pub(super) struct BesideItem {
    pub name: String,
    pub content: String,
    pub measure: String,
    pub due: String,
}

/// One kind of commitment, both sides.
pub(super) struct BesideKind {
    pub label: String,
    pub own: Vec<BesideItem>,
    pub first: Vec<BesideItem>,
    pub rest: Vec<BesideItem>,
}

/// The comparison.
pub(super) struct BesideView {
    /// How many members have handed in.
    pub members: usize,
    /// The questions asked of leading cadres alone, with their numbers.
    pub questions: Vec<String>,
    pub kinds: Vec<BesideKind>,
}

/// The comparison, where the pledge is a leading cadre's and the reader may see the members' items.
pub(super) fn beside(v: &Visit, labels: &Labels, found: &Decisions) -> Option<BesideView> {
    let Beside { members, items } = found.beside.as_ref()?;
    let matter = &found.candidate.matter;
    let asked = matter.asked(&found.campaign);
    let extra = asked.iter().enumerate().filter_map(|(at, q)| {
        let mut known = found.campaign.template.questions.iter();
        let of = known.find(|k| k.key == q.id.as_str())?;
        let alone = !of.audience.is_empty() && !of.audience.contains(&Audience::Participant);
        alone.then(|| format!("{} {}", at + 1, of.label.get(v.lang())))
    });
    let mut kinds: Vec<&str> = Vec::new();
    for item in &matter.content.items {
        if !kinds.contains(&item.kind.as_str()) {
            kinds.push(item.kind.as_str());
        }
    }
    let kinds = kinds.into_iter().map(|key| {
        let own = matter.content.items.iter().filter(|i| i.kind.as_str() == key);
        let of = items.iter().filter(|(_, i)| i.kind.as_str() == key);
        let mut first: Vec<_> = of.map(|(name, i)| view(v, name, i)).collect();
        let rest = first.split_off(FIRST.min(first.len()));
        BesideKind {
            label: labels.kind(key).to_owned(),
            own: own.map(|i| view(v, "", i)).collect(),
            first,
            rest,
        }
    });
    Some(BesideView {
        members: *members,
        questions: extra.collect(),
        kinds: kinds.collect(),
    })
}

fn view(v: &Visit, name: &str, item: &VersionItem) -> BesideItem {
    BesideItem {
        name: name.to_owned(),
        content: item.content.clone(),
        measure: item.measure.clone(),
        due: item.due_date.map(|d| v.date(d)).unwrap_or_default(),
    }
}
