//! Two rounds side by side: what was returned and what came back.

use super::view::Piece;
use crate::visit::Visit;
use app::campaign::Labels;
use app::review::Decisions;
use domain::pledge::{ItemChange, Span, SpanKind, VersionItem, difference, item_changes};

/// An item as it stood in one round; its texts are cut where the other round differs.
#[derive(Default)]
pub(super) struct Side {
    pub content: Vec<Piece>,
    pub measure: Vec<Piece>,
    pub beneficiary: Vec<Piece>,
    pub due: Vec<Piece>,
}

/// What changed in one item between two rounds.
pub(super) struct ChangeView {
    pub label: String,
    pub kind: String,
    /// What happens to the demand it answered, where that changes; else empty (N7).
    pub demand: &'static str,
    /// The item where both rounds have the same.
    pub same: Option<Side>,
    /// As it was; `None` where it is new.
    pub old: Option<Side>,
    /// As it is; `None` where it was left out.
    pub new: Option<Side>,
}

/// Two rounds and what differs.
pub(super) struct RoundView {
    pub from: u32,
    pub to: u32,
    pub at: String,
    pub reason: String,
    pub changes: Vec<ChangeView>,
}

/// The differences of each round to the one before, newest first.
pub(super) fn rounds(v: &Visit, labels: &Labels, found: &Decisions) -> Vec<RoundView> {
    let pairs = found.rounds.windows(2).rev();
    pairs
        .filter_map(|pair| {
            let [old, new] = pair else { return None };
            let changes = item_changes(&old.content.items, &new.content.items);
            Some(RoundView {
                from: old.round,
                to: new.round,
                at: v.day_of(new.at),
                reason: new.reason.clone(),
                changes: changes.iter().map(|c| change(v, labels, c)).collect(),
            })
        })
        .collect()
}

fn change(v: &Visit, labels: &Labels, change: &ItemChange<'_>) -> ChangeView {
    let (label, old, new) = match change {
        ItemChange::Same(item) => ("review.change_same", Some(*item), Some(*item)),
        ItemChange::Added(item) => ("review.change_added", None, Some(*item)),
        ItemChange::Removed(item) => ("review.change_removed", Some(*item), None),
        ItemChange::Changed(old, new) => ("review.change_changed", Some(*old), Some(*new)),
    };
    let kind = new
        .or(old)
        .map(|i| labels.kind(i.kind.as_str()).to_owned())
        .unwrap_or_default();
    let (left, right) = sides(v, old, new);
    let view = ChangeView {
        label: v.t(label).to_owned(),
        kind,
        demand: demand_change(old, new),
        same: None,
        old: None,
        new: None,
    };
    match change {
        ItemChange::Same(_) => ChangeView {
            same: Some(right),
            ..view
        },
        _ => ChangeView {
            old: old.map(|_| left),
            new: new.map(|_| right),
            ..view
        },
    }
}

/// Key of the sentence on the demand an item answers, where the two rounds differ in it.
fn demand_change(old: Option<&VersionItem>, new: Option<&VersionItem>) -> &'static str {
    let of = |item: Option<&VersionItem>| item.and_then(|i| i.demand.clone());
    match (of(old), of(new)) {
        (before, after) if before == after => "",
        (Some(_), None) => "review.demand_dropped",
        (Some(_), Some(_)) => "review.demand_other",
        (None, _) => "review.demand_taken",
    }
}

fn sides(v: &Visit, old: Option<&VersionItem>, new: Option<&VersionItem>) -> (Side, Side) {
    let (mut left, mut right) = (Side::default(), Side::default());
    let both = |of: fn(&VersionItem) -> &str| cut(old.map_or("", of), new.map_or("", of));
    (left.content, right.content) = both(|i| &i.content);
    (left.measure, right.measure) = both(|i| &i.measure);
    (left.beneficiary, right.beneficiary) = both(|i| &i.beneficiary);
    let due = |item: Option<&VersionItem>| {
        item.and_then(|i| i.due_date)
            .map(|d| v.date(d))
            .unwrap_or_default()
    };
    let (before, after) = (due(old), due(new));
    // A date is read whole: half a changed date says nothing.
    let class = |changed| if before == after { "plain" } else { changed };
    left.due = whole(class("del"), &before);
    right.due = whole(class("ins"), &after);
    (left, right)
}

fn whole(class: &'static str, text: &str) -> Vec<Piece> {
    let piece = |text: &str| Piece {
        class,
        text: text.to_owned(),
    };
    (!text.is_empty()).then(|| piece(text)).into_iter().collect()
}

/// Both texts, each cut where it differs from the other.
fn cut(old: &str, new: &str) -> (Vec<Piece>, Vec<Piece>) {
    let all = difference(old, new);
    let side = |own: SpanKind, class: &'static str| -> Vec<Piece> {
        let of = all.iter().filter(|s| s.kind == SpanKind::Same || s.kind == own);
        of.map(|Span { kind, text }| Piece {
            class: if *kind == own { class } else { "plain" },
            text: text.clone(),
        })
        .collect()
    };
    (side(SpanKind::Removed, "del"), side(SpanKind::Added, "ins"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_is_its_own_text_and_marks_only_what_differs() {
        let joined = |pieces: &[Piece]| -> String { pieces.iter().map(|p| p.text.as_str()).collect() };
        let marked = |pieces: &[Piece], class: &str| -> String {
            let of = pieces.iter().filter(|p| p.class == class);
            of.map(|p| p.text.as_str()).collect()
        };
        let (old, new) = (
            "每月为20名孕妇讲课，年底前完成",
            "每月为40名孕妇讲课，6月底前完成",
        );
        let (left, right) = cut(old, new);
        assert_eq!((joined(&left), joined(&right)), (old.to_owned(), new.to_owned()));
        assert!(marked(&left, "del").contains("20") && marked(&right, "ins").contains("40"));
        assert!(left.iter().all(|p| p.class != "ins") && right.iter().all(|p| p.class != "del"));
        let (left, right) = cut(old, old);
        assert!(left.iter().chain(&right).all(|p| p.class == "plain"));
    }
}
