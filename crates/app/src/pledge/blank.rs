//! Blank forms printed with a running number and typed in again (N20, N21): every number that goes out is kept, and
//! each sheet comes back once.

use super::submit::stem_of;
use super::{Desk, OfferedBlanks, StartPledge, Subject, missing, subject};
use crate::campaign::{RunningCampaign, by_id, current, require_current};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Scope, may};
use domain::campaign::Audience;
use domain::pledge::blank_number;
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text};
use store::Tx;
use store::pledge as rows;

/// The most sheets printed at once.
const MOST: u32 = 200;
/// Longest reason for taking a number off a form, in characters.
const REASON_MAX: usize = 200;

/// Annex 1 or annex 2, as it stands in the column.
fn annex_of(branch: bool) -> &'static str {
    if branch { "annex1" } else { "annex2" }
}

/// Takes numbers for blank forms of a branch.
pub struct PrintBlanks {
    /// The branch.
    pub unit: String,
    /// Annex 1 instead of annex 2.
    pub branch: bool,
    /// How many; nothing when no number was typed.
    pub copies: Option<u32>,
}

impl PrintBlanks {
    /// Only of those of whom the campaign asks something: a numbered sheet that nobody can hand in is waited for in vain.
    async fn asked(&self, ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign) -> Result<()> {
        let unit = store::organization::unit(tx, &ctx.organization, &self.unit).await?;
        let unit = unit.ok_or_else(missing)?;
        let offered = OfferedBlanks::of(ctx, tx, &campaign.template, &unit).await?;
        let (fine, key) = match self.branch {
            true => (offered.unit.is_some(), "problem.blank.unit_not_asked"),
            false => (!offered.people.is_empty(), "problem.blank.nobody_asked"),
        };
        if fine {
            return Ok(());
        }
        Err(Problem::conflict(key).on("annex").with("name", &unit.name).into())
    }
}

impl UseCase for PrintBlanks {
    type Out = BlankRun;
    fn needs(&self) -> Need {
        Need::Permission(Permission::FileOnBehalf)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<BlankRun> {
        if !may(&ctx.actor, Permission::FileOnBehalf, Scope::Unit(&self.unit)) {
            return Err(missing());
        }
        let copies = self.copies.filter(|n| (1..=MOST).contains(n));
        let copies = copies.ok_or_else(|| {
            Problem::invalid("problem.blank.copies")
                .on("copies")
                .with("max", MOST)
        })?;
        let campaign = require_current(ctx, tx).await?;
        self.asked(ctx, tx, &campaign).await?;
        let stem = stem_of(ctx, tx, &campaign, &self.unit).await?;
        // 'L' is the letter after 'K': every blank number of the branch lies between the two.
        let (from, until) = (format!("{stem}-K"), format!("{stem}-L"));
        let last = rows::last_blank(tx, &ctx.organization, &from, &until).await?;
        let last = last.and_then(|n| n.rsplit('K').next().and_then(|tail| tail.parse::<u32>().ok()));
        let before = last.unwrap_or(0);
        let mut sheet = rows::BlankForm {
            campaign_id: campaign.id.clone(),
            unit_id: self.unit.clone(),
            annex: annex_of(self.branch).to_owned(),
            print_id: ctx.id(),
            issued_by: ctx.actor.account.clone(),
            issued_name: ctx.actor.name.clone(),
            issued_at: ctx.now,
            ..rows::BlankForm::default()
        };
        let mut run = BlankRun::default();
        for running in before + 1..=before + copies {
            sheet.number = format!("{from}{running:04}");
            rows::add_blank(tx, &ctx.organization, &sheet).await?;
            run.take(&sheet);
        }
        Ok(run)
    }
    fn event(&self, run: &BlankRun) -> Event {
        Event::new("blank.print", "unit", &self.unit).with(
            serde_json::json!({ "annex": run.annex, "first": run.first, "last": run.last, "copies": run.printed }),
        )
    }
}

/// The sheets printed together, and what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlankRun {
    /// Its id.
    pub print: String,
    /// `annex1` or `annex2`.
    pub annex: String,
    /// The first number.
    pub first: String,
    /// The last number.
    pub last: String,
    /// How many sheets.
    pub printed: usize,
    /// How many of them were typed in.
    pub used: usize,
    /// Who printed them.
    pub issued_name: String,
    /// When, microseconds UTC.
    pub issued_at: i64,
}

impl BlankRun {
    fn take(&mut self, sheet: &rows::BlankForm) {
        if self.printed == 0 {
            self.print.clone_from(&sheet.print_id);
            self.annex.clone_from(&sheet.annex);
            self.first.clone_from(&sheet.number);
            self.issued_name.clone_from(&sheet.issued_name);
            self.issued_at = sheet.issued_at;
        }
        self.last.clone_from(&sheet.number);
        self.printed += 1;
        self.used += usize::from(sheet.pledge_id.is_some());
    }

    /// How many are still out.
    pub fn out(&self) -> usize {
        self.printed.saturating_sub(self.used)
    }
}

/// What was printed for a branch in the running campaign, the latest first.
pub struct BlankRuns {
    /// The branch.
    pub unit: String,
}

impl Query for BlankRuns {
    type Out = Vec<BlankRun>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::FileOnBehalf)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        if !may(&ctx.actor, Permission::FileOnBehalf, Scope::Unit(&self.unit)) {
            return Err(missing());
        }
        let Some(campaign) = current(ctx, tx).await? else {
            return Ok(Vec::new());
        };
        let mut runs: Vec<BlankRun> = Vec::new();
        for sheet in rows::blanks_of_unit(tx, &ctx.organization, &campaign.id, &self.unit).await? {
            match runs.last_mut().filter(|run| run.print == sheet.print_id) {
                Some(run) => run.take(&sheet),
                None => {
                    let mut run = BlankRun::default();
                    run.take(&sheet);
                    runs.push(run);
                }
            }
        }
        runs.reverse();
        Ok(runs)
    }
}

/// Sheets for the printer.
#[derive(Clone, Debug)]
pub struct SheetsToPrint {
    /// The campaign: its template has the labels.
    pub campaign: RunningCampaign,
    /// Whose form it is.
    pub audience: Audience,
    /// The numbers, in order.
    pub numbers: Vec<String>,
}

/// The sheets printed together, to be printed (again).
pub struct BlankPrint {
    /// The id of the run.
    pub print: String,
}

impl Query for BlankPrint {
    type Out = SheetsToPrint;
    fn needs(&self) -> Need {
        Need::Permission(Permission::FileOnBehalf)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<SheetsToPrint> {
        let sheets = rows::blanks_of_print(tx, &ctx.organization, &self.print).await?;
        let first = sheets.first().ok_or_else(missing)?;
        if !may(&ctx.actor, Permission::FileOnBehalf, Scope::Unit(&first.unit_id)) {
            return Err(missing());
        }
        let audience = if first.annex == annex_of(true) {
            let unit = store::organization::unit(tx, &ctx.organization, &first.unit_id).await?;
            let unit = unit.ok_or_else(missing)?;
            super::audience(ctx, tx, &Subject { unit, person: None }).await?
        } else {
            Audience::Participant
        };
        Ok(SheetsToPrint {
            campaign: by_id(ctx, tx, &first.campaign_id).await?,
            audience,
            numbers: sheets.into_iter().map(|s| s.number).collect(),
        })
    }
}

/// The branch a number was printed for, when the actor may type its forms: a scanned sheet opens that branch's list.
pub struct BlankUnit {
    /// The number as typed or scanned.
    pub typed: String,
}

impl Query for BlankUnit {
    type Out = Option<String>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::FileOnBehalf)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let Some(number) = blank_number(&self.typed) else {
            return Ok(None);
        };
        let sheet = rows::blank(tx, &ctx.organization, &number).await?;
        let unit = sheet.map(|s| s.unit_id);
        Ok(unit.filter(|u| may(&ctx.actor, Permission::FileOnBehalf, Scope::Unit(u))))
    }
}

/// Begins, or goes on with, the form whose words stand on a numbered sheet, and notes the sheet as used by it.
pub struct KeyBack {
    /// The number as typed.
    pub typed: String,
    /// Whose words stand on it.
    pub desk: Desk,
    /// Why it is typed for the person.
    pub reason: String,
}

/// A sheet that came back.
#[derive(Clone, Debug)]
pub struct KeyedBack {
    /// Its number.
    pub number: String,
    /// The pledge.
    pub pledge: String,
    /// The sheet was noted with this pledge before.
    pub repeat: bool,
}

impl KeyBack {
    /// The sheet, when it may come back for this pledger at all.
    async fn sheet(&self, ctx: &Ctx, tx: &mut Tx, unit: &str) -> Result<rows::BlankForm> {
        let wrong = |key, number: &str| Problem::invalid(key).on("number").with("number", number);
        let number = blank_number(&self.typed)
            .ok_or_else(|| Problem::invalid("problem.blank.unreadable").on("number"))?;
        let campaign = require_current(ctx, tx).await?;
        let sheet = rows::blank(tx, &ctx.organization, &number).await?;
        let sheet = sheet.filter(|s| s.campaign_id == campaign.id);
        let sheet = sheet.ok_or_else(|| wrong("problem.blank.unknown", &number))?;
        if sheet.unit_id != unit {
            return Err(wrong("problem.blank.other_branch", &number).into());
        }
        if sheet.annex != annex_of(matches!(self.desk, Desk::Branch(_))) {
            return Err(wrong("problem.blank.other_annex", &number).into());
        }
        Ok(sheet)
    }
}

/// Who used a sheet before: a member of the same branch by name, or the branch.
async fn used(ctx: &Ctx, tx: &mut Tx, sheet: &rows::BlankForm) -> Result<Problem> {
    let org = &ctx.organization;
    let name = match &sheet.person_id {
        Some(person) => store::person::by_id(tx, org, person).await?.map(|p| p.name),
        None => store::organization::unit(tx, org, &sheet.unit_id)
            .await?
            .map(|u| u.name),
    };
    Ok(Problem::conflict("problem.blank.used")
        .on("number")
        .with("number", &sheet.number)
        .with("name", name.unwrap_or_default()))
}

impl UseCase for KeyBack {
    type Out = KeyedBack;
    fn needs(&self) -> Need {
        Need::Permission(Permission::FileOnBehalf)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<KeyedBack> {
        if self.desk == Desk::Behalf(String::new()) {
            return Err(Problem::invalid("problem.blank.nobody").on("person").into());
        }
        let org = &ctx.organization;
        let subject = subject(ctx, tx, &self.desk).await?;
        let sheet = self.sheet(ctx, tx, &subject.unit.id).await?;
        let lying = rows::of_pledger(tx, org, &sheet.campaign_id, subject.id()).await?;
        if let Some(pledge) = &sheet.pledge_id {
            if lying.as_ref().is_some_and(|row| row.id == *pledge) {
                return Ok(KeyedBack {
                    number: sheet.number,
                    pledge: pledge.clone(),
                    repeat: true,
                });
            }
            return Err(used(ctx, tx, &sheet).await?.into());
        }
        let own = subject
            .person
            .as_ref()
            .filter(|_| lying.as_ref().is_some_and(|row| row.on_behalf_by.is_none()));
        if let Some(person) = own {
            return Err(Problem::conflict("problem.blank.own_form")
                .on("person")
                .with("name", &person.name)
                .into());
        }
        let begin = StartPledge {
            desk: self.desk.clone(),
            reason: self.reason.clone(),
        };
        let pledge = begin.run(ctx, tx).await?.id;
        let person = subject.person.as_ref().map(|p| p.id.as_str());
        if rows::use_blank(tx, org, &sheet.number, person, &pledge, ctx.now).await? == 0 {
            return Err(used(ctx, tx, &sheet).await?.into());
        }
        Ok(KeyedBack {
            number: sheet.number,
            pledge,
            repeat: false,
        })
    }
    fn event(&self, out: &KeyedBack) -> Event {
        Event::new("blank.key_back", "pledge", &out.pledge)
            .with(serde_json::json!({ "number": out.number, "repeat": out.repeat }))
    }
}

/// Takes a number off the form it was typed in for by mistake: the sheet is out again, and the form stays a draft to be
/// mended or left. Once the form is handed in, the number is part of its evidence.
pub struct FreeBlank {
    /// The branch.
    pub unit: String,
    /// The number as typed.
    pub typed: String,
    /// Why.
    pub reason: String,
}

impl UseCase for FreeBlank {
    /// The number, and the pledge that had it.
    type Out = (String, String);
    fn needs(&self) -> Need {
        Need::Permission(Permission::FileOnBehalf)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        if !may(&ctx.actor, Permission::FileOnBehalf, Scope::Unit(&self.unit)) {
            return Err(missing());
        }
        let mut problems = Problems::new();
        problems.note(check_text(
            "free_reason",
            &self.reason,
            TextRule::line(REASON_MAX),
        ));
        let Some(number) = blank_number(&self.typed) else {
            problems.push(Problem::invalid("problem.blank.unreadable").on("free_number"));
            return Err(problems.into());
        };
        problems.or(())?;
        let wrong = |problem: Problem| problem.on("free_number").with("number", &number);
        let org = &ctx.organization;
        let campaign = require_current(ctx, tx).await?;
        let sheet = rows::blank(tx, org, &number).await?;
        let sheet = sheet.filter(|s| s.campaign_id == campaign.id && s.unit_id == self.unit);
        let sheet = sheet.ok_or_else(|| wrong(Problem::invalid("problem.blank.unknown")))?;
        let Some(pledge) = sheet.pledge_id else {
            return Err(wrong(Problem::conflict("problem.blank.not_used")).into());
        };
        let row = rows::by_id(tx, org, &pledge).await?.ok_or_else(missing)?;
        if row.round > 0 {
            return Err(wrong(Problem::conflict("problem.blank.handed_in")).into());
        }
        rows::free_blank(tx, org, &number).await?;
        Ok((number, pledge))
    }
    fn event(&self, (number, pledge): &Self::Out) -> Event {
        Event::new("blank.free", "pledge", pledge)
            .with(serde_json::json!({ "number": number, "reason": self.reason.trim() }))
    }
}
