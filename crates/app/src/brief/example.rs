//! Good examples: nominated, verified by somebody else, agreed to by the person, then published (N19).

use crate::appraisal::Subject;
use crate::campaign::{self, RunningCampaign};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Scope, may};
use domain::brief::{ExampleSteps, check_verifier};
use domain::problem::Problem;
use domain::text::{TextRule, check_text};
use store::Tx;
use store::brief::{self as rows, Example as Row, PublicExample};

/// Most characters of an example.
const WORDS: usize = 800;

/// An example with whose pledge it is.
#[derive(Clone, Debug)]
pub struct Example {
    /// The row.
    pub row: Row,
    /// The pledge.
    pub subject: Subject,
    /// How far it has come.
    pub steps: ExampleSteps,
    /// Whether the reader may verify it.
    pub can_verify: bool,
    /// Whether it is the reader who has to agree.
    pub is_mine: bool,
    /// Whether the reader may publish it.
    pub can_publish: bool,
}

/// The page of examples.
#[derive(Clone, Debug)]
pub struct ExampleDesk {
    /// The campaign; `None` when none was ever started.
    pub campaign: Option<RunningCampaign>,
    /// Examples the reader has to do with.
    pub examples: Vec<Example>,
    /// Published pledges the reader may nominate.
    pub candidates: Vec<Subject>,
}

fn steps(row: &Row) -> ExampleSteps {
    ExampleSteps {
        verified: row.verified_at.is_some(),
        consented: row.consented_at.is_some(),
        published: row.published_at.is_some(),
    }
}

/// Asks for the examples the reader has to do with.
pub struct FindExamples;

impl Query for FindExamples {
    type Out = ExampleDesk;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<ExampleDesk> {
        let Some(campaign) = campaign::shown(ctx, tx).await? else {
            return Ok(ExampleDesk {
                campaign: None,
                examples: vec![],
                candidates: vec![],
            });
        };
        let all = crate::appraisal::everybody(ctx, tx, &campaign.id).await?;
        let mut subjects = all.clone();
        let mut shown = rows::examples(tx, &ctx.organization, &campaign.id).await?;
        // Who is praised takes his consent back for as long as it is public, whatever campaign runs by then.
        for past in campaign::ended(ctx, tx).await? {
            if past.id != campaign.id {
                shown.extend(rows::examples(tx, &ctx.organization, &past.id).await?);
                subjects.extend(crate::appraisal::everybody(ctx, tx, &past.id).await?);
            }
        }
        let (mut examples, mut taken) = (Vec::new(), Vec::new());
        for row in shown {
            taken.push(row.pledge_id.clone());
            let Some(subject) = subjects.iter().find(|s| s.row.id == row.pledge_id) else {
                continue;
            };
            let manages = manages(ctx, subject) && row.campaign_id == campaign.id;
            let is_mine = subject.is_own(&ctx.actor);
            if !manages && !is_mine {
                continue;
            }
            let office = may(&ctx.actor, Permission::ManageExamples, Scope::Organization);
            let nominator = row.nominated_by == ctx.actor.account;
            examples.push(Example {
                steps: steps(&row),
                can_verify: office && check_verifier(nominator, is_mine).is_ok(),
                is_mine,
                can_publish: office && !is_mine,
                subject: subject.clone(),
                row,
            });
        }
        let mut candidates = all;
        candidates.retain(|s| {
            let fresh = !taken.contains(&s.row.id);
            fresh && s.is_there() && s.row.state == "published" && manages(ctx, s) && !s.is_own(&ctx.actor)
        });
        Ok(ExampleDesk {
            campaign: Some(campaign),
            examples,
            candidates,
        })
    }
}

fn manages(ctx: &Ctx, subject: &Subject) -> bool {
    may(
        &ctx.actor,
        Permission::ManageExamples,
        Scope::Unit(&subject.row.unit_id),
    )
}

/// The published examples, for everybody.
pub struct ListExamples;

impl Query for ListExamples {
    type Out = Vec<PublicExample>;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<PublicExample>> {
        match campaign::shown(ctx, tx).await? {
            Some(campaign) => Ok(rows::public_examples(tx, &ctx.organization, &campaign.id).await?),
            None => Ok(vec![]),
        }
    }
}

/// Nominates somebody else's published pledge.
pub struct NominateExample {
    /// The pledge.
    pub pledge: String,
    /// What was done, in words that may be public.
    pub words: String,
}

impl UseCase for NominateExample {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageExamples)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        let subject = crate::appraisal::one_subject(ctx, tx, &self.pledge).await?;
        let pledge = store::pledge::by_id(tx, &ctx.organization, &self.pledge).await?;
        let pledge = pledge.ok_or_else(|| Problem::not_found("problem.not_found"))?;
        ctx.require(Permission::ManageExamples, Scope::Unit(&subject.row.unit_id))?;
        if subject.is_own(&ctx.actor) {
            return Err(Problem::forbidden("problem.example.own").into());
        }
        check_text("words", self.words.trim(), TextRule::area(WORDS))?;
        if subject.row.state != "published" {
            return Err(Problem::conflict("problem.example.not_public")
                .on("pledge")
                .into());
        }
        let row = Row {
            id: ctx.id(),
            campaign_id: pledge.campaign_id,
            pledge_id: self.pledge.clone(),
            words: self.words.trim().replace("\r\n", "\n"),
            nominated_by: ctx.actor.account.clone(),
            nominated_at: ctx.now,
            verified_by: None,
            verified_at: None,
            consented_at: None,
            published_at: None,
        };
        // Nominated once is enough, whoever does it again.
        let known = rows::examples(tx, &ctx.organization, &row.campaign_id).await?;
        if let Some(known) = known.into_iter().find(|e| e.pledge_id == row.pledge_id) {
            return match known.words == row.words {
                true => Ok(known.id),
                false => Err(Problem::conflict("problem.example.known").on("pledge").into()),
            };
        }
        rows::add_example(tx, &ctx.organization, &row).await?;
        Ok(row.id)
    }
    fn event(&self, id: &String) -> Event {
        Event::new("example.nominate", "good_example", id).with(serde_json::json!({ "pledge": self.pledge }))
    }
}

async fn find(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<(Row, Subject)> {
    let missing = || Problem::not_found("problem.not_found");
    let row = rows::example(tx, &ctx.organization, id)
        .await?
        .ok_or_else(missing)?;
    let subject = crate::appraisal::one_subject(ctx, tx, &row.pledge_id).await?;
    Ok((row, subject))
}

/// Says that what is told is true: somebody who neither nominated it nor is shown in it.
pub struct VerifyExample {
    /// The example.
    pub id: String,
}

impl UseCase for VerifyExample {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageExamples)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        ctx.require(Permission::ManageExamples, Scope::Organization)?;
        let (mut row, subject) = find(ctx, tx, &self.id).await?;
        check_verifier(row.nominated_by == ctx.actor.account, subject.is_own(&ctx.actor))?;
        let items = store::pledge::items(tx, &ctx.organization, &row.pledge_id).await?;
        if items
            .iter()
            .any(|i| i.rectifying || i.verdict.as_deref() == Some("not_fulfilled"))
        {
            return Err(Problem::conflict("problem.example.not_kept").into());
        }
        row.verified_by = Some(ctx.actor.account.clone());
        row.verified_at = Some(ctx.now);
        rows::write_example(tx, &ctx.organization, &row).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("example.verify", "good_example", self.id.as_str())
    }
}

/// The person, or the secretary for his branch, agrees to be shown.
pub struct ConsentExample {
    /// The example.
    pub id: String,
}

impl UseCase for ConsentExample {
    type Out = ();
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let (mut row, subject) = find(ctx, tx, &self.id).await?;
        if !subject.is_own(&ctx.actor) {
            return Err(Problem::not_found("problem.not_found").into());
        }
        row.consented_at = Some(ctx.now);
        rows::write_example(tx, &ctx.organization, &row).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("example.consent", "good_example", self.id.as_str())
    }
}

/// The person takes the consent back: what was public disappears at once.
pub struct WithdrawExample {
    /// The example.
    pub id: String,
}

impl UseCase for WithdrawExample {
    type Out = ();
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let (mut row, subject) = find(ctx, tx, &self.id).await?;
        if !subject.is_own(&ctx.actor) {
            return Err(Problem::not_found("problem.not_found").into());
        }
        row.consented_at = None;
        row.published_at = None;
        rows::write_example(tx, &ctx.organization, &row).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("example.withdraw", "good_example", self.id.as_str()).seen_by_all()
    }
}

/// Shows an example to everybody.
pub struct PublishExample {
    /// The example.
    pub id: String,
}

impl UseCase for PublishExample {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageExamples)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        ctx.require(Permission::ManageExamples, Scope::Organization)?;
        let (mut row, subject) = find(ctx, tx, &self.id).await?;
        if subject.is_own(&ctx.actor) {
            return Err(Problem::forbidden("problem.example.own").into());
        }
        steps(&row).require_publishable()?;
        row.published_at = Some(ctx.now);
        rows::write_example(tx, &ctx.organization, &row).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("example.publish", "good_example", self.id.as_str()).seen_by_all()
    }
}
