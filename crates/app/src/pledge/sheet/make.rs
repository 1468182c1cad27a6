//! The sheet as it is given out: a row for each promise of everybody who has not filed yet, and a second sheet that
//! explains it.

use super::{fields, layout};
use crate::campaign::{RunningCampaign, require_current};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::forms::box_text;
use crate::pledge::begin::in_scope;
use crate::pledge::{Draft, DraftItem, Header, Subject, audience, gate, header_of, missing, state_of};
use documents::table::{Cell, Column, Table};
use documents::xlsx::Choice;
use domain::access::{Permission, Scope, may};
use domain::campaign::Audience;
use domain::campaign::template::FieldSource;
use domain::organization::PersonClass;
use domain::organization::person::{Sex, read_sex};
use domain::pledge::{SheetColumn, SheetLayout};
use domain::problem::Problem;
use lang::Lang;
use store::Tx;
use store::organization::Unit;
use store::person::Person;
use store::pledge as rows;

/// The sheet of a branch, for everybody of it who has not filed yet and may have it typed for him.
pub struct BlankSheet {
    /// The branch.
    pub unit: String,
    /// The reader's language.
    pub lang: Lang,
}

/// A sheet to take away.
#[derive(Clone, Debug)]
pub struct SheetFile {
    /// The sheet to fill in, and the one that explains it.
    sheets: Vec<Table>,
    choices: Vec<Choice>,
    /// How many people stand in it.
    pub people: usize,
    /// Why nothing of it can be taken over today: the step is over or not begun.
    pub closed: Option<Problem>,
}

/// Number and name stay in view.
const FIXED_COLUMNS: u16 = 2;

impl SheetFile {
    /// Its title, for the name of the file.
    pub fn title(&self) -> &str {
        self.sheets.first().map_or("", |t| &t.title)
    }

    /// As a workbook.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub fn xlsx(&self) -> Result<Vec<u8>> {
        documents::xlsx::write_book(&self.sheets, &self.choices, FIXED_COLUMNS).map_err(Error::bug)
    }

    /// As a text file, without the explanation.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub fn csv(&self) -> Result<Vec<u8>> {
        let first = self.sheets.first().ok_or_else(missing)?;
        documents::csv::write_table(first).map_err(Error::bug)
    }
}

/// One person of the sheet.
struct Member {
    person: Person,
    number: String,
    audience: Audience,
    header: Header,
    draft: Option<Draft>,
    /// The form that lies there.
    row: Option<rows::Pledge>,
}

impl Query for BlankSheet {
    type Out = SheetFile;
    fn needs(&self) -> Need {
        Need::Permission(Permission::FileOnBehalf)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<SheetFile> {
        if !may(&ctx.actor, Permission::FileOnBehalf, Scope::Unit(&self.unit)) {
            return Err(missing());
        }
        let campaign = require_current(ctx, tx).await?;
        let unit = store::organization::unit(tx, &ctx.organization, &self.unit)
            .await?
            .ok_or_else(missing)?;
        let members = members(ctx, tx, &campaign, &unit).await?;
        // A form that was returned may be handed in after the step of those that are begun.
        let later = members.iter().any(|m| {
            m.row
                .as_ref()
                .is_some_and(|row| gate(ctx, &campaign, Some(row)).is_ok())
        });
        let closed = gate(ctx, &campaign, None).err().filter(|_| !later);
        let maker = Maker {
            layout: layout(&campaign, self.lang),
            campaign: &campaign,
            lang: self.lang,
        };
        let mut sheet = maker.table(&unit, ctx);
        for member in &members {
            sheet.rows.extend(maker.rows(member));
        }
        let (notes, kinds) = maker.notes(ctx);
        let column = maker
            .layout
            .columns
            .iter()
            .position(|(c, _)| *c == SheetColumn::Kind);
        let choice = Choice {
            column: column.unwrap_or_default(),
            sheet: 1,
            list_column: 1,
            rows: kinds,
            title: maker.layout.head(SheetColumn::Kind).to_owned(),
            message: lang::text(self.lang, "form_sheet.kind_list").to_owned(),
            strict: true,
        };
        Ok(SheetFile {
            sheets: vec![sheet, notes],
            choices: vec![choice],
            people: members.len(),
            closed,
        })
    }
}

/// Everybody whose form may be typed and is not handed in: nobody's own form on screen, and not the reader's.
async fn members(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign, unit: &Unit) -> Result<Vec<Member>> {
    let org = &ctx.organization;
    let mut pledges = rows::of_unit(tx, org, &campaign.id, &unit.id).await?;
    pledges.retain(|p| p.person_id.is_some());
    let mut out = Vec::new();
    for person in store::person::of_unit(tx, org, &unit.id).await? {
        let lying = pledges
            .iter()
            .find(|p| p.person_id.as_deref() == Some(person.id.as_str()));
        let open = match lying {
            Some(row) => row.on_behalf_by.is_some() && state_of(row)?.state.is_editable(),
            None => true,
        };
        let subject = Subject {
            unit: unit.clone(),
            person: Some(person.clone()),
        };
        let own = ctx.actor.person.as_deref() == Some(person.id.as_str());
        if !open || own || in_scope(&campaign.template, &subject).is_err() {
            continue;
        }
        let account = store::account::of_person(tx, org, &person.id).await?;
        let header = match lying {
            Some(row) => header_of(row)?,
            None => Header {
                sex: read_sex(&person.sex).map_or("", Sex::name).to_owned(),
                ethnicity: person.ethnicity.clone(),
                education: person.education.clone(),
                birth_month: person.birth_month.clone(),
                joined_month: person.joined_month.clone(),
                post: super::super::begin::post_of(&person).to_owned(),
                phone: person.phone.clone(),
                ..Header::default()
            },
        };
        out.push(Member {
            number: account.map(|a| a.login).unwrap_or_default(),
            audience: audience(ctx, tx, &subject).await?,
            header,
            draft: lying.map(Draft::of).transpose()?,
            row: lying.cloned(),
            person,
        });
    }
    Ok(out)
}

struct Maker<'a> {
    campaign: &'a RunningCampaign,
    layout: SheetLayout,
    lang: Lang,
}

impl Maker<'_> {
    fn table(&self, unit: &Unit, ctx: &Ctx) -> Table {
        let width = |column: &SheetColumn| match column {
            SheetColumn::Content => 56.0,
            SheetColumn::Measure | SheetColumn::Channels => 28.0,
            SheetColumn::Box(FieldSource::Post) | SheetColumn::Beneficiary => 22.0,
            SheetColumn::Box(FieldSource::Sex | FieldSource::Ethnicity) => 8.0,
            _ => 15.0,
        };
        let columns = self.layout.columns.iter().map(|(column, heads)| Column {
            head: heads.first().cloned().unwrap_or_default(),
            width: Some(width(column)),
        });
        let title = self.campaign.title_in(self.lang);
        Table {
            title: lang::fill(self.lang, "form_sheet.file", &[("unit", &unit.name)]),
            note: lang::fill(self.lang, "form_sheet.file_note", &[("campaign", &title)]),
            columns: columns.collect(),
            rows: Vec::new(),
            date: ctx.today,
        }
    }

    /// A row for each item there is, and so many for each kind as the template asks for, but one.
    fn rows(&self, member: &Member) -> Vec<Vec<Cell>> {
        let mut lines: Vec<(&str, Option<&DraftItem>)> = Vec::new();
        for kind in self.campaign.kinds_for(member.audience) {
            let written = member.draft.iter().flat_map(|d| d.of_kind(&kind.key));
            let before = lines.len();
            lines.extend(
                written
                    .filter(|i| !i.is_blank())
                    .map(|i| (kind.key.as_str(), Some(i))),
            );
            let least = usize::try_from(kind.count_for(member.audience).0)
                .unwrap_or(1)
                .max(1);
            let missing = least.saturating_sub(lines.len() - before);
            lines.extend(std::iter::repeat_n((kind.key.as_str(), None), missing));
        }
        let row = |(at, (kind, item)): (usize, &(&str, Option<&DraftItem>))| {
            let columns = self.layout.columns.iter();
            columns
                .map(|(column, _)| Cell::from(self.cell(*column, member, kind, *item, at == 0)))
                .collect()
        };
        lines.iter().enumerate().map(row).collect()
    }

    fn cell(
        &self,
        column: SheetColumn,
        member: &Member,
        kind: &str,
        item: Option<&DraftItem>,
        first: bool,
    ) -> String {
        let of = |text: fn(&DraftItem) -> String| item.map(text).unwrap_or_default();
        match column {
            SheetColumn::Number => member.number.clone(),
            SheetColumn::Name => member.person.name.clone(),
            SheetColumn::Class => PersonClass::from_name(&member.person.class)
                .map(|c| lang::text(self.lang, &format!("person_class.{}", c.name())).to_owned())
                .unwrap_or_default(),
            SheetColumn::Kind => self.campaign.labels(self.lang).kind(kind).to_owned(),
            SheetColumn::Content => of(|i| i.item.content.clone()),
            SheetColumn::Measure => of(|i| i.item.measure.clone()),
            SheetColumn::Beneficiary => of(|i| i.item.beneficiary.clone()),
            SheetColumn::Due => of(|i| match i.due_typed.is_empty() {
                true => i.item.due_date.map(|d| d.to_string()).unwrap_or_default(),
                false => i.due_typed.clone(),
            }),
            _ if !first => String::new(),
            SheetColumn::Box(source) => box_text(self.lang, &member.header, source)
                .map(|(_, text)| text)
                .unwrap_or_default(),
            SheetColumn::PledgedOn => self.date(member, |d| d.pledged_on),
            SheetColumn::FormDue => self.date(member, |d| d.due_date),
            SheetColumn::Channels => self.channels(member),
            SheetColumn::Signature => String::new(),
        }
    }

    fn date(&self, member: &Member, of: fn(&Draft) -> Option<jiff::civil::Date>) -> String {
        let date = member.draft.as_ref().and_then(of);
        date.map(|d| d.to_string()).unwrap_or_default()
    }

    /// Every channel is proposed, as on screen.
    fn channels(&self, member: &Member) -> String {
        let labels = self.campaign.labels(self.lang);
        let all = || self.campaign.channels().iter().map(|c| c.key.clone()).collect();
        let keys: Vec<String> = member.draft.as_ref().map_or_else(all, |d| d.channels.clone());
        let names: Vec<&str> = keys.iter().map(|k| labels.channel(k)).collect();
        names.join(lang::text(self.lang, "list.separator"))
    }

    /// The sheet that explains, and the rows of it that name the kinds.
    fn notes(&self, ctx: &Ctx) -> (Table, std::ops::Range<usize>) {
        let text = |key: &str| lang::text(self.lang, key).to_owned();
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for (column, heads) in &self.layout.columns {
            let head = heads.first().cloned().unwrap_or_default();
            rows.push(vec![head.into(), Cell::Empty, text(how(*column)).into()]);
        }
        let first = rows.len();
        let kind_head = self.layout.head(SheetColumn::Kind).to_owned();
        for kind in self.campaign.kinds() {
            let (label, guidance) = (kind.label.get(self.lang), kind.guidance.get(self.lang));
            rows.push(vec![kind_head.clone().into(), label.into(), guidance.into()]);
        }
        let kinds = first..rows.len();
        if fields(self.campaign)
            .iter()
            .any(|f| f.source == FieldSource::Channels)
        {
            let head = self.layout.head(SheetColumn::Channels).to_owned();
            for channel in self.campaign.channels() {
                rows.push(vec![head.clone().into(), channel.label.get(self.lang).into()]);
            }
        }
        for key in [
            "form_sheet.how_rows",
            "form_sheet.how_again",
            "form_sheet.how_confirm",
        ] {
            rows.push(vec![
                text("form_sheet.how_all").into(),
                Cell::Empty,
                text(key).into(),
            ]);
        }
        let column = |key: &str, width| Column {
            head: text(key),
            width: Some(width),
        };
        let table = Table {
            title: text("form_sheet.notes"),
            note: text("form_sheet.notes_note"),
            columns: vec![
                column("form_sheet.notes_column", 18.0),
                column("form_sheet.notes_allowed", 22.0),
                column("form_sheet.notes_how", 80.0),
            ],
            rows,
            date: ctx.today,
        };
        (table, kinds)
    }
}

/// The sentence that says how a column is filled in.
fn how(column: SheetColumn) -> &'static str {
    match column {
        SheetColumn::Number => "form_sheet.how_number",
        SheetColumn::Name | SheetColumn::Class => "form_sheet.how_name",
        SheetColumn::Box(_) => "form_sheet.how_box",
        SheetColumn::Kind => "form_sheet.how_kind",
        SheetColumn::Content => "form_sheet.how_content",
        SheetColumn::Measure => "form_sheet.how_measure",
        SheetColumn::Beneficiary => "form_sheet.how_beneficiary",
        SheetColumn::Due => "form_sheet.how_due",
        SheetColumn::PledgedOn => "form_sheet.how_pledged_on",
        SheetColumn::FormDue => "form_sheet.how_form_due",
        SheetColumn::Channels => "form_sheet.how_channels",
        SheetColumn::Signature => "form_sheet.how_signature",
    }
}
