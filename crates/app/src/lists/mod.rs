//! The lists of the pages as tables to take away, as people keep such sheets: a title, what was chosen and as of when, a
//! running number, heads, rows (issue 3).
//!
//! A list is made from the very answer its page is made from. So it has the page's rows, and whoever may not open the page
//! has nothing to take away. What a page does not show is in no list: no contact of somebody who spoke without a name,
//! no code of a ballot or a slip.

mod ballots;
mod house;
mod outcome;
mod public;
mod review;
mod supervision;
mod trail;
mod voices;

pub use ballots::ballot_summary;
pub use house::{accounts, roles, slips, units};
pub use outcome::{progress, published_feedback};
pub use public::{channels, documents, examples, objections, published_examples, reports, sent_reports};
pub use review::{decided, recused, rounds, waits};
pub use supervision::{appraisal, inspections, rectifications, silent};
pub use trail::trail;
pub use voices::{demands, feedback, missing, opinions, unanswered, visits};

use crate::App;
use documents::table::{Cell, Column, Table};
use jiff::civil::Date;
use lang::Lang;

/// Who a list is written for: the language of its words, and the clock of the house.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// The product, for dates.
    pub app: &'a App,
    /// The language.
    pub lang: Lang,
}

impl Words<'_> {
    fn today(self) -> Date {
        self.app.date_of(self.app.clock().now())
    }

    fn t(self, key: &str) -> &str {
        lang::text(self.lang, key)
    }

    /// A text whose key has a variable end.
    fn t_of(self, table: &str, name: &str) -> String {
        lang::text(self.lang, &format!("{table}.{name}")).to_owned()
    }

    /// Several names in one cell.
    fn joined<'t>(self, names: impl IntoIterator<Item = &'t str>) -> String {
        let names: Vec<&str> = names.into_iter().collect();
        names.join(self.t("list.separator"))
    }

    fn yes_or_no(self, yes: bool) -> &'static str {
        lang::find(self.lang, if yes { "ui.yes" } else { "ui.no" }).unwrap_or_default()
    }

    /// The local day of a time in microseconds UTC.
    fn day_of(self, at: i64) -> Cell {
        Cell::Date(self.app.date_of(at))
    }

    /// The local day and minute of a time in microseconds UTC; a text, since no column is sorted by it.
    fn moment(self, at: i64) -> Cell {
        let at = self.app.local(at);
        let time = lang::time_of_day(at.hour(), at.minute());
        Cell::from(format!("{} {time}", at.date()))
    }

    /// The local day and minute of a time in microseconds UTC, as a sentence says it.
    fn told(self, at: i64) -> String {
        let at = self.app.local(at);
        let time = lang::time_of_day(at.hour(), at.minute());
        format!("{} {time}", lang::date(self.lang, at.date()))
    }

    /// Begins the sheet of a list: its title, what of the whole it is (empty for all), and its rows.
    fn sheet<R: Copy>(self, title: &str, chosen: &str, rows: impl IntoIterator<Item = R>) -> Sheet<R> {
        Sheet::begin(self.lang, self.today(), (title, chosen), rows)
    }
}

/// A day kept as ISO text.
fn day(text: &str) -> Cell {
    text.parse().map_or(Cell::Empty, Cell::Date)
}

/// A list that gets its columns: a head and what stands under it are said together, so that they cannot come apart.
struct Sheet<R> {
    lang: Lang,
    rows: Vec<R>,
    table: Table,
}

impl<R: Copy> Sheet<R> {
    fn begin(
        lang: Lang,
        today: Date,
        (title, chosen): (&str, &str),
        rows: impl IntoIterator<Item = R>,
    ) -> Sheet<R> {
        let rows: Vec<R> = rows.into_iter().collect();
        let date = lang::date(lang, today);
        let n = rows.len();
        let note = match chosen {
            "" => lang::fill(lang, "list.note", &[("date", &date), ("n", &n)]),
            what => lang::fill(
                lang,
                "list.note_of",
                &[("what", &what), ("date", &date), ("n", &n)],
            ),
        };
        let table = Table {
            title: title.to_owned(),
            note,
            columns: vec![Column::new(lang::text(lang, "roster_head.serial"))],
            rows: (1..=n).map(|at| vec![Cell::from(at)]).collect(),
            date: today,
        };
        Sheet { lang, rows, table }
    }

    fn column<C: Into<Cell>>(self, head: &str, cell: impl Fn(R) -> C) -> Self {
        let head = lang::text(self.lang, head).to_owned();
        self.named(head, cell)
    }

    /// A column whose head is no text of the catalogue.
    fn named<C: Into<Cell>>(mut self, head: String, cell: impl Fn(R) -> C) -> Self {
        self.table.columns.push(Column::new(head));
        for (cells, row) in self.table.rows.iter_mut().zip(&self.rows) {
            cells.push(cell(*row).into());
        }
        self
    }

    fn done(self) -> Table {
        self.table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What spreadsheets run, lose or break.
    const NASTY: [&str; 6] = [
        "=cmd|' /C calc'!A0",
        "0012",
        "110101197001011234567",
        "第一行\n第二行",
        "'引号\"，",
        "+86",
    ];

    /// The sheet of what is nasty, and what a reader of its file finds: text as it was.
    fn nasty(lang: Lang) -> (Table, Vec<Vec<String>>) {
        let table = Sheet::begin(
            lang,
            jiff::civil::date(2026, 11, 30),
            ("诉求", "全部"),
            NASTY.iter(),
        )
        .column("list.words", |t| *t)
        .column("list.voices", |t| t.chars().count())
        .column("list.score", |_| Cell::Hundredths(8_405))
        .column("list.said_on", |_| day("2027-04-30"))
        .column("list.answer", |_| None::<&str>)
        .done();
        let heads = table.columns.iter().map(|c| c.head.clone()).collect::<Vec<_>>();
        let rows = NASTY.iter().enumerate().map(|(at, nasty)| {
            let count = nasty.chars().count().to_string();
            let said = ["84.05", "2027-04-30", ""].map(str::to_owned);
            let mut row = vec![(at + 1).to_string(), (*nasty).to_owned(), count];
            row.extend(said);
            row
        });
        let found = std::iter::once(heads).chain(rows).collect();
        (table, found)
    }

    #[test]
    fn a_sheet_reads_back_cell_by_cell() {
        for lang in Lang::ALL {
            let (table, wanted) = nasty(lang);
            assert!(wanted.iter().flatten().all(|cell| !cell.starts_with("list.")));
            let book = documents::xlsx::write_table(&table).expect("a workbook");
            assert_eq!(read(&book, "a.xlsx", 2), wanted);
            let text = documents::csv::write_table(&table).expect("a text file");
            assert_eq!(read(&text, "a.csv", 0), wanted);
            assert!(
                table.note.contains('6') && table.note.contains("全部"),
                "{}",
                table.note
            );
        }
    }

    fn read(bytes: &[u8], name: &str, above: usize) -> Vec<Vec<String>> {
        let book = documents::sheet_read::read_book(bytes, name).expect("readable");
        let sheet = book.sheets.first().expect("a sheet");
        let rows = sheet.rows.iter().skip(above);
        rows.map(|row| {
            let mut texts: Vec<String> = row
                .iter()
                .map(|cell| match cell {
                    domain::organization::raw::RawCell::Text(text) => text.clone(),
                    other => other.text(),
                })
                .collect();
            texts.resize(6, String::new());
            texts
        })
        .collect()
    }
}
