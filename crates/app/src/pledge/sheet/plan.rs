//! What a filled-in sheet would write, before anything is written.

use super::layout;
use super::one::One;
use crate::campaign::{RunningCampaign, require_current};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::files::hex;
use crate::pledge::draft::Edit;
use crate::pledge::{Subject, missing};
use domain::access::{Permission, Scope, may};
use domain::organization::raw::RawBook;
use domain::organization::roster::RowProblem;
use domain::pledge::read_sheet;
use lang::Lang;
use sha2::{Digest, Sha256};
use std::fmt::Display;
use std::sync::Arc;
use store::Tx;
use store::organization::Unit;
use store::person::Person;
use store::pledge as rows;

/// What happens to the form of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// It is handed in on behalf of the person.
    File,
    /// It is kept as a draft: nobody signed.
    Draft,
    /// It is there already, word by word.
    Unchanged,
    /// It cannot be taken over.
    #[default]
    Refused,
}

impl Fate {
    /// Identifier, for texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Draft => "draft",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
        }
    }
}

/// A promise as it was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetPromise {
    /// Kind, by key; empty when the cell names none.
    pub kind: String,
    /// What is promised.
    pub content: String,
    /// Measure or target.
    pub measure: String,
    /// For whom.
    pub beneficiary: String,
    /// Due date as typed; empty when none was.
    pub typed: String,
    /// The day that was understood, from its cell or from the text.
    pub due: Option<jiff::civil::Date>,
}

/// One person of a sheet.
#[derive(Clone, Debug, Default)]
pub struct SheetLine {
    /// The sheet; empty in text files.
    pub sheet: String,
    /// His first row, from 1.
    pub row: usize,
    /// His number as typed.
    pub number: String,
    /// His name; that of the roster where he was found.
    pub name: String,
    /// What happens.
    pub fate: Fate,
    /// A form lies there already.
    pub begun: bool,
    /// The items of the sheet as they will be written.
    pub items: Vec<SheetPromise>,
    /// Items of the form that lies there and that the sheet does not have: they are taken out.
    pub dropped: usize,
    /// Reasons against it, and advice.
    pub problems: Vec<RowProblem>,
}

/// What a sheet would write.
#[derive(Clone, Debug)]
pub struct SheetPlan {
    /// The campaign: its template has the labels.
    pub campaign: RunningCampaign,
    /// The branch.
    pub unit: Unit,
    /// Everybody for whom something stands in it.
    pub lines: Vec<SheetLine>,
    /// What concerns the file, or rows that belong to nobody.
    pub loose: Vec<RowProblem>,
    /// People whose rows nobody filled in.
    pub blank: usize,
    /// What was looked at: the confirmation gives it back, and nothing is written when it has changed since.
    pub seen: String,
}

impl SheetPlan {
    /// How many people something happens to.
    pub fn count(&self, fate: Fate) -> usize {
        self.lines.iter().filter(|l| l.fate == fate).count()
    }

    /// Whether something would be written.
    pub fn writes(&self) -> bool {
        self.count(Fate::File) + self.count(Fate::Draft) > 0
    }

    /// What is told of a cell in a reader's words: kinds by their labels, dates as they are written in the language.
    pub fn say(&self, lang: Lang, problem: &RowProblem) -> String {
        let labels = self.campaign.labels(lang);
        let english = |name: &str| {
            let twin = format!("{name}_en");
            let found = problem.args.iter().find(|(n, _)| *n == twin);
            found.filter(|_| lang == Lang::En)
        };
        let shown: Vec<(&str, String)> = problem
            .args
            .iter()
            .map(|(name, value)| {
                let text = match (name.as_str(), english(name)) {
                    (_, Some((_, english))) => english.clone(),
                    ("kind", None) => labels.kind(value).to_owned(),
                    ("date" | "first" | "last", None) => value
                        .parse()
                        .map_or_else(|_| value.clone(), |day| lang::date(lang, day)),
                    _ => value.clone(),
                };
                (name.as_str(), text)
            })
            .collect();
        let args: Vec<(&str, &dyn Display)> = shown.iter().map(|(n, v)| (*n, v as &dyn Display)).collect();
        lang::fill(lang, &problem.key, &args)
    }

    /// Whether something has to be left out.
    pub fn refuses(&self) -> bool {
        self.count(Fate::Refused) + self.loose.len() > 0
    }
}

/// Plans an import; nothing is written.
pub struct PlanSheet {
    /// The branch.
    pub unit: String,
    /// The file as it was read.
    pub book: Arc<RawBook>,
    /// The reader's language.
    pub lang: Lang,
}

impl Query for PlanSheet {
    type Out = SheetPlan;
    fn needs(&self) -> Need {
        Need::Permission(Permission::FileOnBehalf)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<SheetPlan> {
        Ok(prepare(ctx, tx, &self.unit, &self.book, self.lang).await?.0)
    }
}

/// What is to be written for one person.
pub(super) struct Work {
    /// The person.
    pub person: String,
    /// What is put into the form.
    pub edits: Vec<Edit>,
    /// The typed name; with it the form is handed in.
    pub signature: Option<String>,
}

/// A person of the branch with his number.
pub(super) struct Member {
    /// The person.
    pub person: Person,
    /// The name of his account; empty for somebody without one.
    pub number: String,
}

/// Looks at every person of a file; the works stand in the order of the lines they belong to.
pub(super) async fn prepare(
    ctx: &Ctx,
    tx: &mut Tx,
    unit: &str,
    book: &RawBook,
    lang: Lang,
) -> Result<(SheetPlan, Vec<Work>)> {
    if !may(&ctx.actor, Permission::FileOnBehalf, Scope::Unit(unit)) {
        return Err(missing());
    }
    let org = &ctx.organization;
    let campaign = require_current(ctx, tx).await?;
    let unit = store::organization::unit(tx, org, unit)
        .await?
        .ok_or_else(missing)?;
    let mut members = Vec::new();
    for person in store::person::of_unit(tx, org, &unit.id).await? {
        let account = store::account::of_person(tx, org, &person.id).await?;
        members.push(Member {
            number: account.map(|a| a.login).unwrap_or_default(),
            person,
        });
    }
    let mut reading = read_sheet(book, &layout(&campaign, lang));
    let all = reading.forms.len();
    reading.forms.retain(|form| !form.is_blank());
    let mut plan = SheetPlan {
        blank: all - reading.forms.len(),
        lines: Vec::new(),
        loose: reading.problems,
        seen: String::new(),
        campaign: campaign.clone(),
        unit: unit.clone(),
    };
    let (mut works, mut seen, mut met) = (Vec::new(), Sha256::new(), Vec::new());
    for form in reading.forms {
        let mut one = One::new(layout(&campaign, lang), form, ctx.today);
        let Some(member) = one.member(&members, &met) else {
            plan.lines.push(one.line);
            continue;
        };
        met.push(member.person.id.clone());
        let subject = Subject {
            unit: unit.clone(),
            person: Some(member.person.clone()),
        };
        let row = rows::of_pledger(tx, org, &campaign.id, &member.person.id).await?;
        let revision = row.as_ref().map_or(-1, |r| r.revision);
        one.settle(ctx, tx, &campaign, &subject, row).await?;
        let fate = one.line.fate;
        seen.update(format!("{} {} {revision}\n", member.person.id, fate.name()));
        if matches!(fate, Fate::File | Fate::Draft) {
            works.push(Work {
                person: member.person.id.clone(),
                edits: one.edits.into_iter().map(|(edit, _)| edit).collect(),
                signature: (fate == Fate::File).then_some(one.form.signature),
            });
        }
        plan.lines.push(one.line);
    }
    plan.seen = hex(&seen.finalize());
    Ok((plan, works))
}
