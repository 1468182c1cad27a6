//! One person of a filled-in sheet: what happens to his form, and what speaks against it.

use super::plan::{Fate, Member, SheetLine, SheetPromise};
use crate::campaign::RunningCampaign;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::forms::box_text;
use crate::pledge::amend::not_changed;
use crate::pledge::begin::fresh;
use crate::pledge::draft::{Edit, TypedItem, apply};
use crate::pledge::submit::{Signed, check_form};
use crate::pledge::{
    Draft, DraftItem, Header, Subject, gate, header_of, settled, state_of, typed_date, typed_past_date,
    unsettled,
};
use domain::campaign::template::FieldSource;
use domain::organization::roster::{RowProblem, folded};
use domain::pledge::{SheetColumn, SheetForm, SheetItem, SheetLayout};
use domain::problem::{Problem, Problems};
use domain::text::same_name;
use domain::time::parse_month;
use lang::Lang;
use store::Tx;
use store::pledge as rows;

/// The columns of a single promise.
const ITEM: [SheetColumn; 5] = [
    SheetColumn::Kind,
    SheetColumn::Content,
    SheetColumn::Measure,
    SheetColumn::Beneficiary,
    SheetColumn::Due,
];

/// One person while he is looked at.
pub(super) struct One {
    layout: SheetLayout,
    /// What stands in his rows.
    pub form: SheetForm,
    /// What is told about him.
    pub line: SheetLine,
    /// What is put into his form, with the row it comes from.
    pub edits: Vec<(Edit, usize)>,
}

impl One {
    pub fn new(layout: SheetLayout, mut form: SheetForm, today: jiff::civil::Date) -> One {
        let line = SheetLine {
            sheet: form.sheet.clone(),
            row: form.row,
            number: form.number.clone(),
            name: form.name.clone(),
            items: form
                .items
                .iter()
                .map(|item| promise(item, &form.due, today))
                .collect(),
            problems: std::mem::take(&mut form.problems),
            ..SheetLine::default()
        };
        One {
            layout,
            form,
            line,
            edits: Vec::new(),
        }
    }

    /// Notes what speaks against the form, or, not `blocking`, what its writer should know.
    fn tell(&mut self, row: usize, column: SheetColumn, key: &str, args: &[(&str, &str)], blocking: bool) {
        self.line.problems.push(RowProblem {
            sheet: self.form.sheet.clone(),
            row,
            column: self.layout.head(column).to_owned(),
            key: key.to_owned(),
            args: args
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                .collect(),
            blocking,
        });
    }

    fn refuse(&mut self, column: SheetColumn, key: &str, args: &[(&str, &str)]) {
        self.tell(self.form.row, column, key, args, true);
    }

    /// A refusal of the rules, at its cell: `row` where it is known, else by the item it names.
    fn refused(&mut self, problem: &Problem, row: Option<usize>, draft: Option<&Draft>, blocking: bool) {
        let (at, column) = self.cell_of(problem, draft);
        let args: Vec<(&str, &str)> = problem.args.iter().map(|(n, v)| (*n, v.as_str())).collect();
        self.tell(row.unwrap_or(at), column, problem.key, &args, blocking);
    }

    /// Whether something that keeps the form out was told of a column; of a row of it, when one is given.
    fn told(&self, column: SheetColumn, row: Option<usize>) -> bool {
        let all = self.layout.columns.iter().find(|(c, _)| *c == column);
        let heads = all.map_or(&[][..], |(_, heads)| heads);
        let same = |p: &&RowProblem| {
            heads
                .iter()
                .any(|h| folded(h).to_lowercase() == folded(&p.column).to_lowercase())
        };
        let here = |p: &RowProblem| p.blocking && row.is_none_or(|row| row == p.row);
        self.line.problems.iter().filter(same).any(here)
    }

    /// Whether a refusal of the whole form only says that something is missing which is in the sheet and could not be
    /// taken over: that was told at its cell.
    fn follows(&self, problem: &Problem, draft: &Draft) -> bool {
        let (row, column) = self.cell_of(problem, Some(draft));
        if problem.field.as_deref() == Some("items") {
            return ITEM.iter().any(|c| self.told(*c, None));
        }
        let due = problem.key == "problem.pledge.due_date_missing" && self.told(SheetColumn::FormDue, None);
        due || self.told(column, ITEM.contains(&column).then_some(row))
    }

    /// The cell a refusal of the rules is about.
    fn cell_of(&self, problem: &Problem, draft: Option<&Draft>) -> (usize, SheetColumn) {
        let field = problem.field.as_deref().unwrap_or("");
        let (index, end) = match field.strip_prefix("items.").and_then(|f| f.split_once('.')) {
            Some((index, end)) => (index.parse::<usize>().ok(), end),
            None => (None, field),
        };
        let column = match end {
            "content" => SheetColumn::Content,
            "measure" => SheetColumn::Measure,
            "beneficiary" => SheetColumn::Beneficiary,
            "due_date" if index.is_some() => SheetColumn::Due,
            "due_date" => SheetColumn::FormDue,
            "pledged_on" => SheetColumn::PledgedOn,
            "channels" => SheetColumn::Channels,
            "signature" => SheetColumn::Signature,
            "kind" | "items" => SheetColumn::Kind,
            name => box_of(name).map_or(SheetColumn::Name, SheetColumn::Box),
        };
        let item = index.and_then(|at| draft?.items.get(at));
        let found = item.and_then(|i| self.form.items.iter().find(|s| stands_for(s, i)));
        (found.map_or(self.form.row, |s| s.row), column)
    }

    /// The member the rows are about.
    pub fn member<'m>(&mut self, members: &'m [Member], met: &[String]) -> Option<&'m Member> {
        let (number, name) = (folded(&self.form.number).to_lowercase(), self.form.name.clone());
        let named = |m: &&Member| same_name(&name, &m.person.name);
        let found = if number.is_empty() {
            let mut all = members.iter().filter(named);
            match (all.next(), all.next()) {
                (Some(member), None) => Ok(member),
                (None, _) => Err("form_sheet.name_unknown"),
                (Some(_), Some(_)) => Err("form_sheet.name_twice"),
            }
        } else {
            // A spreadsheet may have taken the zeros off the front: then the name has to say who it is.
            let bare = |text: &str| text.trim_start_matches('0').to_owned();
            let figures = number.bytes().all(|b| b.is_ascii_digit());
            let exact = members.iter().find(|m| m.number.to_lowercase() == number);
            let near = || {
                let mut all = members.iter().filter(named);
                all.find(|m| figures && !m.number.is_empty() && bare(&m.number) == bare(&number))
            };
            exact.or_else(near).ok_or("form_sheet.number_unknown")
        };
        let member = match found {
            Ok(member) => member,
            Err(key) => {
                let column = match number.is_empty() {
                    true => SheetColumn::Name,
                    false => SheetColumn::Number,
                };
                let typed = self.form.number.clone();
                self.refuse(column, key, &[("number", &typed), ("name", &name)]);
                return None;
            }
        };
        if !name.is_empty() && !same_name(&name, &member.person.name) {
            let args = [("name", name.as_str()), ("roster", member.person.name.as_str())];
            self.refuse(SheetColumn::Name, "form_sheet.name_differs", &args);
            return None;
        }
        self.line.name.clone_from(&member.person.name);
        if met.contains(&member.person.id) {
            self.refuse(
                SheetColumn::Name,
                "form_sheet.twice",
                &[("name", &member.person.name)],
            );
            return None;
        }
        Some(member)
    }

    /// Decides what happens to the form.
    pub async fn settle(
        &mut self,
        ctx: &Ctx,
        tx: &mut Tx,
        campaign: &RunningCampaign,
        subject: &Subject,
        row: Option<rows::Pledge>,
    ) -> Result<()> {
        if ctx.actor.person.as_deref() == Some(subject.id()) {
            self.refuse(SheetColumn::Name, "form_sheet.yourself", &[]);
            return Ok(());
        }
        let name = self.line.name.clone();
        if let Some(own) = row.as_ref().filter(|r| r.on_behalf_by.is_none()) {
            let args = [
                ("name", name.as_str()),
                ("number", own.number.as_deref().unwrap_or("")),
            ];
            let key = match own.round {
                0 => "form_sheet.own_draft",
                _ => "form_sheet.own_filed",
            };
            self.refuse(SheetColumn::Name, key, &args);
            return Ok(());
        }
        let begun = row.is_some();
        self.line.begun = begun;
        let before = match row {
            Some(row) => row,
            None => match fresh(ctx, tx, campaign, subject, Some(&name)).await {
                Err(Error::Refused(found)) => {
                    found.0.iter().for_each(|p| self.refused(p, None, None, true));
                    return Ok(());
                }
                other => other?,
            },
        };
        let editable = state_of(&before)?.state.is_editable();
        let after = self.written(ctx, &before)?;
        let changed = differs(&before, &after)?;
        if begun && !editable {
            let number = before.number.clone().unwrap_or_default();
            if changed {
                let args = [("name", name.as_str()), ("number", number.as_str())];
                self.refuse(SheetColumn::Name, "form_sheet.filed_meanwhile", &args);
            } else {
                self.fate(Fate::Unchanged);
            }
            return Ok(());
        }
        let same = begun && !changed;
        if same && (self.form.signature.is_empty() || before.state == "returned") {
            self.fate(Fate::Unchanged);
            return Ok(());
        }
        self.check(ctx, tx, campaign, subject, &after).await
    }

    fn fate(&mut self, fate: Fate) {
        if !self.line.problems.iter().any(|p| p.blocking) {
            self.line.fate = fate;
        }
    }

    /// The form with everything of the sheet put in; what cannot be put in is noted.
    fn written(&mut self, ctx: &Ctx, before: &rows::Pledge) -> Result<rows::Pledge> {
        let draft = Draft::of(before)?;
        self.header_edit(&header_of(before)?);
        self.item_edits(&draft, ctx.today);
        self.closing_edit(ctx, &draft);
        let mut after = before.clone();
        for (edit, row) in self.edits.clone() {
            match apply(ctx, &mut after, &edit) {
                Err(Error::Refused(found)) => {
                    found
                        .0
                        .iter()
                        .for_each(|p| self.refused(p, Some(row), None, true));
                }
                other => drop(other?),
            }
        }
        Ok(after)
    }

    async fn check(
        &mut self,
        ctx: &Ctx,
        tx: &mut Tx,
        campaign: &RunningCampaign,
        subject: &Subject,
        after: &rows::Pledge,
    ) -> Result<()> {
        let mut draft = Draft::of(after)?;
        draft.items.retain(|item| !item.is_blank());
        if self.form.signature.is_empty() {
            let open = unsettled(&draft, ctx.today);
            open.0
                .iter()
                .for_each(|p| self.refused(p, None, Some(&draft), false));
            self.fate(Fate::Draft);
            return Ok(());
        }
        let unchanged = not_changed(ctx, tx, after, &draft, false).await?;
        draft.pledged_on = draft.pledged_on.or(Some(ctx.today));
        let signature = self.form.signature.clone();
        let signed = Signed {
            signature: &signature,
            consent: true,
        };
        let mut problems = Problems::new();
        problems.note(gate(ctx, campaign, Some(after)));
        problems.0.extend(unchanged);
        match check_form(ctx, tx, campaign, subject, &draft, signed, (Vec::new(), problems)).await {
            Err(Error::Refused(mut found)) => {
                found.0.retain(|p| !self.follows(p, &draft));
                // A sheet has no column for the demand that is claimed: such a form is kept to be completed on its page.
                let claims = |p: &Problem| p.key == "problem.pledge.demand_missing";
                for p in &found.0 {
                    self.refused(p, None, Some(&draft), !claims(p));
                }
                if found.0.iter().any(claims) {
                    self.fate(Fate::Draft);
                    return Ok(());
                }
            }
            other => other?,
        }
        self.fate(Fate::File);
        Ok(())
    }

    /// The items: those that stand word by word in the form already stay as they are.
    fn item_edits(&mut self, draft: &Draft, today: jiff::civil::Date) {
        let mut old: Vec<&DraftItem> = draft.items.iter().filter(|i| !i.is_blank()).collect();
        let mut new: Vec<SheetItem> = Vec::new();
        for item in &self.form.items {
            match old.iter().position(|o| same_item(o, item, today)) {
                Some(at) => drop(old.remove(at)),
                None => new.push(item.clone()),
            }
        }
        for item in new {
            let mut typed = TypedItem {
                kind: item.kind.clone(),
                content: item.content,
                measure: item.measure,
                beneficiary: item.beneficiary,
                due_date: item.due,
                ..TypedItem::default()
            };
            let mut id = String::new();
            // A text that changed is still the same promise: to whom it answers stays.
            if let Some(at) = old.iter().position(|o| o.item.kind.as_str() == item.kind) {
                let before = old.remove(at);
                before.item.id.as_str().clone_into(&mut id);
                typed.demand = before
                    .item
                    .demand
                    .as_ref()
                    .map(|d| d.as_str().to_owned())
                    .unwrap_or_default();
                typed.joint.clone_from(&before.item.joint);
            }
            let typed = Box::new(typed);
            self.edits.push((Edit::Item { id, typed }, item.row));
        }
        self.line.dropped = old.len();
        for gone in old {
            self.edits
                .push((Edit::Remove(gone.item.id.as_str().to_owned()), self.form.row));
        }
    }

    /// Dates and channels; a date that cannot be read is noted at its cell.
    fn closing_edit(&mut self, ctx: &Ctx, draft: &Draft) {
        let (due, pledged_on) = (self.form.due.clone(), self.form.pledged_on.clone());
        // A date nobody can read is left out, and the other boxes are taken as they are: else they would be missed too.
        let mut readable = |field: &str, typed: String| {
            let read = match field {
                "pledged_on" => typed_past_date(field, &typed, ctx.today),
                _ => typed_date(field, &typed, ctx.today),
            };
            match read {
                Ok(_) => typed,
                Err(problem) => {
                    self.refused(&problem, None, None, true);
                    String::new()
                }
            }
        };
        let due = readable("due_date", due);
        let pledged_on = readable("pledged_on", pledged_on);
        let form = &self.form;
        if due.is_empty() && pledged_on.is_empty() && form.channels.is_none() {
            return;
        }
        let or = |typed: &str, kept: Option<jiff::civil::Date>| match (typed.is_empty(), kept) {
            (true, Some(kept)) => kept.to_string(),
            _ => typed.to_owned(),
        };
        let edit = Edit::Closing {
            due_typed: or(&due, draft.due_date),
            pledged_typed: or(&pledged_on, draft.pledged_on),
            channels: form.channels.clone().unwrap_or_else(|| draft.channels.clone()),
        };
        self.edits.push((edit, self.form.row));
    }

    /// Boxes the roster left empty are filled in; one that says something else is told, and the roster's stays.
    fn header_edit(&mut self, header: &Header) {
        let mut boxes = Vec::new();
        for (source, typed) in self.form.boxes.clone() {
            let column = SheetColumn::Box(source);
            let Some((name, zh)) = box_text(Lang::Zh, header, source) else {
                continue;
            };
            let en = box_text(Lang::En, header, source)
                .map(|(_, text)| text)
                .unwrap_or_default();
            if !zh.is_empty() {
                let same = [&zh, &en].iter().any(|known| folded(known) == folded(&typed));
                let months = (parse_month(&typed), parse_month(&zh));
                let same = same || matches!(months, (Ok(a), Ok(b)) if a == b);
                if !same {
                    self.tell(
                        self.form.row,
                        column,
                        "form_sheet.box_differs",
                        &[("text", &typed), ("roster", &zh)],
                        false,
                    );
                }
                continue;
            }
            boxes.push((name.to_owned(), typed));
        }
        if !boxes.is_empty() {
            let edit = Edit::Header {
                boxes,
                post_group: header.post_group.clone(),
                fault: header.fault.clone(),
            };
            self.edits.push((edit, self.form.row));
        }
    }
}

/// The box a refusal of the rules names.
fn box_of(name: &str) -> Option<FieldSource> {
    Some(match name {
        "sex" => FieldSource::Sex,
        "ethnicity" => FieldSource::Ethnicity,
        "education" => FieldSource::Education,
        "birth_month" => FieldSource::BirthMonth,
        "joined_month" => FieldSource::JoinedMonth,
        "post" => FieldSource::Post,
        "phone" => FieldSource::Phone,
        _ => return None,
    })
}

/// Whether a row of the sheet became this item.
fn stands_for(row: &SheetItem, item: &DraftItem) -> bool {
    item.item.kind.as_str() == row.kind
        && item.item.content.trim() == row.content
        && item.item.measure.trim() == row.measure
        && item.item.beneficiary.trim() == row.beneficiary
}

/// A row as it is understood; where it has no day of its own, that of the whole form holds.
fn promise(item: &SheetItem, of_form: &str, today: jiff::civil::Date) -> SheetPromise {
    let read = |typed: &str| settled("", &[], &item.content, typed, today).1;
    let typed = match item.due.trim().is_empty() && read("").is_none() {
        true => of_form,
        false => &item.due,
    };
    SheetPromise {
        kind: item.kind.clone(),
        content: item.content.clone(),
        measure: item.measure.clone(),
        beneficiary: item.beneficiary.clone(),
        typed: typed.to_owned(),
        due: read(typed),
    }
}

/// Whether an item says what a row says, its date included, whichever way it is written.
fn same_item(item: &DraftItem, row: &SheetItem, today: jiff::civil::Date) -> bool {
    let due = settled("", &[], &row.content, &row.due, today).1;
    let typed = !row.due.is_empty() && folded(&row.due) == folded(&item.due_typed);
    stands_for(row, item) && (typed || due == item.item.due_date)
}

/// Whether a form says something else than before; blank rows say nothing.
fn differs(before: &rows::Pledge, after: &rows::Pledge) -> Result<bool> {
    let said = |row: &rows::Pledge| -> Result<(Draft, Header)> {
        let mut draft = Draft::of(row)?;
        draft.items.retain(|i| !i.is_blank());
        draft.channels.sort();
        let mut header = header_of(row)?;
        header.checked = false;
        Ok((draft, header))
    };
    Ok(said(before)? != said(after)?)
}
