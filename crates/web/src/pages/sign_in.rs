//! Screen 13: getting in by slip or password, and out; the own account.

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::{Sent, Visit, cookie_name, form_pairs};
use app::account::{self, Opened, OwnAccount, SignInBySlip, SignOut};
use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, Method, StatusCode, header};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/sign-in", Gate::Fresh, show),
        Route::post("/sign-in", Gate::Fresh, by_password),
        Route::get("/sign-in/slip", Gate::Fresh, back),
        Route::post("/sign-in/slip", Gate::Fresh, by_slip),
        Route::get("/s/{code}", Gate::Fresh, link),
        Route::post("/sign-out", Gate::SignedIn, out),
        Route::get("/me", Gate::SignedIn, me),
        Route::post("/me/password", Gate::SignedIn, set_password),
    ]
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    v: Visit,
    f: Form,
}

#[derive(Template)]
#[template(path = "slip.html")]
struct SlipPage {
    v: Visit,
    code: String,
}

#[derive(Template)]
#[template(path = "me.html")]
struct MePage {
    v: Visit,
    f: Form,
    has_password: bool,
    /// What to type when signing in by password.
    login: String,
}

/// Only a path of this site is followed after signing in (WB-04).
fn safe_next(next: &str) -> &str {
    let plain = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r', ':']);
    if plain { next } else { "/work" }
}

/// Who opens the address of a refused slip again comes to the form.
async fn back() -> Answer {
    Ok(see_other("/sign-in"))
}

async fn show(v: Visit) -> Answer {
    let f = Form::fresh(&[("next", v.query("next"))]);
    page(&SignInPage { f, v })
}

/// A link on a slip opens a page with one button: a link that is only looked at by a messenger's preview must
/// not use the slip up, and no state is changed by GET. The invented people of the demo come in at once: their
/// links are printed into a terminal and sent to nobody.
async fn link(v: Visit, method: Method, Path(code): Path<String>) -> Answer {
    if v.web().app().config().demo && method == Method::GET {
        return by_code(v, &Fields::of([("code".to_owned(), code)].into())).await;
    }
    page(&SlipPage { v, code })
}

/// The page of signing in, with what somebody wrote while his session ended: it is there again afterwards.
///
/// # Errors
/// A mistake in the template.
pub(crate) fn with_kept(v: &Visit, sent: &Sent) -> Answer {
    let f = Form::fresh(&[("next", v.path()), ("kept", &sent.encoded())]);
    page_with(StatusCode::UNAUTHORIZED, &SignInPage { v: v.clone(), f })
}

#[derive(Template)]
#[template(path = "again.html")]
struct AgainPage<'a> {
    v: &'a Visit,
    to: &'a str,
    csrf: &'a str,
    /// Who has signed in: on a shared computer it may be somebody else than the writer.
    name: &'a str,
    sent: Sent,
}

/// In, and on to where he wanted to go; what he had sent before is shown and goes there with one press.
fn enter(v: &Visit, opened: &Opened, next: &str, kept: &str) -> Answer {
    let secure = if v.web().app().config().secure() {
        "; Secure"
    } else {
        ""
    };
    let cookie = format!(
        "{}={}; Path=/; HttpOnly; SameSite=Lax{secure}",
        cookie_name(v.web()),
        opened.token
    );
    let mut answer = match kept {
        "" => see_other(safe_next(next)),
        _ => page(&AgainPage {
            v,
            to: safe_next(next),
            csrf: &opened.csrf,
            name: &opened.name,
            sent: Sent {
                texts: form_pairs(kept.as_bytes()),
                files: false,
            },
        })?,
    };
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        answer.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(answer)
}

async fn by_password(v: Visit, fields: Fields) -> Answer {
    match account::sign_in(v.web().app(), fields.get("login"), fields.get("password")).await {
        Ok(opened) => enter(&v, &opened, fields.get("next"), fields.get("kept")),
        Err(error) => again(v, &fields, error),
    }
}

async fn by_slip(v: Visit, fields: Fields) -> Answer {
    by_code(v, &fields).await
}

async fn by_code(v: Visit, fields: &Fields) -> Answer {
    let app = v.web().app();
    let case = SignInBySlip {
        code: fields.get("code").to_owned(),
        hours: app.config().session_hours,
    };
    match app.execute(v.actor(), case).await {
        Ok(opened) => {
            let (next, kept) = match opened.purpose.as_str() {
                "set_up" | "reset" => ("/me", ""),
                _ => (fields.get("next"), fields.get("kept")),
            };
            enter(&v, &opened, next, kept)
        }
        Err(error) => again(v, fields, error),
    }
}

fn again(v: Visit, fields: &Fields, error: app::Error) -> Answer {
    let problems = mendable(error)?;
    let status = problems.0.first().map_or(StatusCode::UNPROCESSABLE_ENTITY, |p| {
        crate::respond::status(&p.kind)
    });
    // The password is not sent back; everything else typed is.
    let kept = [
        ("login", fields.get("login")),
        ("code", fields.get("code")),
        ("next", fields.get("next")),
        ("kept", fields.get("kept")),
    ];
    let texts = kept
        .iter()
        .map(|(n, t)| ((*n).to_owned(), (*t).to_owned()))
        .collect();
    page_with(
        status,
        &SignInPage {
            v,
            f: Form::mend(Fields::of(texts), problems),
        },
    )
}

async fn out(v: Visit, fields: Fields) -> Answer {
    if let Some(user) = v.user() {
        let case = SignOut {
            token_hash: user.token_hash.clone(),
            everywhere: fields.has("everywhere"),
        };
        v.web().app().execute(v.actor(), case).await?;
    }
    let mut answer = see_other("/");
    let cookie = format!("{}=; Path=/; Max-Age=0", cookie_name(v.web()));
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        answer.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(answer)
}

async fn me(v: Visit) -> Answer {
    let account = v.web().app().query(v.actor(), OwnAccount).await?;
    page(&MePage {
        f: Form::default(),
        has_password: account.password_hash.is_some(),
        login: account.login,
        v,
    })
}

async fn set_password(v: Visit, fields: Fields) -> Answer {
    let app = v.web().app();
    match account::set_password(app, v.actor(), fields.get("old_password"), fields.get("password")).await {
        // Every session ended, this one too: the new password is used at once.
        Ok(()) => Ok(see_other("/sign-in")),
        Err(error) => {
            let problems = mendable(error)?;
            let account = app.query(v.actor(), OwnAccount).await?;
            let f = Form::mend(Fields::default(), problems);
            let page = MePage {
                f,
                has_password: account.password_hash.is_some(),
                login: account.login,
                v,
            };
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}
