//! Screen 39: the audit trail, and whether it is whole.

use crate::fields::{Fields, Form};
use crate::gate::{Gate, Route};
use crate::pages::ledger::{as_text, as_workbook};
use crate::respond::{Answer, download, page};
use crate::visit::Visit;
use app::audit::{
    AuditReport, ChainState, ExportAudit, Filter, Link, ListAudit, PAGE, ReadChainState, verify_audit,
};
use askama::Template;
use domain::access::Permission::ReadAudit;
use domain::problem::{Problem, Problems};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/audit", Gate::Holds(ReadAudit), show),
        Route::post("/audit/verify", Gate::Holds(ReadAudit), verify),
        Route::post("/audit/export", Gate::Holds(ReadAudit), export),
    ]
}

#[derive(Template)]
#[template(path = "system/audit.html")]
struct AuditPage {
    v: Visit,
    f: Form,
    links: Vec<Link>,
    next: String,
    state: ChainState,
    report: Option<AuditReport>,
}

impl AuditPage {
    fn act(&self, act: &str) -> String {
        act_name(&self.v, act)
    }

    fn object(&self, kind: &str) -> String {
        let key = format!("audit_kind.{kind}");
        lang::find(self.v.lang(), &key).unwrap_or(kind).to_owned()
    }

    fn fault(&self, report: &AuditReport) -> String {
        let Some(fault) = &report.fault else {
            return String::new();
        };
        let kind = serde_json::to_value(fault.kind)
            .ok()
            .and_then(|k| k.as_str().map(str::to_owned))
            .unwrap_or_default();
        self.v.t_of("audit_fault", kind)
    }

    fn fault_entry(&self, report: &AuditReport) -> String {
        report
            .fault
            .as_ref()
            .and_then(|f| f.entry_id.clone())
            .unwrap_or_default()
    }
}

/// What an act is called; acts without a name of their own show their identifier.
fn act_name(v: &Visit, act: &str) -> String {
    let key = format!("audit_act.{}", act.replace('.', "_"));
    lang::find(v.lang(), &key).unwrap_or(act).to_owned()
}

/// Start of a local day in microseconds UTC; `late` for the start of the day after.
fn day(v: &Visit, typed: &str, field: &str, late: bool, problems: &mut Problems) -> Option<i64> {
    if typed.trim().is_empty() {
        return None;
    }
    let day = match domain::time::parse_past_date(typed, v.today()) {
        Ok(day) => day,
        Err(refused) => {
            problems.push(Problem::invalid(refused.key).on(field).with("text", refused.text));
            return None;
        }
    };
    let day = if late { day.tomorrow().unwrap_or(day) } else { day };
    Some(v.web().app().start_of(day))
}

fn filter(v: &Visit, get: impl Fn(&str) -> String) -> (Filter, Form) {
    let mut problems = Problems::new();
    let some = |name: &str| Some(get(name).trim().to_owned()).filter(|t| !t.is_empty());
    let filter = Filter {
        act: some("act"),
        account: some("who"),
        object: some("object"),
        from: day(v, &get("from"), "from", false, &mut problems),
        until: day(v, &get("until"), "until", true, &mut problems),
        before: some("before"),
    };
    let names = ["act", "who", "object", "from", "until"];
    let texts = names.iter().map(|n| ((*n).to_owned(), get(n))).collect();
    (filter, Form::mend(Fields::of(texts), problems))
}

async fn with_report(v: Visit, report: Option<AuditReport>) -> Answer {
    let (filter, f) = filter(&v, |name| v.query(name).to_owned());
    let app = v.web().app();
    let (links, more) = app.query(v.actor(), ListAudit { filter, limit: PAGE }).await?;
    let state = app.query(v.actor(), ReadChainState).await?;
    let next = match links.last() {
        Some(last) if more => v.with("before", &last.entry.id),
        _ => String::new(),
    };
    page(&AuditPage {
        f,
        links,
        next,
        state,
        report,
        v,
    })
}

async fn show(v: Visit) -> Answer {
    with_report(v, None).await
}

async fn verify(v: Visit, _: Fields) -> Answer {
    let report = verify_audit(v.web().app(), &[]).await?;
    with_report(v, Some(report)).await
}

async fn export(v: Visit, fields: Fields) -> Answer {
    let (filter, _) = filter(&v, |name| fields.get(name).to_owned());
    let links = v.web().app().execute(v.actor(), ExportAudit { filter }).await?;
    if fields.get("as") == "json" {
        let rows: Vec<_> = links.iter().map(as_json).collect();
        let bytes = serde_json::to_vec_pretty(&rows).map_err(app::Error::bug)?;
        return Ok(download("audit.json", "application/json", bytes));
    }
    let table = app::lists::trail(v.words(), &links);
    match fields.get("as") {
        "xlsx" => as_workbook(&v, &table),
        _ => as_text(&v, &table),
    }
}

fn as_json(link: &Link) -> serde_json::Value {
    let e = &link.entry;
    let detail: serde_json::Value =
        serde_json::from_str(&e.detail).unwrap_or_else(|_| serde_json::Value::String(e.detail.clone()));
    serde_json::json!({
        "position": link.position, "hash": link.hash, "id": e.id, "organization_id": e.organization_id,
        "acted_at": e.acted_at, "account_id": e.account_id, "actor": e.actor, "role": e.role, "act": e.act,
        "object_kind": e.object_kind, "object_id": e.object_id, "result": e.result, "detail": detail,
    })
}
