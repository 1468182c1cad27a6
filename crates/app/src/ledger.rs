//! The ledger (台账) as a table to take away, and read back: the office sees all, a secretary his branch. No telephone,
//! birth or the like can be in it, since nothing here reads them.

mod compare;

pub use compare::{Comparison, Difference, compare};

use crate::campaign;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use documents::sheet_read::{SheetError, read_book};
use documents::table::{Cell, Column, Table};
use domain::access::{Permission, Scope, may};
use domain::inspection::FindingKind;
use domain::organization::raw::RawSheet;
use domain::problem::Problem;
use domain::progress::{Fulfilment, ItemFacts, ItemState};
use jiff::civil::Date;
use lang::Lang;
use store::Tx;
use store::ledger::{self as rows, Line};

/// The columns, in order, the id last; keys of their heads under `ledger.…`.
const COLUMNS: [&str; 18] = [
    "ledger.number",
    "ledger.unit",
    "ledger.pledger",
    "ledger.post",
    "ledger.kind",
    "ledger.content",
    "ledger.measure",
    "ledger.beneficiary",
    "ledger.due",
    "ledger.state",
    "ledger.claim",
    "ledger.claimed_on",
    "ledger.verdict",
    "ledger.verdict_on",
    "ledger.rectifying",
    "ledger.demand",
    "ledger.pledge_state",
    "ledger.id",
];

/// The facts of an item that its state is computed from.
pub fn facts(
    due_on: &str,
    claim: Option<&str>,
    verdict: Option<&str>,
    rectifying: bool,
) -> Option<ItemFacts> {
    Some(ItemFacts {
        due_date: due_on.parse().ok()?,
        claim: claim.and_then(Fulfilment::from_name),
        verdict: verdict.and_then(FindingKind::from_name),
        rectifying,
    })
}

/// Asks for the ledger of the running campaign, or of the one closed last, as far as the actor may take it away.
pub struct FindLedger {
    /// The language of heads and states.
    pub lang: Lang,
    /// Of one unit alone; empty for all.
    pub unit: String,
}

impl FindLedger {
    /// The whole ledger.
    pub fn whole(lang: Lang) -> FindLedger {
        FindLedger {
            lang,
            unit: String::new(),
        }
    }
}

impl Query for FindLedger {
    type Out = Table;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ExportLedger)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Table> {
        let shown = campaign::shown(ctx, tx).await?;
        let mut table = of_campaign(ctx, tx, shown.as_ref(), self.lang, &self.unit).await?;
        if !self.unit.is_empty() {
            let unit = store::organization::unit(tx, &ctx.organization, &self.unit).await?;
            let unit = unit.ok_or_else(|| Problem::not_found("problem.not_found"))?;
            let of = [("title", &table.title), ("unit", &unit.name)].map(|(n, t)| (n, t as _));
            table.title = lang::fill(self.lang, "ledger.title_of", &of);
        }
        Ok(table)
    }
}

/// The ledger of a campaign, or of one unit in it, as far as the actor may take it away; heads alone where there is
/// none.
///
/// # Errors
/// Whatever the database reports.
pub(crate) async fn of_campaign(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: Option<&campaign::RunningCampaign>,
    lang: Lang,
    unit: &str,
) -> Result<Table> {
    let mut table = Table {
        title: lang::text(lang, "ledger.title").to_owned(),
        columns: COLUMNS
            .iter()
            .map(|key| Column::new(lang::text(lang, key)))
            .collect(),
        date: ctx.today,
        ..Table::default()
    };
    let Some(campaign) = campaign else {
        return Ok(table);
    };
    let labels = campaign.labels(lang);
    let title = campaign.title_in(lang);
    let day = lang::date(lang, ctx.today);
    table.note = lang::fill(lang, "ledger.note", &[("campaign", &title), ("date", &day)]);
    for line in rows::lines(tx, &ctx.organization, &campaign.id).await? {
        let asked = unit.is_empty() || line.unit_id == unit;
        if asked && may(&ctx.actor, Permission::ExportLedger, Scope::Unit(&line.unit_id)) {
            table.rows.push(row(lang, &labels, line, ctx.today));
        }
    }
    Ok(table)
}

fn row(lang: Lang, labels: &campaign::Labels, line: Line, today: Date) -> Vec<Cell> {
    let of = |table: &str, name: &str| Cell::from(lang::text(lang, &format!("{table}.{name}")));
    let maybe = |table: &str, name: Option<&str>| name.map_or(Cell::Empty, |n| of(table, n));
    let day = |text: Option<&str>| {
        text.and_then(|d| d.parse::<Date>().ok())
            .map_or(Cell::Empty, Cell::Date)
    };
    let facts = facts(
        &line.due_on,
        line.claim.as_deref(),
        line.verdict.as_deref(),
        line.rectifying,
    );
    let state = facts.map(|f| ItemState::name(f.state(today)));
    let name = if line.pledger == "branch" {
        line.unit_name.clone()
    } else {
        line.name
    };
    vec![
        Cell::from(line.number.unwrap_or_default()),
        Cell::from(line.unit_name),
        Cell::from(name),
        Cell::from(line.post),
        Cell::from(labels.kind(&line.kind)),
        Cell::from(line.content),
        Cell::from(line.measure),
        Cell::from(line.beneficiary),
        day(Some(&line.due_on)),
        maybe("state", state),
        maybe("claim", line.claim.as_deref()),
        day(line.claimed_on.as_deref()),
        maybe("finding", line.verdict.as_deref()),
        day(line.verdict_on.as_deref()),
        of("ui", if line.rectifying { "yes" } else { "no" }),
        Cell::from(line.demand),
        of("pledge_state", &line.pledge_state),
        Cell::from(line.item_id),
    ]
}

/// The rows of a table as the texts a reader of the file finds.
pub fn texts(table: &Table) -> Vec<Vec<String>> {
    let cell = |cell: &Cell| match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.trim().to_owned(),
        Cell::Number(n) => n.to_string(),
        Cell::Share(points) => format!("{}.{:02}%", points / 100, points.unsigned_abs() % 100),
        Cell::Hundredths(n) => format!("{}.{:02}", n / 100, n.unsigned_abs() % 100),
        Cell::Date(date) => date.to_string(),
    };
    table
        .rows
        .iter()
        .map(|row| row.iter().map(cell).collect())
        .collect()
}

/// Reads a ledger file back: the rows under the row of heads, as texts. What was written comes back unchanged, so that
/// a ledger kept in a folder can be compared with the product years later.
///
/// # Errors
/// What [`read_book`] refuses, and `sheet.no_heads` when no row holds the heads of a ledger.
pub fn read_back(bytes: &[u8], name: &str) -> Result<Vec<Vec<String>>, SheetError> {
    let book = read_book(bytes, name)?;
    let found = book.sheets.iter().find_map(|sheet| Some((sheet, heads(sheet)?)));
    let (sheet, at) = found.ok_or(SheetError {
        key: "ledger.no_heads",
        args: vec![],
    })?;
    let mut rows = Vec::new();
    for raw in sheet.rows.iter().skip(at + 1) {
        let mut row: Vec<String> = raw
            .iter()
            .take(COLUMNS.len())
            .map(domain::organization::raw::RawCell::text)
            .collect();
        row.resize(COLUMNS.len(), String::new());
        if row.iter().any(|t| !t.is_empty()) {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// The row of heads, in either language.
fn heads(sheet: &RawSheet) -> Option<usize> {
    sheet.rows.iter().take(10).position(|row| {
        let texts: Vec<String> = row.iter().map(domain::organization::raw::RawCell::text).collect();
        Lang::ALL.iter().any(|lang| {
            let heads = COLUMNS.iter().map(|key| lang::text(*lang, key));
            heads.eq(texts.iter().take(COLUMNS.len()).map(String::as_str))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn table() -> Table {
        let text = |t: &str| Cell::from(t);
        let first = vec![
            text("承〔2010〕0001号"),
            text("产科党支部"),
            text("王䶮"),
            text("=副主任医师"),
            text("实事"),
            text("为清晨抽血候诊的孕产妇增设40个座位\n公示保洁责任人"),
            text("+40个"),
            text("孕产妇"),
            Cell::Date(date(2011, 1, 31)),
            text("已兑现"),
            text("兑现"),
            Cell::Date(date(2011, 1, 20)),
            Cell::Empty,
            Cell::Empty,
            text("否"),
            text("抽血排队久"),
            text("已公示"),
            text("01932b6e-7c1a-7f00-8000-0123456789ab"),
        ];
        let second = vec![Cell::Empty, text("儿科党支部"), text("𰻞𬭎"), text("'护士")];
        Table {
            title: "台账".to_owned(),
            note: "某活动".to_owned(),
            columns: COLUMNS
                .iter()
                .map(|key| Column::new(lang::text(Lang::Zh, key)))
                .collect(),
            rows: vec![first, second],
            date: date(2011, 2, 1),
        }
    }

    fn wanted() -> Vec<Vec<String>> {
        let mut rows = texts(&table());
        for row in &mut rows {
            row.resize(COLUMNS.len(), String::new());
        }
        rows
    }

    #[test]
    fn a_workbook_comes_back_unchanged() {
        let bytes = documents::xlsx::write_table(&table()).expect("a workbook");
        assert_eq!(read_back(&bytes, "台账.xlsx").expect("reads"), wanted());
    }

    #[test]
    fn a_text_file_comes_back_unchanged() {
        let bytes = documents::csv::write_table(&table()).expect("a text file");
        assert_eq!(read_back(&bytes, "台账.csv").expect("reads"), wanted());
    }

    #[test]
    fn a_file_without_heads_is_refused() {
        let error = read_back("甲,乙\n1,2\n".as_bytes(), "x.csv").expect_err("no ledger");
        assert_eq!(error.key, "ledger.no_heads");
    }
}
