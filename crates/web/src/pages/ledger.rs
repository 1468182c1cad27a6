//! The ledger as a file to take away.

use crate::gate::{Gate, Route};
use crate::papers::deliver;
use crate::respond::{Answer, download};
use crate::visit::Visit;
use app::ledger::FindLedger;
use documents::paper::{self, Format};
use domain::access::Permission;

pub(crate) fn routes() -> Vec<Route> {
    let exports = Gate::Holds(Permission::ExportLedger);
    vec![
        Route::get("/workbench/ledger.xlsx", exports, workbook),
        Route::get("/workbench/ledger.csv", exports, text),
        Route::get("/workbench/ledger.pdf", exports, |v: Visit| paper(v, Format::Pdf)),
        Route::get("/workbench/ledger.docx", exports, |v: Visit| {
            paper(v, Format::Docx)
        }),
        Route::get("/workbench/ledger.ofd", exports, |v: Visit| paper(v, Format::Ofd)),
    ]
}

async fn workbook(v: Visit) -> Answer {
    let table = v
        .web()
        .app()
        .query(v.actor(), FindLedger { lang: v.lang() })
        .await?;
    let bytes = documents::xlsx::write_table(&table).map_err(app::Error::bug)?;
    let name = format!("{} {}.xlsx", table.title, v.today());
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(download(&name, kind, bytes))
}

async fn text(v: Visit) -> Answer {
    let table = v
        .web()
        .app()
        .query(v.actor(), FindLedger { lang: v.lang() })
        .await?;
    let bytes = documents::csv::write_table(&table).map_err(app::Error::bug)?;
    let name = format!("{} {}.csv", table.title, v.today());
    Ok(download(&name, "text/csv; charset=utf-8", bytes))
}

/// To print or file: the same table.
async fn paper(v: Visit, format: Format) -> Answer {
    let table = v
        .web()
        .app()
        .query(v.actor(), FindLedger { lang: v.lang() })
        .await?;
    let name = format!("{} {}", table.title, v.today());
    let page_of = v.t("documents.form.page_of");
    let document = paper::ledger(&table, v.code(), page_of).map_err(app::Error::bug)?;
    deliver(document, &name, format).await
}
