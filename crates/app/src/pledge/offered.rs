//! Which blank forms somebody may print for a unit: those the template has for the people and units it asks (N20, N21).

use super::Subject;
use super::begin::in_scope;
use crate::campaign::{RunningCampaign, current};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Scope, may};
use domain::campaign::Audience;
use domain::campaign::template::Template;
use store::Tx;
use store::organization::Unit;
use store::person::Person;

/// The blank forms of a unit, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfferedBlanks {
    /// The unit's own form; nothing where the campaign asks none of it.
    pub unit: Option<Audience>,
    /// The forms of its people, by an audience of each; none where nobody of them is asked.
    pub people: Vec<Audience>,
}

impl OfferedBlanks {
    /// Reads what is asked of a unit and its people.
    pub(crate) async fn of(ctx: &Ctx, tx: &mut Tx, template: &Template, unit: &Unit) -> Result<Self> {
        let subject = Subject {
            unit: unit.clone(),
            person: None,
        };
        let audience = super::audience(ctx, tx, &subject).await?;
        let own = in_scope(template, &subject).is_ok() && template.form_for(audience).is_some();
        let people = store::person::of_unit(tx, &ctx.organization, &unit.id).await?;
        let asked: Vec<Person> = people.into_iter().filter(|p| asks(template, unit, p)).collect();
        Ok(Self {
            unit: own.then_some(audience),
            people: of_people(template, &asked),
        })
    }
}

/// Whether the campaign asks, or lets, a person of a unit write a pledge.
pub(super) fn asks(template: &Template, unit: &Unit, person: &Person) -> bool {
    let subject = Subject {
        unit: unit.clone(),
        person: Some(person.clone()),
    };
    in_scope(template, &subject).is_ok()
}

/// The forms of these people: who is secretary is not looked up, every branch has one among those who are no leaders.
fn of_people(template: &Template, people: &[Person]) -> Vec<Audience> {
    let leaders = people.iter().any(|p| p.leading_cadre);
    let others = people.iter().any(|p| !p.leading_cadre);
    let mut keys = Vec::new();
    let mut out = Vec::new();
    for audience in crate::forms::PEOPLE {
        let there = match audience {
            Audience::LeadingCadre => leaders,
            _ => others,
        };
        let form = template.form_for(audience).filter(|_| there);
        if let Some(form) = form.filter(|form| !keys.contains(&&form.key)) {
            keys.push(&form.key);
            out.push(audience);
        }
    }
    out
}

/// Asks for them, with the campaign that has them; nothing while none runs.
pub struct FindBlanks {
    /// The unit.
    pub unit: String,
}

impl Query for FindBlanks {
    type Out = Option<(RunningCampaign, Audience, OfferedBlanks)>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::FileOnBehalf)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        if !may(&ctx.actor, Permission::FileOnBehalf, Scope::Unit(&self.unit)) {
            return Err(super::missing());
        }
        let unit = store::organization::unit(tx, &ctx.organization, &self.unit).await?;
        let (Some(campaign), Some(unit)) = (current(ctx, tx).await?, unit) else {
            return Ok(None);
        };
        let offered = OfferedBlanks::of(ctx, tx, &campaign.template, &unit).await?;
        let own = super::audience(ctx, tx, &Subject { unit, person: None }).await?;
        Ok(Some((campaign, own, offered)))
    }
}
