//! The member's acts for programs: read, write and hand in one's own form.

use crate::gate::{Gate, Route};
use crate::respond::{Answer, Beside, Failure};
use crate::visit::Visit;
use app::pledge::{Desk, DeskView, Edit, OpenDesk, SaveDraft, StartPledge, SubmitPledge, TypedItem};
use axum::Json;
use axum::body::Bytes;
use axum::http::Method;
use axum::response::IntoResponse;
use domain::access::Permission;
use domain::problem::{Problem, ProblemKind};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub(crate) fn routes() -> Vec<Route> {
    let gate = Gate::Holds(Permission::FilePledge);
    vec![
        Route::api(Method::GET, "/api/v1/my-pledge", gate, read),
        Route::api(Method::PUT, "/api/v1/my-pledge", gate, write),
        Route::api(Method::POST, "/api/v1/my-pledge/submit", gate, submit),
    ]
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    revision: Option<i64>,
    items: Vec<TypedItem>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct HandedIn {
    revision: i64,
    #[serde(default)]
    due_date: String,
    #[serde(default)]
    pledged_on: String,
    channels: Vec<String>,
    signature: String,
    /// What was drawn on a pad; left out or empty without.
    #[serde(default)]
    drawn: Vec<Vec<[i64; 2]>>,
    consent: bool,
    /// Handed in though nothing was changed since it was returned.
    #[serde(default)]
    unchanged: bool,
}

fn body<T: DeserializeOwned>(v: &Visit, bytes: &Bytes, token: &axum::http::HeaderMap) -> Result<T, Problem> {
    // A browser's cookie alone must not act: a page of ours sends the form token along.
    let sent = token
        .get("x-csrf-token")
        .and_then(|t| t.to_str().ok())
        .unwrap_or("");
    if !v.by_bearer() && sent != v.csrf() {
        return Err(Problem::forbidden("problem.form_expired"));
    }
    crate::api::body::read(bytes)
}

fn told(d: &DeskView) -> serde_json::Value {
    let Some(filed) = &d.filed else {
        return serde_json::json!({ "campaign": d.campaign.id, "pledge": null });
    };
    let row = &filed.row;
    serde_json::json!({
        "campaign": d.campaign.id,
        "pledge": {
            "id": row.id,
            "state": row.state,
            "number": row.number,
            "round": row.round,
            "version": row.version,
            "revision": row.revision,
            "items": filed.draft.items.iter().map(|i| serde_json::json!({
                "id": i.item.id,
                "kind": i.item.kind,
                "content": i.item.content,
                "measure": i.item.measure,
                "beneficiary": i.item.beneficiary,
                "due_date": i.item.due_date,
                "demand": i.item.demand,
            })).collect::<Vec<_>>(),
            "due_date": filed.draft.due_date,
            "pledged_on": filed.draft.pledged_on,
            "channels": filed.draft.channels,
            "check_code": filed.versions.last().map(|l| l.check_code.as_str()),
            "hash": filed.versions.last().map(|l| l.hash.as_str()),
        },
    })
}

async fn desk(v: &Visit) -> Result<DeskView, crate::Failure> {
    Ok(v.web()
        .app()
        .query(v.actor(), OpenDesk { desk: Desk::Own })
        .await?)
}

async fn read(v: Visit) -> Answer {
    Ok(Json(told(&desk(&v).await?)).into_response())
}

/// The refusal; when somebody was faster, what was sent and what stands now are in it.
async fn refused(v: &Visit, error: Failure, sent: serde_json::Value) -> Answer {
    if error.0.kind() != Some(ProblemKind::Conflict) {
        return Err(error);
    }
    let mut current = match desk(v).await {
        Ok(d) => told(&d),
        Err(_) => serde_json::Value::Null,
    };
    let current = current
        .get_mut("pledge")
        .map_or(serde_json::Value::Null, serde_json::Value::take);
    Ok(error.beside(Beside { sent, current }))
}

async fn write(v: Visit, headers: axum::http::HeaderMap, bytes: Bytes) -> Answer {
    let written: Written = body(&v, &bytes, &headers)?;
    let sent = serde_json::to_value(&written).map_err(app::Error::bug)?;
    match kept(&v, written).await {
        Ok(()) => Ok(Json(told(&desk(&v).await?)).into_response()),
        Err(error) => refused(&v, error, sent).await,
    }
}

async fn kept(v: &Visit, written: Written) -> Result<(), Failure> {
    let app = v.web().app();
    let started = app
        .execute(
            v.actor(),
            StartPledge {
                desk: Desk::Own,
                reason: String::new(),
            },
        )
        .await?;
    let now = desk(v).await?.filed.map_or(0, |f| f.row.revision);
    let edit = Edit::Items(written.items);
    let case = SaveDraft {
        pledge: started.id,
        revision: written.revision.unwrap_or(now),
        edit,
    };
    app.execute(v.actor(), case).await?;
    Ok(())
}

async fn submit(v: Visit, headers: axum::http::HeaderMap, bytes: Bytes) -> Answer {
    let sent: HandedIn = body(&v, &bytes, &headers)?;
    let said = serde_json::to_value(&sent).map_err(app::Error::bug)?;
    match handed_in(&v, sent).await {
        Ok(()) => Ok(Json(told(&desk(&v).await?)).into_response()),
        Err(error) => refused(&v, error, said).await,
    }
}

async fn handed_in(v: &Visit, sent: HandedIn) -> Result<(), Failure> {
    let filed = desk(v).await?.filed;
    let filed = filed.ok_or_else(|| Problem::conflict("problem.pledge.no_item"))?;
    let pledge = filed.row.id;
    let closing = Edit::Closing {
        due_typed: sent.due_date,
        pledged_typed: sent.pledged_on,
        channels: sent.channels,
    };
    let case = SubmitPledge {
        pledge,
        revision: sent.revision,
        closing: Some(closing),
        signature: sent.signature,
        drawn: match sent.drawn.is_empty() {
            true => String::new(),
            false => serde_json::to_string(&sent.drawn).map_err(app::Error::bug)?,
        },
        consent: sent.consent,
        unchanged: sent.unchanged,
    };
    v.web().app().execute(v.actor(), case).await?;
    Ok(())
}
