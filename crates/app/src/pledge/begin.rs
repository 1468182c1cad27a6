//! Beginning a form with everything the roster knows (N10).

use super::draft::WORDS_MAX;
use super::{Desk, Header, Subject, gate, header_of, missing, subject};
use crate::campaign::{RunningCampaign, require_current};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::Role;
use domain::campaign::Template;
use domain::organization::person::{Sex, read_sex};
use domain::organization::{PersonClass, UnitKind};
use domain::pledge::sentence;
use domain::problem::Problem;
use domain::text::{TextRule, check_text};
use store::Tx;
use store::pledge as rows;

/// Begins a form with everything the roster knows; begun twice it is the same form (N10).
pub struct StartPledge {
    /// Whose form.
    pub desk: Desk,
    /// Why somebody else types it; required on behalf.
    pub reason: String,
}

/// A form that lies ready.
#[derive(Clone, Debug)]
pub struct Started {
    /// The pledge.
    pub id: String,
    /// It was there already.
    pub repeat: bool,
}

impl UseCase for StartPledge {
    type Out = Started;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Started> {
        let campaign = require_current(ctx, tx).await?;
        let subject = subject(ctx, tx, &self.desk).await?;
        if let Some(row) = rows::of_pledger(tx, &ctx.organization, &campaign.id, subject.id()).await? {
            return Ok(Started {
                id: row.id,
                repeat: true,
            });
        }
        let behalf = matches!(self.desk, Desk::Behalf(_)).then_some(self.reason.as_str());
        let row = fresh(ctx, tx, &campaign, &subject, behalf).await?;
        rows::add(tx, &ctx.organization, &row).await?;
        Ok(Started {
            id: row.id,
            repeat: false,
        })
    }
    fn event(&self, out: &Started) -> Event {
        let behalf = matches!(self.desk, Desk::Behalf(_));
        Event::new("pledge.start", "pledge", &out.id)
            .with(serde_json::json!({ "on_behalf": behalf, "repeat": out.repeat }))
    }
}

/// A form as it is begun, not stored yet; `behalf` says why somebody else types it.
pub(super) async fn fresh(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: &RunningCampaign,
    subject: &Subject,
    behalf: Option<&str>,
) -> Result<rows::Pledge> {
    let endings = store::organization::endings(tx, &ctx.organization).await?;
    if subject.person.is_none() && endings.iter().any(|e| e.id == subject.unit.id) {
        return Err(Problem::conflict("unit.ended_no_pledge")
            .with("name", &subject.unit.name)
            .into());
    }
    gate(ctx, campaign, None)?;
    in_scope(&campaign.template, subject)?;
    if let Some(reason) = behalf {
        check_text("reason", reason, TextRule::line(WORDS_MAX))?;
    }
    let header = prefill(ctx, tx, &campaign.template, subject).await?;
    let person = subject.person.as_ref();
    Ok(rows::Pledge {
        id: ctx.id(),
        campaign_id: campaign.id.clone(),
        pledger: if person.is_some() { "person" } else { "branch" }.to_owned(),
        pledger_id: subject.id().to_owned(),
        unit_id: subject.unit.id.clone(),
        person_id: person.map(|p| p.id.clone()),
        leading_cadre: person.is_some_and(|p| p.leading_cadre),
        state: "draft".to_owned(),
        header: serde_json::to_string(&header).map_err(Error::bug)?,
        items: "[]".to_owned(),
        channels: default_channels(&campaign.template)?,
        on_behalf_by: behalf.map(|_| ctx.actor.account.clone()),
        on_behalf_reason: behalf.unwrap_or("").trim().to_owned(),
        created_at: ctx.now,
        updated_at: ctx.now,
        ..rows::Pledge::default()
    })
}

/// Every channel is proposed: the notice wants commitments known by all of them (N12).
fn default_channels(template: &Template) -> Result<String> {
    let keys: Vec<&str> = template.channels.iter().map(|c| c.key.as_str()).collect();
    serde_json::to_string(&keys).map_err(Error::bug)
}

pub(super) fn in_scope(template: &Template, subject: &Subject) -> Result<(), Problem> {
    let scope = &template.scope;
    let fine = match &subject.person {
        Some(person) => PersonClass::from_name(&person.class)
            .is_some_and(|c| person.active && scope.admits(c, person.leading_cadre)),
        None => UnitKind::from_name(&subject.unit.kind).is_some_and(|kind| scope.admits_unit(kind)),
    };
    if fine {
        Ok(())
    } else {
        let name = subject.person.as_ref().map_or(&subject.unit.name, |p| &p.name);
        Err(Problem::conflict("problem.pledge.not_in_scope").with("name", name))
    }
}

/// The boxes as the roster fills them (N10): nothing the house knows is asked again (PRODUCT.md 3.10).
async fn prefill(ctx: &Ctx, tx: &mut Tx, template: &Template, subject: &Subject) -> Result<Header> {
    let org = &ctx.organization;
    let house = store::organization::by_id(tx, org).await?.ok_or_else(missing)?;
    let mut header = Header {
        organization: house.name,
        unit: subject.unit.name.clone(),
        ..Header::default()
    };
    let Some(person) = &subject.person else {
        let secretary = Role::BranchSecretary.name();
        let heads = store::account::holders(tx, org, secretary, Some(&subject.unit.id)).await?;
        header.head = heads.first().map(|a| a.name.clone()).unwrap_or_default();
        header.phone.clone_from(&subject.unit.phone);
        return Ok(header);
    };
    let groups: Vec<&str> = template.posts.iter().map(|p| p.key.as_str()).collect();
    header.post_group = sentence::post_group(&person.post, &groups)
        .unwrap_or_default()
        .to_owned();
    header.name.clone_from(&person.name);
    header.sex = read_sex(&person.sex).map_or("", Sex::name).to_owned();
    header.ethnicity.clone_from(&person.ethnicity);
    header.education.clone_from(&person.education);
    header.birth_month.clone_from(&person.birth_month);
    header.joined_month.clone_from(&person.joined_month);
    header.post = post_of(person).to_owned();
    header.phone.clone_from(&person.phone);
    Ok(header)
}

/// Puts into the boxes of a form that is still written what the roster says by now: what the office set right there while
/// it was written is right on the form, under the same name as the signature (N10).
pub(super) async fn follow_roster(
    ctx: &Ctx,
    tx: &mut Tx,
    template: &Template,
    subject: &Subject,
    row: &mut rows::Pledge,
) -> Result<()> {
    let now = prefill(ctx, tx, template, subject).await?;
    let mut header = header_of(row)?;
    let boxes = [
        (&mut header.organization, now.organization),
        (&mut header.unit, now.unit),
        (&mut header.head, now.head),
        (&mut header.name, now.name),
        (&mut header.sex, now.sex),
        (&mut header.ethnicity, now.ethnicity),
        (&mut header.education, now.education),
        (&mut header.birth_month, now.birth_month),
        (&mut header.joined_month, now.joined_month),
        (&mut header.post, now.post),
        (&mut header.phone, now.phone),
    ];
    for (kept, known) in boxes {
        if !known.is_empty() {
            *kept = known;
        }
    }
    row.header = serde_json::to_string(&header).map_err(Error::bug)?;
    Ok(())
}

/// Unit and post as the form of a person names them: as the board and the ledger do, a leader by the title.
pub(super) fn post_of(person: &store::person::Person) -> &str {
    if person.leading_cadre && !person.title.is_empty() {
        &person.title
    } else {
        &person.post
    }
}
