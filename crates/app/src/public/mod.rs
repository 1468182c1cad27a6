//! What strangers ask for. Every answer comes from the projection (`public_*`) and from rows marked public.

mod data;
mod figures;
mod pages;
mod past;
mod prints;
mod proof;
mod trust;

pub use data::{Everything, FindEverything, PAGE_MAX};
pub use figures::{Counts, GROUPS, Group, UnitCounts, by_unit};
pub use pages::{
    BoardAsked, BoardView, BranchView, COUNTED, FindBoard, FindBranch, FindHome, FindPledge, FindProgress,
    HomeView, LINES, PledgeView, ProgressView,
};
pub use prints::{FindPrints, PRINTED_MAX, PrintBranch, PrintPledge, Prints};
pub use trust::{CodeView, FindCode, FindCorrections, FindTrust, LogPage, TrustView, write_visits};

// The rows that pages are made of; the web crate names no other crate for them.
pub use past::{FindPast, PastCampaign};
pub use proof::{PublicFault, PublicFaultKind, PublicReport, verify_public};
pub use store::feedback::PublicFeedback;
pub use store::public::{Demand, Line, NoticeHead, Tally};
pub use store::publication::{PublicEvent, PublicItem, PublicPledge, PublicVersion};

use crate::campaign::RunningCampaign;
use domain::organization::UnitKind;
use domain::progress::NEAR_DUE_DAYS;
use domain::time::add_days;
use jiff::civil::Date;
use store::organization::Unit;

/// Whether a unit has a page on the board: branches, and the departments that a campaign lets pledge (N3).
pub(crate) fn has_page(unit: &Unit, campaign: Option<&RunningCampaign>) -> bool {
    let Some(kind) = UnitKind::from_name(&unit.kind) else {
        return false;
    };
    matches!(kind, UnitKind::PartyBranch | UnitKind::GeneralBranch)
        || campaign.is_some_and(|c| c.template.scope.admits_unit(kind))
}

/// Today and the last nearly due day, as the store compares them.
pub(crate) struct DayTexts(String, String);

impl DayTexts {
    pub(crate) fn of(today: Date) -> DayTexts {
        let near = i32::try_from(NEAR_DUE_DAYS).unwrap_or(0);
        DayTexts(today.to_string(), add_days(today, near).to_string())
    }

    pub(crate) fn days(&self) -> store::public::Days<'_> {
        store::public::Days {
            today: &self.0,
            near: &self.1,
        }
    }
}
