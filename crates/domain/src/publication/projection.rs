//! The projection that strangers see.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::mask::{NameDisplay, display_name};
use crate::canonical::{canonical_json, sha256_hex};
use crate::ids::{CampaignId, CheckCode, DemandId, ItemId, KindId, PledgeId, UnitId};
use crate::pinyin::PLACE_MAX;
use crate::pledge::{Pledge, PledgeState};
use crate::problem::Problem;

/// The fields of an item that may become public.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of CommitmentItem")]
pub struct ClearedItem {
    pub id: ItemId,
    pub kind: KindId,
    pub content: String,
    pub measure: String,
    pub beneficiary: String,
    pub due_date: Date,
    pub demand: Option<DemandId>,
    /// It is promised together with others; never with whom.
    pub joint: bool,
}

/// The fields of a pledge that may become public, and nothing else. Whoever publishes fills this in by hand;
/// the internal form cannot be passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleared {
    /// The pledge.
    pub pledge: PledgeId,
    /// The campaign.
    pub campaign: CampaignId,
    /// The branch.
    pub unit: UnitId,
    /// The branch's name.
    pub unit_name: String,
    /// The person's name; `None` for a branch's pledge.
    pub person_name: Option<String>,
    /// Unit and post as the form says; empty for a branch's pledge.
    pub post: String,
    /// A leading cadre's pledge; it stands first on the board (N16).
    pub leading_cadre: bool,
    /// Reference number.
    pub number: String,
    /// 承诺日期.
    pub pledged_on: Date,
    /// The day of confirmation.
    pub confirmed_on: Date,
    /// The items in the order of the form.
    pub items: Vec<ClearedItem>,
}

/// An item as strangers see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of CommitmentItem")]
pub struct PublicItem {
    pub id: ItemId,
    pub kind: KindId,
    pub content: String,
    pub measure: String,
    pub beneficiary: String,
    pub due_date: Date,
    pub demand: Option<DemandId>,
    /// It is promised together with others. Left out where it is not, as in every text before there was such a thing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub joint: bool,
}

/// A pledge as strangers see it. The check code covers its canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicPledge {
    /// Version of this format.
    pub format: String,
    /// The pledge.
    pub pledge: PledgeId,
    /// The campaign.
    pub campaign: CampaignId,
    /// The branch.
    pub unit: UnitId,
    /// The branch's name.
    pub unit_name: String,
    /// The name as the campaign shows names; for a branch's pledge the branch's name.
    pub name: String,
    /// Whether a branch or a person pledges.
    pub pledger: Pledger,
    /// Unit and post.
    pub post: String,
    /// A leading cadre's pledge.
    pub leading_cadre: bool,
    /// Reference number.
    pub number: String,
    /// Published version, from 1.
    pub version: u32,
    /// 承诺日期.
    pub pledged_on: Date,
    /// The day of confirmation.
    pub confirmed_on: Date,
    /// The items.
    pub items: Vec<PublicItem>,
}

/// Who pledges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pledger {
    /// A branch.
    Branch,
    /// A person.
    Person,
}

impl PublicPledge {
    /// Place on the board: leaders first, then branches, then members (N16).
    #[must_use]
    pub fn rank(&self) -> u8 {
        match (self.leading_cadre, self.pledger) {
            (true, _) => 0,
            (false, Pledger::Branch) => 1,
            (false, Pledger::Person) => 2,
        }
    }

    /// The day on which the last item is due.
    #[must_use]
    pub fn due_on(&self) -> Option<Date> {
        self.items.iter().map(|item| item.due_date).max()
    }

    /// Canonical JSON, its SHA-256 in hexadecimal and the check code.
    ///
    /// # Errors
    /// Never for this content; the signature is that of every canonical text.
    pub fn seal(&self) -> Result<(String, String, CheckCode), Problem> {
        let text = canonical_json(self)?;
        let hash = sha256_hex(text.as_bytes());
        let code = CheckCode::of(&text);
        Ok((text, hash, code))
    }
}

/// Where a pledge stands on the board: by [rank](PublicPledge::rank), leaders with a place in their own order before
/// those without. At most 0 for leaders, and only for them.
#[must_use]
pub fn board_rank(rank: u8, place: u32) -> i64 {
    match (rank, place) {
        (0, 1..) => i64::from(place) - i64::from(PLACE_MAX) - 1,
        _ => i64::from(rank),
    }
}

/// Builds what strangers will see: for the preview (a confirmed pledge, its version to be) and for publication.
///
/// # Errors
/// `problem.publication.not_confirmed` for a pledge that is neither confirmed nor published (PRODUCT.md 3.1).
pub fn project(pledge: Pledge, cleared: Cleared, names: NameDisplay) -> Result<PublicPledge, Problem> {
    let version = match pledge.state {
        PledgeState::Confirmed { .. } => pledge.version + 1,
        PledgeState::Published { .. } => pledge.version,
        _ => {
            return Err(
                Problem::conflict("problem.publication.not_confirmed").with("state", pledge.state.name())
            );
        }
    };
    let (name, pledger) = match &cleared.person_name {
        Some(name) => (display_name(name, names), Pledger::Person),
        None => (cleared.unit_name.clone(), Pledger::Branch),
    };
    let items = cleared.items.into_iter().map(|item| PublicItem {
        id: item.id,
        kind: item.kind,
        content: item.content,
        measure: item.measure,
        beneficiary: item.beneficiary,
        due_date: item.due_date,
        demand: item.demand,
        joint: item.joint,
    });
    Ok(PublicPledge {
        format: "jiannuo-public-1".to_owned(),
        pledge: cleared.pledge,
        campaign: cleared.campaign,
        unit: cleared.unit,
        unit_name: cleared.unit_name,
        name,
        pledger,
        post: cleared.post,
        leading_cadre: cleared.leading_cadre,
        number: cleared.number,
        version,
        pledged_on: cleared.pledged_on,
        confirmed_on: cleared.confirmed_on,
        items: items.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn cleared() -> Cleared {
        let id = |n: u8| format!("01932b6e-7c1a-7f00-8000-0000000000{n:02}");
        Cleared {
            pledge: PledgeId::parse(id(1)).expect("uuid"),
            campaign: CampaignId::parse(id(2)).expect("uuid"),
            unit: UnitId::parse(id(3)).expect("uuid"),
            unit_name: "产科党支部".to_owned(),
            person_name: Some("姜𬭎".to_owned()),
            post: "助产士".to_owned(),
            leading_cadre: false,
            number: "2010-0001".to_owned(),
            pledged_on: date(2010, 10, 8),
            confirmed_on: date(2010, 10, 12),
            items: vec![ClearedItem {
                id: ItemId::parse(id(4)).expect("uuid"),
                kind: KindId::parse("practical_deed").expect("word"),
                content: "备10套待产包".to_owned(),
                measure: String::new(),
                beneficiary: "外地产妇".to_owned(),
                due_date: date(2011, 6, 30),
                demand: None,
                joint: false,
            }],
        }
    }

    #[test]
    fn leaders_stand_by_place_and_before_everybody() {
        let ranks = [(0, 1), (0, 2), (0, PLACE_MAX), (0, 0), (1, 7), (2, 7)];
        let ranks = ranks.map(|(rank, place)| board_rank(rank, place));
        assert!(ranks.windows(2).all(|two| two[0] < two[1]), "{ranks:?}");
        assert_eq!(ranks[3..], [0, 1, 2]);
    }

    #[test]
    fn only_the_allowed_fields_are_there() {
        let confirmed = Pledge::new()
            .submit()
            .and_then(|p| p.confirm(1, 0, 1))
            .expect("confirmed");
        let public = project(confirmed, cleared(), NameDisplay::Masked).expect("public");
        let (text, _, code) = public.seal().expect("seal");
        let value: serde_json::Value = serde_json::from_str(&text).expect("json");
        let keys: Vec<&str> = value
            .as_object()
            .expect("object")
            .keys()
            .map(String::as_str)
            .collect();
        let mut allowed = vec![
            "campaign",
            "confirmed_on",
            "format",
            "items",
            "leading_cadre",
            "name",
            "number",
            "pledge",
            "pledged_on",
            "pledger",
            "post",
            "unit",
            "unit_name",
            "version",
        ];
        allowed.sort_unstable();
        assert_eq!(keys, allowed, "a new public field must be decided here, too");
        let item: Vec<&str> = value["items"][0]
            .as_object()
            .expect("object")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(
            item,
            [
                "beneficiary",
                "content",
                "demand",
                "due_date",
                "id",
                "kind",
                "measure"
            ]
        );
        assert!(!text.contains('𬭎'));
        assert_eq!(
            (public.version, public.rank(), public.due_on()),
            (1, 2, Some(date(2011, 6, 30)))
        );
        let whole = project(confirmed, cleared(), NameDisplay::Full).expect("public");
        assert_eq!(whole.name, "姜𬭎");
        assert_ne!(whole.seal().expect("seal").2, code);
    }

    #[test]
    fn promising_together_is_said_and_sealed_only_where_it_is() {
        let confirmed = Pledge::new().submit().and_then(|p| p.confirm(1, 0, 1));
        let confirmed = confirmed.expect("confirmed");
        let seal = |joint: bool| {
            let mut one = cleared();
            one.items[0].joint = joint;
            let public = project(confirmed, one, NameDisplay::Masked).expect("public");
            public.seal().expect("seal")
        };
        let ((alone, _, code), (together, _, other)) = (seal(false), seal(true));
        assert!(!alone.contains("joint") && together.contains(r#""joint":true"#) && code != other);
    }

    #[test]
    fn nothing_unconfirmed_has_a_projection() {
        for pledge in [Pledge::new(), Pledge::new().submit().expect("in")] {
            let problem = project(pledge, cleared(), NameDisplay::Full).expect_err("early");
            assert_eq!(problem.key, "problem.publication.not_confirmed");
        }
        let branch = Cleared {
            person_name: None,
            ..cleared()
        };
        let confirmed = Pledge::new()
            .submit()
            .and_then(|p| p.confirm(1, 0, 1))
            .expect("confirmed");
        let public = project(confirmed, branch, NameDisplay::Masked).expect("public");
        assert_eq!((public.name.as_str(), public.rank()), ("产科党支部", 1));
    }
}
