//! Accounts and roles: the system administrator makes and closes, the security administrator grants. Two pages,
//! two people.

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::pages::slips::{Printed, PrintedPage, base};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::accounts::{AccountLine, CloseAccount, ListAccounts, MakeAccount, RESET_DAYS, ResetAccount};
use app::roles::{GrantProposed, GrantRole, Granted, ListGrants, RevokeRole};
use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use domain::access::Permission::{GrantRoles, ManageAccounts};
use domain::access::Role;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/accounts", Gate::Holds(ManageAccounts), accounts),
        Route::post("/accounts", Gate::Holds(ManageAccounts), make),
        Route::post("/accounts/{id}/close", Gate::Holds(ManageAccounts), close),
        Route::post("/accounts/{id}/reset", Gate::Holds(ManageAccounts), reset),
        Route::get("/roles", Gate::Holds(GrantRoles), roles),
        Route::post("/roles", Gate::Holds(GrantRoles), grant),
        Route::post("/roles/proposed", Gate::Holds(GrantRoles), grant_proposed),
        Route::post("/roles/{id}/revoke", Gate::Holds(GrantRoles), revoke),
    ]
}

#[derive(Template)]
#[template(path = "accounts/list.html")]
struct AccountsPage {
    v: Visit,
    f: Form,
    lines: Vec<AccountLine>,
    next: String,
}

async fn show_accounts(v: Visit, f: Form) -> Answer {
    let case = ListAccounts {
        text: v.query("q").trim().to_owned(),
        after: v.query("after").to_owned(),
    };
    let (lines, more) = v.web().app().query(v.actor(), case).await?;
    let next = match lines.last() {
        Some(last) if more => v.with("after", &last.account.login),
        _ => String::new(),
    };
    let status = if f.wrong() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    page_with(status, &AccountsPage { lines, next, f, v })
}

async fn accounts(v: Visit) -> Answer {
    show_accounts(v, Form::default()).await
}

/// The page that shows one new code, once.
fn one_slip(v: Visit, headers: &HeaderMap, name: &str, login: &str, code: &str) -> Answer {
    let slips = vec![Printed::new(
        &v,
        &base(&v, headers),
        String::new(),
        name,
        login,
        code,
    )?];
    let ends = v.web().app().clock().now() + RESET_DAYS * 24 * 60 * 60 * 1_000_000;
    let (title, until) = (v.t("accounts.code").to_owned(), v.day_of(ends));
    page(&PrintedPage {
        title,
        slips,
        withheld: Vec::new(),
        until,
        back: "/accounts".to_owned(),
        v,
    })
}

async fn make(v: Visit, headers: HeaderMap, fields: Fields) -> Answer {
    let (login, name) = (fields.trimmed("login"), fields.trimmed("name"));
    let case = MakeAccount {
        login: login.clone(),
        name: name.clone(),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok((_, code)) => one_slip(v, &headers, &name, &login, &code.to_string()),
        Err(error) => {
            let problems = mendable(error)?;
            show_accounts(v, Form::mend(fields, problems)).await
        }
    }
}

async fn close(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = CloseAccount {
        account: id,
        closed: fields.get("open") != "1",
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(()) => Ok(see_other("/accounts?said=saved")),
        Err(error) => {
            let problems = mendable(error)?;
            show_accounts(v, Form::mend(fields, problems)).await
        }
    }
}

async fn reset(v: Visit, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Answer {
    match v
        .web()
        .app()
        .execute(v.actor(), ResetAccount { account: id })
        .await
    {
        Ok((account, code)) => one_slip(v, &headers, &account.name, &account.login, &code.to_string()),
        Err(error) => {
            let problems = mendable(error)?;
            show_accounts(v, Form::mend(fields, problems)).await
        }
    }
}

#[derive(Template)]
#[template(path = "accounts/roles.html")]
struct RolesPage {
    v: Visit,
    f: Form,
    granted: Granted,
    roles: Vec<(String, String)>,
    units: Vec<(String, String)>,
}

async fn show_roles(v: Visit, f: Form) -> Answer {
    let granted = v.web().app().query(v.actor(), ListGrants).await?;
    let roles = Role::ALL.iter().filter(|r| **r != Role::Participant);
    let roles = roles
        .map(|r| (r.name().to_owned(), v.t_of("role", r.name())))
        .collect();
    let mut units = vec![(String::new(), v.t("roles.whole").to_owned())];
    units.extend(granted.units.iter().map(|u| (u.id.clone(), u.name.clone())));
    let status = if f.wrong() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    page_with(
        status,
        &RolesPage {
            granted,
            roles,
            units,
            f,
            v,
        },
    )
}

async fn roles(v: Visit) -> Answer {
    let f = Form::fresh(&[("login", v.query("login"))]);
    show_roles(v, f).await
}

async fn grant(v: Visit, fields: Fields) -> Answer {
    let text = |name| fields.get(name).to_owned();
    let case = GrantRole {
        login: text("login"),
        role: text("role"),
        unit: text("unit"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other("/roles?said=saved")),
        Err(error) => {
            let problems = mendable(error)?;
            show_roles(v, Form::mend(fields, problems)).await
        }
    }
}

async fn grant_proposed(v: Visit, _: Fields) -> Answer {
    v.web().app().execute(v.actor(), GrantProposed).await?;
    Ok(see_other("/roles?said=saved"))
}

async fn revoke(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    match v.web().app().execute(v.actor(), RevokeRole { grant: id }).await {
        Ok(_) => Ok(see_other("/roles?said=saved")),
        Err(error) => {
            let problems = mendable(error)?;
            show_roles(v, Form::mend(fields, problems)).await
        }
    }
}
