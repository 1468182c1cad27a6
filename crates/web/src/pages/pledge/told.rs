//! What a pledger is told beside his form: an excuse, a taking down, what ended campaigns left of him.

use super::OverviewPage;
use crate::visit::Visit;
use app::pledge::{Down, Left};

/// What is said of a pledge that an ended campaign left without effect.
pub(crate) fn left_words(v: &Visit, left: &Left) -> String {
    let title = left.title.get(v.lang());
    match (&left.unit, left.state.as_str()) {
        (Some((_, unit)), "confirmed") => v.t2("left.unit_unpublished", "unit", unit, "campaign", title),
        (Some((_, unit)), _) => v.t2("left.unit_undecided", "unit", unit, "campaign", title),
        (None, "confirmed") => v.t1("left.own_unpublished", "campaign", title),
        (None, _) => v.t1("left.own_undecided", "campaign", title),
    }
}

impl OverviewPage {
    /// How what was public of the form came down; `None` while it is public or never was.
    pub(super) fn down(&self) -> Option<&Down> {
        self.l.d.told.down.as_ref()
    }

    /// When, by whom and why it came down.
    pub(super) fn down_words(&self, down: &Down) -> String {
        let v = &self.v;
        let (day, reason) = (v.day_of(down.at), down.reason.as_str());
        match (down.own, reason.is_empty()) {
            (true, true) => v.t1("down.own", "date", day),
            (true, false) => v.t2("down.own_because", "date", day, "reason", reason),
            (false, _) => v.t3("down.by", "date", day, "name", &down.by, "reason", reason),
        }
    }

    /// What comes next while it is down.
    pub(super) fn down_next(&self, down: &Down) -> String {
        let state = self.l.d.filed.as_ref().map_or("", |f| f.row.state.as_str());
        let key = match (self.l.ended(), state) {
            (true, _) => return self.v.t1("down.ended", "name", &down.by),
            (false, "withdrawn") if down.own => "down.next_own",
            (false, "withdrawn") => "down.next",
            (false, "submitted") => "down.next_submitted",
            (false, "confirmed") => "down.next_confirmed",
            _ => "down.next_draft",
        };
        self.v.t1(key, "name", &down.by)
    }

    /// What a new version means for the old text.
    pub(super) fn amend_lead(&self) -> String {
        match self.down() {
            Some(_) => self.v.t("down.amend_lead").to_owned(),
            None => self.v.t("pledge.amend_lead").to_owned(),
        }
    }

    /// Whether nobody presses for a form, because its person is excused and has handed in none.
    pub(super) fn is_let_off(&self) -> bool {
        let d = &self.l.d;
        let handed_in = d.filed.as_ref().is_some_and(|f| f.row.submitted_at.is_some());
        d.told.excused.is_some() && !handed_in
    }
}
