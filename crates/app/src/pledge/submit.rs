//! Handing a form in, taking it back while nobody has decided, beginning a new version.

use super::amend::not_changed;
use super::begin::follow_roster;
use super::draft::{Edit, apply};
use super::menu::claim_answered;
use super::standing::standing;
use super::{Draft, Header, gate, header_of, load, missing, put_state, rules_for, state_of, unsettled};
use crate::campaign::{RunningCampaign, require_current};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::ids::{CampaignId, KindId, PledgeId};
use domain::pledge::{
    CommitmentItem, FormRules, Ink, PledgeState, Standing, VersionContent, check_submission, demand_missing,
};
use domain::problem::{Problem, Problems};
use store::Tx;
use store::pledge as rows;

/// Hands the form in: signed with the typed name, frozen, hashed, numbered (N10). Handed in twice it is the same.
pub struct SubmitPledge {
    /// The pledge.
    pub pledge: String,
    /// The revision the writer saw.
    pub revision: i64,
    /// 完成时限 as typed; 承诺日期 as typed; 公开形式. `None` keeps what the draft has.
    pub closing: Option<Edit>,
    /// The typed name.
    pub signature: String,
    /// What was drawn beside it, as the pad sends it; empty without. Nobody draws for somebody else.
    pub drawn: String,
    /// Consent to publication, given with the preview. Of a form typed on behalf, the person consents later.
    pub consent: bool,
    /// Handed in though nothing was changed since it came back: whoever means it says so.
    pub unchanged: bool,
}

/// What was handed in.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// Reference number.
    pub number: String,
    /// The round.
    pub round: i64,
    /// It had been handed in before; nothing happened.
    pub repeat: bool,
    /// Demands it answers, which the public list shows as taken up from now on.
    pub claims: usize,
}

impl UseCase for SubmitPledge {
    type Out = Submitted;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Submitted> {
        let mut row = load(ctx, tx, &self.pledge).await?;
        let state = state_of(&row)?;
        if !state.state.is_editable() {
            let number = row.number.unwrap_or_default();
            return Ok(Submitted {
                number,
                round: row.round,
                repeat: true,
                claims: 0,
            });
        }
        let campaign = require_current(ctx, tx).await?;
        if campaign.id != row.campaign_id {
            return Err(missing());
        }
        gate(ctx, &campaign, Some(&row))?;
        let mut problems = Problems::new();
        if let Some(closing) = &self.closing {
            match apply(ctx, &mut row, closing) {
                Err(Error::Refused(found)) => problems.0.extend(found.0),
                other => drop(other?),
            }
        }
        let mut draft = Draft::of(&row)?;
        draft.items.retain(|item| !item.is_blank());
        let unchanged = not_changed(ctx, tx, &row, &draft, self.unchanged).await?;
        problems.0.extend(unchanged);
        draft.pledged_on = draft.pledged_on.or(Some(ctx.today));
        let ink = match self.ink(ctx, &row) {
            Ok(ink) => ink,
            Err(problem) => {
                problems.push(problem);
                None
            }
        };
        let subject = subject_of(ctx, tx, &row).await?;
        follow_roster(ctx, tx, &campaign.template, &subject, &mut row).await?;
        let signed = Signed {
            signature: &self.signature,
            consent: self.consent || row.on_behalf_by.is_some(),
        };
        let standing = standing(ctx, tx, &row.id).await?;
        check_form(ctx, tx, &campaign, &subject, &draft, signed, (standing, problems)).await?;
        draft.write(&mut row)?;
        let claims = claim_answered(ctx, tx, &subject, &campaign.id, &draft).await?;
        let done = self
            .hand_in(ctx, tx, &campaign, row, &draft, ink.as_ref())
            .await?;
        Ok(Submitted { claims, ..done })
    }
    fn event(&self, out: &Submitted) -> Event {
        let event = Event::new("pledge.submit", "pledge", &self.pledge)
            .with(serde_json::json!({ "number": out.number, "round": out.round, "repeat": out.repeat }))
            .hands_in([self.pledge.as_str()]);
        match out.claims {
            0 => event,
            _ => event.seen_by_all(),
        }
    }
}

/// Whether the form came back from review and says now what it said then.
pub(super) async fn came_back_unchanged(
    ctx: &Ctx,
    tx: &mut Tx,
    row: &rows::Pledge,
    draft: &Draft,
) -> Result<bool> {
    if !matches!(state_of(row)?.state, PledgeState::Returned { .. }) {
        return Ok(false);
    }
    let versions = rows::versions(tx, &ctx.organization, &row.id).await?;
    let Some(last) = versions.last() else {
        return Ok(false);
    };
    let then: VersionContent = serde_json::from_str(&last.content).map_err(Error::bug)?;
    Ok(then.says_the_same(&draft.form("", false)))
}

/// What is said when a form is handed in, or would be.
pub(super) struct Signed<'a> {
    /// The typed name.
    pub signature: &'a str,
    /// Consent to publication; of a form typed on behalf the person consents himself, when he confirms it.
    pub consent: bool,
}

/// The refusals of items that claim a demand which is none of this campaign.
async fn strange_demands(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: &str,
    rules: &FormRules,
    draft: &Draft,
) -> Result<Problems> {
    let mut problems = Problems::new();
    let asks = |kind: &KindId| rules.kinds.iter().any(|k| k.demand && k.kind == *kind);
    for (place, item) in draft.items.iter().enumerate().filter(|(_, i)| asks(&i.item.kind)) {
        let Some(id) = &item.item.demand else { continue };
        let found = store::demand::demand(tx, &ctx.organization, id.as_str()).await?;
        if found.is_none_or(|d| d.campaign_id != campaign) {
            let unnamed = CommitmentItem {
                demand: None,
                ..item.item.clone()
            };
            problems.0.extend(demand_missing(rules, place, &unnamed));
        }
    }
    Ok(problems)
}

/// Where no demand can be claimed none is asked for.
async fn menu_of(ctx: &Ctx, tx: &mut Tx, campaign: &str, unit: &str, rules: &mut FormRules) -> Result<()> {
    if rules.kinds.iter().any(|k| k.demand)
        && rows::open_demands(tx, &ctx.organization, campaign, unit)
            .await?
            .is_empty()
    {
        rules.kinds.iter_mut().for_each(|k| k.demand = false);
    }
    Ok(())
}

/// Refuses a form that cannot be handed in, with everything there is to mend.
pub(super) async fn check_form(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: &RunningCampaign,
    subject: &super::Subject,
    draft: &Draft,
    signed: Signed<'_>,
    (standing, mut problems): (Vec<Standing>, Problems),
) -> Result<()> {
    let audience = super::audience(ctx, tx, subject).await?;
    let mut rules = rules_for(campaign, audience)?;
    menu_of(ctx, tx, &campaign.id, &subject.unit.id, &mut rules).await?;
    problems
        .0
        .extend(strange_demands(ctx, tx, &campaign.id, &rules, draft).await?.0);
    // One promise that has just come up is a whole immediate pledge; what was confirmed whole stays whole.
    let in_force = |kind: &domain::ids::KindId| standing.iter().filter(|s| s.kind == *kind).count();
    let immediate = draft
        .pledged_on
        .and_then(|day| campaign.immediate(day, ctx.today));
    if immediate.is_some() {
        for kind in &mut rules.kinds {
            kind.min = kind
                .min
                .min(u32::try_from(in_force(&kind.kind)).unwrap_or(u32::MAX));
        }
    }
    rules.standing = standing;
    // A branch's form carries the name of whoever signs for it.
    let name = subject
        .person
        .as_ref()
        .map_or(ctx.actor.name.as_str(), |p| &p.name);
    problems.absorb(unsettled(draft, ctx.today).or(()));
    problems.absorb(check_submission(
        &draft.form(signed.signature, signed.consent),
        &rules,
        name,
    ));
    let mut seen: Vec<Problem> = Vec::new();
    for problem in problems.0 {
        if !seen.contains(&problem) {
            seen.push(problem);
        }
    }
    Ok(Problems(seen).or(())?)
}

impl SubmitPledge {
    /// What was drawn, by the person whose name stands there.
    fn ink(&self, ctx: &Ctx, row: &rows::Pledge) -> Result<Option<Ink>, Problem> {
        let ink = Ink::parse(&self.drawn)?;
        let by_other = row.person_id.is_some() && row.person_id != ctx.actor.person;
        match ink {
            Some(_) if by_other => Err(Problem::invalid("problem.pledge.drawn_by_other").on("drawn")),
            ink => Ok(ink),
        }
    }

    async fn hand_in(
        &self,
        ctx: &Ctx,
        tx: &mut Tx,
        campaign: &RunningCampaign,
        mut row: rows::Pledge,
        draft: &Draft,
        ink: Option<&Ink>,
    ) -> Result<Submitted> {
        let org = &ctx.organization;
        let (stood, last) = (row.round, last_round(ctx, tx, &row).await?);
        let state = state_of(&row)?.submit_after(last)?;
        let round = state.state.round();
        let form = draft.form(&self.signature, self.consent);
        let ids = (
            CampaignId::parse(campaign.id.as_str())?,
            PledgeId::parse(row.id.as_str())?,
        );
        let (content, hash, code) = VersionContent::freeze(ids.0, ids.1, round, &form)
            .drawn(ink)
            .seal()?;
        let mut header: Header = header_of(&row)?;
        let reason = std::mem::take(&mut header.amendment);
        row.header = serde_json::to_string(&header).map_err(Error::bug)?;
        self.signature.trim().clone_into(&mut row.signed_name);
        if row.on_behalf_by.is_none() || row.on_behalf_confirmed_at.is_some() {
            row.consent_at = Some(ctx.now);
            row.consent_withdrawn_at = None;
        }
        row.updated_at = ctx.now;
        if rows::write_draft(tx, org, &row, self.revision).await? == 0 {
            return Err(Problem::conflict("problem.pledge.changed_meanwhile")
                .on("revision")
                .into());
        }
        put_state(&mut row, state);
        row.submitted_at = Some(ctx.now);
        if row.number.is_none() {
            row.number = Some(next_number(ctx, tx, campaign, &row.unit_id).await?);
        }
        rows::write_state(tx, org, &row).await?;
        let version = rows::PledgeVersion {
            pledge_id: row.id.clone(),
            round: row.round,
            content,
            hash,
            check_code: code.as_str().to_owned(),
            signed_name: row.signed_name.clone(),
            reason,
            submitted_at: ctx.now,
        };
        if typed_anew(ctx, tx, &row, (stood, &version)).await? {
            rows::unconfirm_on_behalf(tx, org, &row.id).await?;
        }
        rows::add_version(tx, org, &version).await?;
        if let Some(ink) = ink {
            rows::add_signature(tx, org, &row.id, row.round, &ink.text(), ctx.now).await?;
        }
        Ok(Submitted {
            number: row.number.unwrap_or_default(),
            round: row.round,
            repeat: false,
            claims: 0,
        })
    }
}

/// The last round that was handed in, of an amendment that was given up too.
async fn last_round(ctx: &Ctx, tx: &mut Tx, row: &rows::Pledge) -> Result<u32> {
    if row.round == 0 {
        return Ok(0);
    }
    let versions = rows::versions(tx, &ctx.organization, &row.id).await?;
    let last = versions.iter().map(|v| v.round).max().unwrap_or(0);
    u32::try_from(last).map_err(Error::bug)
}

/// Whether somebody hands in for a person what that person has not seen: he confirms it anew (N10).
async fn typed_anew(
    ctx: &Ctx,
    tx: &mut Tx,
    row: &rows::Pledge,
    (stood, version): (i64, &rows::PledgeVersion),
) -> Result<bool> {
    let by_other = row.on_behalf_by.is_some() && row.person_id != ctx.actor.person;
    if !by_other || row.on_behalf_confirmed_at.is_none() {
        return Ok(false);
    }
    let before = rows::version(tx, &ctx.organization, &row.id, stood).await?;
    let items = |content: &str| -> Result<_> {
        let content: VersionContent = serde_json::from_str(content).map_err(Error::bug)?;
        Ok(content.items)
    };
    Ok(match before {
        Some(before) => items(&before.content)? != items(&version.content)?,
        None => true,
    })
}

pub(super) async fn subject_of(ctx: &Ctx, tx: &mut Tx, row: &rows::Pledge) -> Result<super::Subject> {
    let org = &ctx.organization;
    let unit = store::organization::unit(tx, org, &row.unit_id)
        .await?
        .ok_or_else(missing)?;
    let person = match &row.person_id {
        Some(id) => store::person::by_id(tx, org, id).await?,
        None => None,
    };
    Ok(super::Subject { unit, person })
}

/// What the numbers of a branch begin with: year of the campaign, place of the branch in the list.
pub(super) async fn stem_of(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: &RunningCampaign,
    unit: &str,
) -> Result<String> {
    let year = campaign.template.starts_on.map_or(ctx.today.year(), |d| d.year());
    let unit = store::organization::unit(tx, &ctx.organization, unit)
        .await?
        .ok_or_else(missing)?;
    Ok(format!("{year}-Z{:02}", unit.position))
}

/// The next reference number of a branch. Numbers run per branch, so that branches do not wait for each other on the
/// last evening.
async fn next_number(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign, unit: &str) -> Result<String> {
    let stem = stem_of(ctx, tx, campaign, unit).await?;
    // '.' is the sign after '-': everything that begins with the stem and a hyphen lies between the two.
    let (from, until) = (format!("{stem}-"), format!("{stem}."));
    let last = rows::last_number(tx, &ctx.organization, &from, &until).await?;
    let last = last.and_then(|n| n.rsplit('-').next().and_then(|tail| tail.parse::<u32>().ok()));
    Ok(format!("{stem}-{:04}", last.unwrap_or(0) + 1))
}

/// Takes a form back to the desk while nobody has decided about it.
pub struct WithdrawBeforeReview {
    /// The pledge.
    pub pledge: String,
}

impl UseCase for WithdrawBeforeReview {
    type Out = ();
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let mut row = load(ctx, tx, &self.pledge).await?;
        let state = state_of(&row)?.withdraw_before_review()?;
        put_state(&mut row, state);
        row.updated_at = ctx.now;
        Ok(rows::write_state(tx, &ctx.organization, &row).await?)
    }
    fn event(&self, (): &()) -> Event {
        Event::new("pledge.withdraw_before_review", "pledge", &self.pledge)
    }
}

/// Begins a new version of a confirmed or public pledge, with reason. It is reviewed again; the public text stays
/// public until the new one is (PRODUCT.md 3.1).
pub struct AmendPledge {
    /// The pledge.
    pub pledge: String,
    /// Why.
    pub reason: String,
}

impl UseCase for AmendPledge {
    type Out = ();
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let mut row = load(ctx, tx, &self.pledge).await?;
        let campaign = crate::campaign::by_id(ctx, tx, &row.campaign_id).await?;
        campaign.must_run()?;
        domain::text::check_text(
            "reason",
            &self.reason,
            domain::text::TextRule::area(500).optional(),
        )?;
        let state = state_of(&row)?.amend(&self.reason)?;
        let mut header = header_of(&row)?;
        self.reason.trim().clone_into(&mut header.amendment);
        row.header = serde_json::to_string(&header).map_err(Error::bug)?;
        row.updated_at = ctx.now;
        let revision = row.revision;
        rows::write_draft(tx, &ctx.organization, &row, revision).await?;
        put_state(&mut row, state);
        Ok(rows::write_state(tx, &ctx.organization, &row).await?)
    }
    fn event(&self, (): &()) -> Event {
        Event::new("pledge.amend", "pledge", &self.pledge).with(serde_json::json!({ "reason": self.reason }))
    }
}
