//! What the back office costs: five hundred people who write at the same time, and a reviewer's queue.

use super::{Figure, Server, answer_whole, ask, cpu, start};
use crate::exit::{Exit, text};
use crate::open;
use app::case::App;
use app::demo::{Demo, Holder, Plan, SlipFor, Step};
use app::pledge::{Desk, Edit, OpenDesk, SaveDraft, StartPledge, SubmitPledge, TypedItem};
use app::{Clock, Config};
use domain::access::{Actor, Role};
use domain::campaign::template::ModelSentence;
use domain::pledge::sentence::{Piece, pieces};
use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// People who write at the same time, and how often each saves.
const WRITERS: usize = 500;
const SAVES: usize = 3;
/// Seconds between two saves of one of them.
const PAUSE: Duration = Duration::from_secs(5);
/// Pledges in the queue.
const WAITING: usize = 40;
/// Times the queue is asked for.
const LOOKS: usize = 100;

/// Somebody signed in.
struct Seat {
    cookie: String,
    csrf: String,
    kind: String,
}

/// Measures saving and the queue on a hospital of its own.
///
/// # Errors
/// A server that does not start or answer.
pub(super) async fn figures(folder: &Path) -> Result<Vec<Figure>, Exit> {
    let (writers, reviewer) = prepare(folder).await?;
    let server = start(folder).await?;
    let look = request("GET", "/review", &reviewer, "", "text/html");
    ask(&server, std::slice::from_ref(&look), 2).await?;
    let before = cpu(&server)?;
    ask(&server, &[look], LOOKS).await?;
    let queue = (cpu(&server)? - before) * 1000.0 / LOOKS as f64;
    let before = cpu(&server)?;
    let mut waits = write_together(&server, writers).await?;
    let saving = (cpu(&server)? - before) * 1000.0 / waits.len().max(1) as f64;
    waits.sort();
    let at = |share: f64| {
        let place = ((waits.len() as f64 * share) as usize).min(waits.len().saturating_sub(1));
        waits.get(place).map_or(0.0, |w| w.as_secs_f64() * 1000.0)
    };
    let figure = |name, value, unit| Figure { name, value, unit };
    Ok(vec![
        figure("bench.queue", queue, "CPU ms"),
        figure("bench.save", saving, "CPU ms"),
        figure("bench.save_half", at(0.5), "ms"),
        figure("bench.save_most", at(0.99), "ms"),
    ])
}

async fn prepare(folder: &Path) -> Result<(Vec<Seat>, Seat), Exit> {
    let config = Config {
        data: folder.to_owned(),
        demo: true,
        ..Config::default()
    };
    let db = open::database(&config).await?;
    let plan = Plan {
        step: Step::Propose,
        original: false,
        people: 1200,
        seed: 2010,
        now: Clock::System.now(),
    };
    let demo = app::demo::begin_campaign(db, config, plan).await?;
    let branch = demo.branches.first().ok_or_else(|| Exit::failed(&"no branch"))?;
    let here = |unit: Option<&str>| unit == Some(branch.id.as_str());
    let plain: Vec<&Holder> = demo
        .accounts
        .iter()
        .filter(|h| h.role == Role::Participant)
        .collect();
    let (mut near, mut far) = (Vec::new(), Vec::new());
    for holder in plain {
        let person = demo.people.iter().find(|p| Some(&p.id) == holder.person.as_ref());
        match person.filter(|p| !p.leading_cadre) {
            Some(person) if here(Some(&person.unit_id)) => near.push(holder),
            Some(_) => far.push(holder),
            None => {}
        }
    }
    let secretary = demo
        .accounts
        .iter()
        .find(|h| h.role == Role::BranchSecretary && here(h.unit.as_deref()));
    let secretary = secretary.ok_or_else(|| Exit::failed(&"no secretary"))?;
    near.retain(|h| h.account != secretary.account);
    for (n, holder) in near.into_iter().take(WAITING).enumerate() {
        hand_in(&demo, holder, n).await?;
    }
    let mut writers = Vec::with_capacity(WRITERS);
    for holder in far.into_iter().take(WRITERS) {
        let (mut seat, actor) = sit(&demo.app, holder).await?;
        begin(&demo.app, &actor).await?;
        seat.kind = last_kind(&demo.app, &actor).await?;
        writers.push(seat);
    }
    let (reviewer, _) = sit(&demo.app, secretary).await?;
    Ok((writers, reviewer))
}

async fn sit(app: &App, holder: &Holder) -> Result<(Seat, Actor), Exit> {
    let code = app
        .execute(&Actor::machine(), SlipFor(holder.account.clone()))
        .await?;
    let slip = app::account::SignInBySlip { code, hours: 12 };
    let opened = app.execute(&Actor::public(), slip).await?;
    let session = app::account::session(app, &opened.token).await?;
    let session = session.ok_or_else(|| Exit::failed(&"no session"))?;
    let seat = Seat {
        cookie: format!("jiannuo={}", opened.token),
        csrf: session.csrf.clone(),
        kind: String::new(),
    };
    Ok((seat, session.actor))
}

async fn begin(app: &App, actor: &Actor) -> Result<String, Exit> {
    let start = StartPledge {
        desk: Desk::Own,
        reason: String::new(),
    };
    Ok(app.execute(actor, start).await?.id)
}

/// The last kind this person may promise.
async fn last_kind(app: &App, actor: &Actor) -> Result<String, Exit> {
    let view = app.query(actor, OpenDesk { desk: Desk::Own }).await?;
    let kinds = view.campaign.kinds_for(view.audience);
    Ok(kinds.last().map(|k| k.key.clone()).unwrap_or_default())
}

/// The n-th promise of a kind: a model sentence of the campaign, its places filled.
fn promise(sentences: &[ModelSentence], kind: &str, n: usize) -> String {
    let fitting: Vec<&ModelSentence> = sentences.iter().filter(|s| s.kind == kind).collect();
    let Some(sentence) = fitting.get(n % fitting.len().max(1)) else {
        return text("bench.words").replace("{n}", &(n + 20).to_string());
    };
    let filled = pieces(&sentence.text.zh)
        .into_iter()
        .enumerate()
        .map(|(at, piece)| match piece {
            Piece::Words(words) => words,
            Piece::Place(place) => format!("{place}{}", n * 7 + at + 2),
        });
    filled.collect()
}

/// Hands in the n-th pledge: one item of each kind that is asked for.
async fn hand_in(demo: &Demo, holder: &Holder, n: usize) -> Result<(), Exit> {
    let app = &demo.app;
    let (_, actor) = sit(app, holder).await?;
    let pledge = begin(app, &actor).await?;
    let view = app.query(&actor, OpenDesk { desk: Desk::Own }).await?;
    let due = domain::time::add_days(demo.today, 60).to_string();
    let sentences = &view.campaign.template.sentences;
    let item = |kind: &str| TypedItem {
        kind: kind.to_owned(),
        content: promise(sentences, kind, n),
        due_date: due.clone(),
        ..TypedItem::default()
    };
    let kinds = view.campaign.kinds_for(view.audience);
    let items = kinds.iter().map(|k| item(&k.key)).collect();
    let channels = view.campaign.channels().iter().map(|c| c.key.clone()).collect();
    let save = SaveDraft {
        pledge: pledge.clone(),
        revision: view.filed.map_or(0, |f| f.row.revision),
        edit: Edit::Items(items),
    };
    let saved = app.execute(&actor, save).await?;
    let submit = SubmitPledge {
        pledge,
        revision: saved.revision,
        closing: Some(Edit::Closing {
            due_typed: String::new(),
            pledged_typed: String::new(),
            channels,
        }),
        signature: actor.name.clone(),
        drawn: String::new(),
        consent: true,
        unchanged: false,
    };
    app.execute(&actor, submit).await?;
    Ok(())
}

fn request(method: &str, path: &str, seat: &Seat, body: &str, accept: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: bench\r\nCookie: {}\r\nAccept: {accept}\r\nAccept-Language: zh-CN\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        seat.cookie,
        body.len()
    )
    .into_bytes()
}

/// Everybody saves every few seconds, each begun at a moment of his own; gives how long each save took.
async fn write_together(server: &Server, writers: Vec<Seat>) -> Result<Vec<Duration>, Exit> {
    let apart = PAUSE / u32::try_from(writers.len().max(1)).unwrap_or(1);
    let mut tasks = Vec::new();
    for (n, seat) in writers.into_iter().enumerate() {
        let address = server.address.clone();
        let first = apart * u32::try_from(n).unwrap_or(0);
        tasks.push(tokio::spawn(write_on(address, seat, first)));
    }
    let mut waits = Vec::new();
    for task in tasks {
        waits.extend(task.await.map_err(|e| Exit::failed(&e))??);
    }
    Ok(waits)
}

/// What the form sends when it saves by itself: the first time without a revision, as the page did not show one. The
/// advice on these words came before, with the request after the last key.
fn typed(seat: &Seat, item: &str, revision: &str, n: usize) -> String {
    let words = text("bench.words").replace("{n}", &(n + 20).to_string());
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs([("csrf", seat.csrf.as_str()), ("item", item)]);
    form.extend_pairs([("sentence", "own"), ("own", words.as_str()), ("advised", "1")]);
    if !revision.is_empty() {
        form.append_pair("revision", revision);
    }
    form.finish()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stopwatch for the report; no act reads it"
)]
async fn write_on(address: String, seat: Seat, first: Duration) -> std::io::Result<Vec<Duration>> {
    let mut socket = TcpStream::connect(&address).await?;
    let (mut item, mut revision) = (String::new(), String::new());
    let mut waits = Vec::new();
    tokio::time::sleep(first).await;
    for n in 0..SAVES {
        let body = typed(&seat, &item, &revision, n);
        let path = format!("/my-pledge/write/{}", seat.kind);
        let asked = request("POST", &path, &seat, &body, "application/json");
        let begun = std::time::Instant::now();
        socket.write_all(&asked).await?;
        let (status, told) = answer_whole(&mut socket).await?;
        waits.push(begun.elapsed());
        let told: serde_json::Value = serde_json::from_slice(&told).unwrap_or_default();
        if status >= 400 {
            return Err(std::io::Error::other(format!("{status}: {told}")));
        }
        item = told["item"].as_str().unwrap_or("").to_owned();
        revision = told["revision"].to_string();
        tokio::time::sleep(PAUSE).await;
    }
    Ok(waits)
}
