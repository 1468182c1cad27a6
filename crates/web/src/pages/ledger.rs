//! The ledger and the roster as files to take away.

use crate::gate::{Gate, Route};
use crate::papers::deliver;
use crate::respond::{Answer, download};
use crate::visit::Visit;
use app::ledger::FindLedger;
use app::roster_table::TakeRoster;
use documents::paper::{self, Format};
use documents::table::Table;
use domain::access::Permission;
use domain::problem::Problem;

pub(crate) fn routes() -> Vec<Route> {
    let exports = Gate::Holds(Permission::ExportLedger);
    let keeps = Gate::Holds(Permission::ManageRoster);
    vec![
        Route::get("/roster.xlsx", keeps, |v: Visit| roster(v, as_workbook)),
        Route::get("/roster.csv", keeps, |v: Visit| roster(v, as_text)),
        Route::get("/workbench/ledger.xlsx", exports, workbook),
        Route::get("/workbench/ledger.csv", exports, text),
        Route::get("/workbench/ledger.pdf", exports, |v: Visit| paper(v, Format::Pdf)),
        Route::get("/workbench/ledger.docx", exports, |v: Visit| {
            paper(v, Format::Docx)
        }),
        Route::get("/workbench/ledger.ofd", exports, |v: Visit| paper(v, Format::Ofd)),
        Route::get("/workbench/ledger.html", exports, |v: Visit| {
            paper(v, Format::Html)
        }),
    ]
}

/// Rows that are laid out on paper at once, some 200 pages of A3. Each costs the server more than a hundred kilobytes
/// while it is set; a ledger of more is printed branch by branch.
const ON_PAPER: usize = 2_000;

/// The ledger, or that of the unit in the address.
async fn found(v: &Visit) -> Result<Table, app::Error> {
    let case = FindLedger {
        lang: v.lang(),
        unit: v.query("unit").to_owned(),
    };
    v.web().app().query(v.actor(), case).await
}

async fn workbook(v: Visit) -> Answer {
    let table = found(&v).await?;
    as_workbook(&v, &table)
}

async fn text(v: Visit) -> Answer {
    let table = found(&v).await?;
    as_text(&v, &table)
}

async fn roster(v: Visit, taken: fn(&Visit, &Table) -> Answer) -> Answer {
    let case = TakeRoster { lang: v.lang() };
    let table = v.web().app().execute(v.actor(), case).await?;
    taken(&v, &table)
}

/// The table as a workbook to take away.
pub(super) fn as_workbook(v: &Visit, table: &Table) -> Answer {
    let bytes = documents::xlsx::write_table(table).map_err(app::Error::bug)?;
    let name = format!("{} {}.xlsx", table.title, v.today());
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(download(&name, kind, bytes))
}

/// The table as a text file to take away.
pub(super) fn as_text(v: &Visit, table: &Table) -> Answer {
    let bytes = documents::csv::write_table(table).map_err(app::Error::bug)?;
    let name = format!("{} {}.csv", table.title, v.today());
    Ok(download(&name, "text/csv; charset=utf-8", bytes))
}

/// To print or file: the same table.
async fn paper(v: Visit, format: Format) -> Answer {
    let table = found(&v).await?;
    if matches!(format, Format::Pdf | Format::Ofd) && table.rows.len() > ON_PAPER {
        let problem = Problem::conflict("ledger.too_long")
            .with("n", table.rows.len().to_string())
            .with("max", ON_PAPER.to_string());
        return Err(app::Error::from(problem).into());
    }
    let name = format!("{} {}", table.title, v.today());
    let page_of = v.t("documents.form.page_of");
    let document = paper::ledger(&table, v.code(), page_of).map_err(app::Error::bug)?;
    deliver(document, &name, format).await
}
