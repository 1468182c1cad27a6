//! The sheet on which a branch writes the forms of members without a computer, and how it is read again (N10): rows of
//! the same person belong together, what cannot be read is told with row and column, nothing is guessed.

use std::collections::BTreeMap;

use crate::campaign::template::FieldSource;
use crate::organization::raw::{Merged, RawBook, RawCell, RawSheet};
use crate::organization::roster::{RowProblem, folded};

/// What a column of the sheet holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetColumn {
    /// The number that says who it is: the name of his account.
    Number,
    /// The name.
    Name,
    /// The class of person; only to look at.
    Class,
    /// A box above the items, as the template's form has it.
    Box(FieldSource),
    /// The kind of the item.
    Kind,
    /// What is promised.
    Content,
    /// Measure or target.
    Measure,
    /// For whom.
    Beneficiary,
    /// By when the item is due.
    Due,
    /// 承诺日期.
    PledgedOn,
    /// 完成时限 of the form.
    FormDue,
    /// 公开形式.
    Channels,
    /// The typed name; with it the form is handed in, without it it stays a draft.
    Signature,
}

/// The columns of a campaign's sheet and the words it is filled with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetLayout {
    /// The columns in their order, each with every head it may have; the first is the one written.
    pub columns: Vec<(SheetColumn, Vec<String>)>,
    /// Kinds by their key, with every label.
    pub kinds: Vec<(String, Vec<String>)>,
    /// Channels by their key, with every label.
    pub channels: Vec<(String, Vec<String>)>,
}

impl SheetLayout {
    /// The head of a column as it is written; empty when the sheet has no such column.
    #[must_use]
    pub fn head(&self, column: SheetColumn) -> &str {
        let found = self.columns.iter().find(|(c, _)| *c == column);
        found
            .and_then(|(_, heads)| heads.first())
            .map_or("", String::as_str)
    }
}

/// An item as it stands in the sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetItem {
    /// Its row, from 1.
    pub row: usize,
    /// Kind, by key; empty when the cell names none.
    pub kind: String,
    /// What is promised.
    pub content: String,
    /// Measure or target.
    pub measure: String,
    /// For whom.
    pub beneficiary: String,
    /// Due date as typed.
    pub due: String,
}

/// What stands in the rows of one person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetForm {
    /// The sheet.
    pub sheet: String,
    /// The first row, from 1.
    pub row: usize,
    /// The number as typed.
    pub number: String,
    /// The name as typed.
    pub name: String,
    /// Boxes that hold something.
    pub boxes: Vec<(FieldSource, String)>,
    /// Items that hold something.
    pub items: Vec<SheetItem>,
    /// 承诺日期 as typed.
    pub pledged_on: String,
    /// 完成时限 as typed.
    pub due: String,
    /// 公开形式 by key; `None` when nothing is typed.
    pub channels: Option<Vec<String>>,
    /// The typed name.
    pub signature: String,
    /// What cannot be taken over; all of it keeps the whole form out.
    pub problems: Vec<RowProblem>,
}

impl SheetForm {
    /// Nobody has written anything for this person.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.items.is_empty() && self.signature.is_empty() && self.problems.is_empty()
    }
}

/// A sheet as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetReading {
    /// The people, in the order of their first rows.
    pub forms: Vec<SheetForm>,
    /// What concerns the file as a whole, or rows that belong to nobody.
    pub problems: Vec<RowProblem>,
}

/// Rows in which the heads are looked for.
const HEAD_ROWS: usize = 30;
/// From here on a spreadsheet's number has lost its last digits.
const EXACT: f64 = 1e15;

/// Reads a book.
#[must_use]
pub fn read_sheet(book: &RawBook, layout: &SheetLayout) -> SheetReading {
    let mut out = SheetReading::default();
    let mut found = false;
    for sheet in book.sheets.iter().filter(|s| !s.hidden) {
        if let Some((row, places)) = heads(sheet, layout) {
            found = true;
            Reader {
                sheet,
                layout,
                places,
                out: &mut out,
                people: BTreeMap::new(),
                owners: BTreeMap::new(),
                last: None,
            }
            .rows(row + 1);
        }
    }
    if !found {
        let columns = [SheetColumn::Number, SheetColumn::Name, SheetColumn::Content];
        let heads = columns.map(|c| layout.head(c)).join(" / ");
        out.problems
            .push(problem("", 0, "", "form_sheet.no_heads", &[("heads", &heads)]));
    }
    out
}

fn problem(sheet: &str, row: usize, column: &str, key: &str, args: &[(&str, &str)]) -> RowProblem {
    RowProblem {
        sheet: sheet.to_owned(),
        row,
        column: column.to_owned(),
        key: key.to_owned(),
        args: args
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect(),
        blocking: true,
    }
}

/// A column of the file: its place, what it holds, its head as it stands there.
struct Place {
    at: usize,
    column: SheetColumn,
    head: String,
}

/// The row of the heads and what stands below each; `None` for a sheet that holds something else.
fn heads(sheet: &RawSheet, layout: &SheetLayout) -> Option<(usize, Vec<Place>)> {
    sheet
        .rows
        .iter()
        .take(HEAD_ROWS)
        .enumerate()
        .find_map(|(at, row)| {
            let mut places: Vec<Place> = Vec::new();
            for (place, cell) in row.iter().enumerate() {
                let head = cell.text();
                let meant = folded(&head).to_lowercase();
                let fits = |heads: &[String]| heads.iter().any(|h| folded(h).to_lowercase() == meant);
                let column = layout
                    .columns
                    .iter()
                    .find(|(_, heads)| fits(heads))
                    .map(|(c, _)| *c);
                if let Some(column) = column.filter(|c| places.iter().all(|p| p.column != *c)) {
                    places.push(Place {
                        at: place,
                        column,
                        head,
                    });
                }
            }
            let has = |column| places.iter().any(|p| p.column == column);
            let whole = (has(SheetColumn::Number) || has(SheetColumn::Name)) && has(SheetColumn::Content);
            whole.then_some((at, places))
        })
}

struct Reader<'a> {
    sheet: &'a RawSheet,
    layout: &'a SheetLayout,
    places: Vec<Place>,
    out: &'a mut SheetReading,
    /// Where each person's form stands, by number or else by name.
    people: BTreeMap<String, usize>,
    /// Whose form each row belongs to, by the row from 0.
    owners: BTreeMap<usize, usize>,
    last: Option<usize>,
}

/// One row, cell by cell.
#[derive(Default)]
struct Row {
    number: String,
    name: String,
    item: SheetItem,
    kind: String,
    boxes: Vec<(FieldSource, String)>,
    pledged_on: String,
    due: String,
    channels: String,
    signature: String,
    /// Heads of cells that are merged with one further up, each with that cell's row from 0.
    covered: Vec<(usize, String)>,
    problems: Vec<RowProblem>,
}

impl Reader<'_> {
    fn rows(&mut self, first: usize) {
        for (at, cells) in self.sheet.rows.iter().enumerate().skip(first) {
            if cells.iter().all(RawCell::is_blank) {
                continue;
            }
            let row = self.row(at + 1, cells);
            self.place(at + 1, row);
        }
    }

    fn head(&self, column: SheetColumn) -> &str {
        let found = self.places.iter().find(|p| p.column == column);
        found.map_or_else(|| self.layout.head(column), |p| p.head.as_str())
    }

    fn row(&self, number: usize, cells: &[RawCell]) -> Row {
        let mut row = Row::default();
        row.item.row = number;
        for place in &self.places {
            let cell = cells.get(place.at).unwrap_or(&RawCell::Empty);
            let covers = |m: &&Merged| {
                (m.left..=m.right).contains(&place.at) && m.top + 1 < number && number <= m.bottom + 1
            };
            let over = self.sheet.merged.iter().find(covers).filter(|_| cell.is_blank());
            let told = !matches!(
                place.column,
                SheetColumn::Number | SheetColumn::Name | SheetColumn::Class
            );
            row.covered
                .extend(over.filter(|_| told).map(|m| (m.top, place.head.clone())));
            let text = match text_of(cell, place.column) {
                Ok(text) => text,
                Err(key) => {
                    let shown = cell.text();
                    let told = problem(&self.sheet.name, number, &place.head, key, &[("text", &shown)]);
                    row.problems.push(told);
                    continue;
                }
            };
            match place.column {
                SheetColumn::Number => row.number = text,
                SheetColumn::Name => row.name = text,
                SheetColumn::Box(source) if !text.is_empty() => row.boxes.push((source, text)),
                SheetColumn::Class | SheetColumn::Box(_) => {}
                SheetColumn::Kind => row.kind = text,
                SheetColumn::Content => row.item.content = text,
                SheetColumn::Measure => row.item.measure = text,
                SheetColumn::Beneficiary => row.item.beneficiary = text,
                SheetColumn::Due => row.item.due = text,
                SheetColumn::PledgedOn => row.pledged_on = text,
                SheetColumn::FormDue => row.due = text,
                SheetColumn::Channels => row.channels = text,
                SheetColumn::Signature => row.signature = text,
            }
        }
        row
    }

    /// Where the form of a row's person stands, begun when it is his first; `None` when the row belongs to nobody. A row
    /// without number and name goes on with the person above: people leave out what would stand there again, and merged
    /// cells are empty below the first.
    fn person(&mut self, number: usize, row: &Row) -> Option<usize> {
        let key = match (row.number.is_empty(), row.name.is_empty()) {
            (false, _) => folded(&row.number).to_lowercase(),
            (true, false) => format!("={}", folded(&row.name)),
            (true, true) => return self.last,
        };
        if let Some(at) = self.people.get(&key) {
            return Some(*at);
        }
        self.out.forms.push(SheetForm {
            sheet: self.sheet.name.clone(),
            row: number,
            number: row.number.clone(),
            name: row.name.clone(),
            ..SheetForm::default()
        });
        let at = self.out.forms.len() - 1;
        self.people.insert(key, at);
        Some(at)
    }

    /// Puts a row to its person.
    fn place(&mut self, number: usize, mut row: Row) {
        let Some(at) = self.person(number, &row) else {
            let told = problem(&self.sheet.name, number, "", "form_sheet.nobody", &[]);
            self.out.problems.push(told);
            return;
        };
        self.last = Some(at);
        self.owners.insert(number - 1, at);
        self.merged(number, at, &mut row);
        let item = self.item(number, &mut row);
        let channels = self.channels(number, &mut row);
        let columns = [
            SheetColumn::PledgedOn,
            SheetColumn::FormDue,
            SheetColumn::Signature,
            SheetColumn::Name,
        ];
        let heads = columns.map(|c| self.head(c).to_owned());
        let Some(form) = self.out.forms.get_mut(at) else {
            return;
        };
        form.problems.append(&mut row.problems);
        form.items.extend(item);
        for (source, text) in row.boxes {
            if form.boxes.iter().all(|(s, _)| *s != source) {
                form.boxes.push((source, text));
            }
        }
        form.channels = form.channels.take().or(channels);
        let once = [
            (&mut form.pledged_on, row.pledged_on),
            (&mut form.due, row.due),
            (&mut form.signature, row.signature),
            (&mut form.name, row.name),
        ];
        for ((kept, typed), head) in once.into_iter().zip(&heads) {
            if kept.is_empty() {
                *kept = typed;
            } else if !typed.is_empty() && folded(kept) != folded(&typed) {
                let args = [("one", kept.as_str()), ("other", typed.as_str())];
                let told = problem(&self.sheet.name, number, head, "form_sheet.two_values", &args);
                form.problems.push(told);
            }
        }
    }

    /// A cell merged over the rows of several people holds what only the first of them promises: the others are told.
    fn merged(&self, number: usize, at: usize, row: &mut Row) {
        for (top, head) in std::mem::take(&mut row.covered) {
            let owner = self.owners.get(&top).filter(|owner| **owner != at);
            let Some(other) = owner.and_then(|owner| self.out.forms.get(*owner)) else {
                continue;
            };
            let told = self.out.forms.get(at).is_some_and(|form| {
                let all = form.problems.iter();
                all.filter(|p| p.column == head)
                    .any(|p| p.key == "form_sheet.merged")
            });
            if !told {
                let args = [("name", other.name.as_str())];
                row.problems.push(problem(
                    &self.sheet.name,
                    number,
                    &head,
                    "form_sheet.merged",
                    &args,
                ));
            }
        }
    }

    /// The item of a row; `None` when nothing but its kind stands there. A due date without a promise is one that
    /// lacks its words: it must not go unnoticed.
    fn item(&self, number: usize, row: &mut Row) -> Option<SheetItem> {
        let item = &row.item;
        if [&item.content, &item.measure, &item.beneficiary, &item.due]
            .iter()
            .all(|t| t.is_empty())
        {
            return None;
        }
        let typed = folded(&row.kind).to_lowercase();
        let fits = |labels: &[String]| labels.iter().any(|l| folded(l).to_lowercase() == typed);
        let kinds = &self.layout.kinds;
        let kind = kinds.iter().find(|(key, labels)| *key == typed || fits(labels));
        let Some((kind, _)) = kind else {
            let all: Vec<&str> = kinds
                .iter()
                .filter_map(|(_, l)| l.first())
                .map(String::as_str)
                .collect();
            let key = match typed.is_empty() {
                true => "form_sheet.kind_missing",
                false => "form_sheet.kind_unknown",
            };
            let args = [("text", row.kind.as_str()), ("kinds", &all.join(" / "))];
            let told = problem(&self.sheet.name, number, self.head(SheetColumn::Kind), key, &args);
            row.problems.push(told);
            return None;
        };
        Some(SheetItem {
            kind: kind.clone(),
            ..row.item.clone()
        })
    }

    /// The channels a cell names, parted by any of the usual signs.
    fn channels(&self, number: usize, row: &mut Row) -> Option<Vec<String>> {
        if row.channels.is_empty() {
            return None;
        }
        let mut keys: Vec<String> = Vec::new();
        let signs = [',', ';', '/', '\n', '\u{3001}', '\u{FF0C}', '\u{FF1B}', '|'];
        for part in row.channels.split(signs).map(|p| folded(p).to_lowercase()) {
            let channels = &self.layout.channels;
            let fits = |labels: &[String]| labels.iter().any(|l| folded(l).to_lowercase() == part);
            match channels.iter().find(|(key, labels)| *key == part || fits(labels)) {
                _ if part.is_empty() => {}
                Some((key, _)) if keys.contains(key) => {}
                Some((key, _)) => keys.push(key.clone()),
                None => {
                    let all: Vec<&str> = channels
                        .iter()
                        .filter_map(|(_, l)| l.first())
                        .map(String::as_str)
                        .collect();
                    let args = [("text", part.as_str()), ("channels", &all.join(" / "))];
                    let head = self.head(SheetColumn::Channels);
                    row.problems.push(problem(
                        &self.sheet.name,
                        number,
                        head,
                        "form_sheet.channel_unknown",
                        &args,
                    ));
                }
            }
        }
        Some(keys)
    }
}

/// The text of a cell, or why it is none.
fn text_of(cell: &RawCell, column: SheetColumn) -> Result<String, &'static str> {
    let date = matches!(
        column,
        SheetColumn::Due | SheetColumn::FormDue | SheetColumn::PledgedOn
    );
    match cell {
        RawCell::Fault(_) => Err("form_sheet.fault"),
        RawCell::Formula(_) => Err("form_sheet.formula"),
        RawCell::Number(n) if n.abs() >= EXACT => Err("form_sheet.long_number"),
        // As a number 2026.10 has become 2026.1: nobody can tell.
        RawCell::Number(n) if date && n.fract() != 0.0 => Err("form_sheet.date_number"),
        RawCell::Number(_) if date => Ok(cell.day().unwrap_or_else(|| lines(&cell.text()))),
        other => Ok(lines(&other.text())),
    }
}

/// Line ends as a page sends them: a spreadsheet writes them in three ways.
fn lines(text: &str) -> String {
    text.replace("_x000D_", "\r")
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests;
