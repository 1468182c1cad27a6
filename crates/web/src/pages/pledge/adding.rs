//! New versions, and what comes up after the step of proposing: whoever has a pledge adds a promise to it (N10).

use super::{OverviewPage, Place, overview_again};
use crate::fields::Fields;
use crate::respond::{Answer, see_other};
use crate::visit::Visit;
use app::pledge::AmendPledge;
use domain::ids::KindId;

impl OverviewPage {
    /// The organisation's words for a pledge after the step of proposing; `None` for any other.
    pub(super) fn immediate(&self) -> Option<(&str, &str)> {
        let d = &self.l.d;
        let filed = d.filed.as_ref();
        let dated = match filed
            .filter(|f| f.row.version > 0)
            .and_then(|f| f.versions.iter().min_by_key(|v| v.round))
        {
            // An amendment does not make an immediate pledge of one that was handed in in time.
            Some(first) => Some(self.v.web().app().date_of(first.submitted_at)),
            None => filed.and_then(|f| f.draft.pledged_on),
        };
        let today = self.v.today();
        let words = d.campaign.immediate(dated.unwrap_or(today), today)?;
        Some((words.label.get(self.v.lang()), words.text.get(self.v.lang())))
    }

    /// The organisation's word for what comes up after the step of proposing, where the reader may add one to a pledge that
    /// is confirmed or public.
    pub(super) fn adds(&self) -> Option<&str> {
        let l = &self.l;
        let today = self.v.today();
        let stands = |f: &&app::pledge::Filed| matches!(f.row.state.as_str(), "confirmed" | "published");
        l.d.filed
            .as_ref()
            .filter(stands)
            .filter(|_| l.d.hands_in && !l.ended() && self.down().is_none())?;
        let words = l.d.campaign.immediate(today, today)?;
        Some(words.label.get(self.v.lang()))
    }

    /// The kinds of which the form takes one more: identifier and name.
    pub(super) fn kinds_with_room(&self) -> Vec<(String, String)> {
        let d = &self.l.d;
        let written = |kind: &str| d.filed.as_ref().map_or(0, |f| f.draft.of_kind(kind).count());
        let room = d.campaign.kinds_for(d.audience).into_iter().filter(|k| {
            let (_, most) = k.count_for(d.audience);
            most.is_none_or(|most| written(&k.key) < usize::try_from(most).unwrap_or(usize::MAX))
        });
        room.map(|k| (k.key.clone(), k.label.get(self.v.lang()).to_owned()))
            .collect()
    }
}

/// Begins a new version; where a promise is to be added, at the empty form of one.
pub(super) async fn amend(v: Visit, at: Place, fields: Fields) -> Answer {
    let case = AmendPledge {
        pledge: fields.trimmed("pledge"),
        reason: fields.trimmed("reason"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(()) => Ok(see_other(&match KindId::parse(fields.trimmed("kind")) {
            Ok(kind) => format!("{}/write/{kind}?item=new", at.base),
            Err(_) => format!("{}/sign", at.base),
        })),
        Err(error) => overview_again(v, at, fields, error).await,
    }
}
