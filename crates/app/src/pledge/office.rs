//! What the office and the printer ask: notes on faults of the roster, forms to print.

use super::read::{Filed, signed_ink};
use super::submit::subject_of;
use super::{Header, Subject, authorise, missing};
use crate::campaign::{RunningCampaign, require_current};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::seal_image::Seals;
use crate::stamped::holding;
use domain::access::{Permission, Scope, may};
use domain::campaign::Audience;
use store::Tx;
use store::pledge as rows;
use store::seal_image::SealImage;

/// What somebody says is wrong in the roster.
#[derive(Clone, Debug)]
pub struct FaultNote {
    /// The person who wrote it on the own form.
    pub person: String,
    /// The name.
    pub name: String,
    /// The branch.
    pub unit: String,
    /// The words.
    pub words: String,
}

/// Every note on a fault of the roster in the running campaign that the roster has not been mended for since.
pub struct HeaderFaults;

/// Whether the roster says something else today than the form that the note was written on.
fn mended(person: &store::person::Person, unit: &str, header: &Header) -> bool {
    [
        (person.name.as_str(), &header.name),
        (&person.ethnicity, &header.ethnicity),
        (&person.education, &header.education),
        (&person.birth_month, &header.birth_month),
        (&person.joined_month, &header.joined_month),
        (super::begin::post_of(person), &header.post),
        (&person.phone, &header.phone),
        (unit, &header.unit),
    ]
    .into_iter()
    .any(|(today, printed)| !today.is_empty() && today != printed)
}

impl Query for HeaderFaults {
    type Out = Vec<FaultNote>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageRoster)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let Some(campaign) = crate::campaign::current(ctx, tx).await? else {
            return Ok(Vec::new());
        };
        let mut notes = Vec::new();
        for row in rows::of_campaign(tx, &ctx.organization, &campaign.id).await? {
            let header: Header = super::header_of(&row)?;
            let Some(id) = row.person_id.clone().filter(|_| !header.fault.is_empty()) else {
                continue;
            };
            let subject = subject_of(ctx, tx, &row).await?;
            if subject
                .person
                .is_some_and(|p| mended(&p, &subject.unit.name, &header))
            {
                continue;
            }
            notes.push(FaultNote {
                person: id,
                name: header.name,
                unit: header.unit,
                words: header.fault,
            });
        }
        Ok(notes)
    }
}

/// A form with everything its paper shows.
#[derive(Clone, Debug)]
pub struct PrintedPledge {
    /// The pledge.
    pub filed: Filed,
    /// Who pledges.
    pub subject: Subject,
    /// Whose form it is printed on.
    pub audience: Audience,
    /// The picture of a seal its confirming decision bears.
    pub seal: Option<SealImage>,
}

/// Forms to print.
#[derive(Clone, Debug)]
pub struct PrintSet {
    /// The campaign: its template has the labels.
    pub campaign: RunningCampaign,
    /// The forms; none for a blank one.
    pub forms: Vec<PrintedPledge>,
}

/// One form for the printer; without a pledge, the blank paper.
pub struct Printable {
    /// The pledge; empty for the blank form.
    pub pledge: String,
}

fn may_print(ctx: &Ctx, row: &rows::Pledge) -> bool {
    let unit = row.unit_id.as_str();
    let person = row.person_id.as_deref().unwrap_or("");
    authorise(ctx, row).is_ok() || may(&ctx.actor, Permission::PrintForms, Scope::Person { person, unit })
}

impl Query for Printable {
    type Out = PrintSet;
    fn needs(&self) -> Need {
        Need::Permission(Permission::PrintForms)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<PrintSet> {
        if self.pledge.is_empty() {
            // On the desk of an ended campaign its own paper is printed.
            let campaign = match &ctx.actor.looks_at {
                Some(_) => crate::campaign::at_hand(ctx, tx).await?,
                None => require_current(ctx, tx).await?,
            };
            return Ok(PrintSet {
                campaign,
                forms: Vec::new(),
            });
        }
        let row = rows::by_id(tx, &ctx.organization, &self.pledge).await?;
        let row = super::moved::at_hand(ctx, tx, row.ok_or_else(missing)?).await?;
        let row = Some(row).filter(|row| may_print(ctx, row)).ok_or_else(missing)?;
        printed(ctx, tx, row).await
    }
}

/// One form with everything its paper shows; whether the actor may print it was asked before.
pub(crate) async fn printed(ctx: &Ctx, tx: &mut Tx, row: rows::Pledge) -> Result<PrintSet> {
    let campaign = crate::campaign::by_id(ctx, tx, &row.campaign_id).await?;
    let subject = subject_of(ctx, tx, &row).await?;
    let filed = Filed::of(ctx, tx, row).await?;
    let form = PrintedPledge {
        audience: super::audience(ctx, tx, &subject).await?,
        seal: Seals::read(ctx, tx).await?.on(&filed),
        filed,
        subject,
    };
    Ok(PrintSet {
        campaign,
        forms: vec![form],
    })
}

/// The audience for all people where the template has one form for them: then nobody has to be looked up.
fn of_people(campaign: &RunningCampaign) -> Option<Audience> {
    let form = |audience| campaign.template.form_for(audience).map(|f| (audience, &f.key));
    let mut forms = crate::forms::PEOPLE.into_iter().filter_map(form);
    let (audience, key) = forms.next()?;
    forms.all(|(_, other)| other == key).then_some(audience)
}

/// Every form of a unit that was handed in, for one file: its own first, then those of its people.
pub struct PrintUnit {
    /// The branch.
    pub unit: String,
}

impl Query for PrintUnit {
    type Out = PrintSet;
    fn needs(&self) -> Need {
        Need::Permission(Permission::PrintForms)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<PrintSet> {
        if !may(&ctx.actor, Permission::PrintForms, Scope::Unit(&self.unit)) {
            return Err(missing());
        }
        let org = &ctx.organization;
        let campaign = crate::campaign::at_hand(ctx, tx).await?;
        let unit = store::organization::unit(tx, org, &self.unit)
            .await?
            .ok_or_else(missing)?;
        let mut decisions = rows::decisions_of_unit(tx, org, &campaign.id, &unit.id).await?;
        let drawn = rows::signatures_of_unit(tx, org, &campaign.id, &unit.id).await?;
        let mut scans = store::stamped::of_unit(tx, org, &campaign.id, &unit.id).await?;
        let seals = Seals::read(ctx, tx).await?;
        let of_people = of_people(&campaign);
        let mut forms = Vec::new();
        let mut handed_in = rows::of_unit(tx, org, &campaign.id, &unit.id).await?;
        handed_in.retain(|row| row.round > 0);
        handed_in.sort_by_key(|row| row.person_id.is_some());
        for row in handed_in {
            let audience = match of_people.filter(|_| row.person_id.is_some()) {
                Some(audience) => audience,
                None => {
                    let subject = subject_of(ctx, tx, &row).await?;
                    super::audience(ctx, tx, &subject).await?
                }
            };
            let own = decisions.extract_if(.., |d| d.pledge_id == row.id).collect();
            let ink = drawn.iter().find(|d| d.pledge_id == row.id);
            let own_scans: Vec<_> = scans.extract_if(.., |s| s.pledge_id == row.id).collect();
            let drawn = ink.and_then(signed_ink);
            let bare = Filed::bare(row, own)?;
            let filed = Filed {
                drawn,
                stamped: holding(&own_scans, &bare),
                ..bare
            };
            forms.push(PrintedPledge {
                audience,
                seal: seals.on(&filed),
                filed,
                subject: Subject {
                    unit: unit.clone(),
                    person: None,
                },
            });
        }
        Ok(PrintSet { campaign, forms })
    }
}
