//! The evidence package of a campaign, taken away in one act: it is written while it is downloaded, so that nothing
//! waits and nothing lies about.

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, download, page_with};
use crate::visit::Visit;
use app::App;
use app::package::{ExportPackage, FindProspect, Outline, Prospect, ReadOutline, ZipShelf, write};
use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use bytes::Bytes;
use domain::access::Permission;
use domain::archive::{Plan, Series};
use domain::problem::{Problem, ProblemKind};
use http_body::Frame;
use lang::Lang;
use std::io::{self, Write};
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// One package at a time: typesetting every form keeps a core busy, and the other pages are read meanwhile.
static PRESS: LazyLock<std::sync::Arc<Semaphore>> = LazyLock::new(|| std::sync::Arc::new(Semaphore::new(1)));

/// How many bytes travel in one piece.
const PIECE: usize = 1 << 16;

pub(crate) fn routes() -> Vec<Route> {
    let takes = Gate::Holds(Permission::ExportPackage);
    vec![
        Route::get("/documents/package", takes, show),
        Route::post("/documents/package", takes, take),
    ]
}

#[derive(Template)]
#[template(path = "notice/package.html")]
struct PackagePage {
    v: Visit,
    f: Form,
    prospect: Prospect,
}

impl PackagePage {
    /// Every sort of paper with how long it is kept.
    fn series(&self) -> Vec<(&'static str, &'static str)> {
        let Some((campaign, _)) = &self.prospect.chosen else {
            return Vec::new();
        };
        let plan = Plan::of(&campaign.template);
        let row = |s: Series| (s.name(), plan.retention(s).name());
        Series::ALL.into_iter().map(row).collect()
    }

    /// How long it takes, in words.
    fn time(&self, forms: usize) -> String {
        let seconds = app::package::seconds(forms);
        match seconds {
            0..90 => self.v.t1("package.seconds", "n", seconds),
            _ => self.v.t1("package.minutes", "n", seconds.div_ceil(60)),
        }
    }

    /// Names of the keys.
    fn keys(&self) -> String {
        let keys = &self.prospect.keys;
        let shown: Vec<_> = keys
            .iter()
            .map(|(a, id)| format!("{} {id}", a.to_uppercase()))
            .collect();
        shown.join(self.v.t("list.separator"))
    }
}

async fn with(v: Visit, f: Form, campaign: String) -> Answer {
    let status = match f.problems().first() {
        Some(problem) => crate::respond::status(&problem.kind),
        None => StatusCode::OK,
    };
    let prospect = v.web().app().query(v.actor(), FindProspect { campaign }).await?;
    page_with(status, &PackagePage { f, prospect, v })
}

async fn show(v: Visit) -> Answer {
    let campaign = v.query("campaign").to_owned();
    with(v, Form::default(), campaign).await
}

async fn begin(v: &Visit, campaign: &str) -> app::Result<Outline> {
    let app = v.web().app();
    let campaign = campaign.to_owned();
    let campaign = app.execute(v.actor(), ExportPackage { campaign }).await?;
    // The entry of this very act stands in the extract.
    app::sequencer::chain_audit(app).await?;
    app.query(v.actor(), ReadOutline { campaign }).await
}

async fn take(v: Visit, fields: Fields) -> Answer {
    let campaign = fields.trimmed("campaign");
    let free = PRESS.clone().try_acquire_owned();
    let busy = || Problem::new(ProblemKind::TooMany(Some(60)), "problem.package.busy");
    let begun = match free {
        Ok(permit) => begin(&v, &campaign).await.map(|outline| (permit, outline)),
        Err(_) => Err(busy().into()),
    };
    let (permit, outline) = match begun {
        Ok(begun) => begun,
        Err(error) => {
            let problems = mendable(error)?;
            return with(v, Form::mend(fields, problems), campaign).await;
        }
    };
    let args: [(&str, &dyn std::fmt::Display); 2] =
        [("house", &v.house().short_name), ("year", &outline.year)];
    let stem = app::names::safe(&lang::fill(v.lang(), "package.file_stem", &args), "package");
    let (to, from) = channel(4);
    let work = deliver(v.web().app().clone(), v.lang(), outline, stem.clone(), to, permit);
    tokio::spawn(work);
    Ok(download(
        &format!("{stem}.zip"),
        "application/zip",
        Body::new(Download(from)),
    ))
}

/// Writes the ZIP into the answer. What goes wrong now can only cut it short: a ZIP without its end opens nowhere.
async fn deliver(
    app: App,
    lang: Lang,
    outline: Outline,
    top: String,
    to: Sender<io::Result<Bytes>>,
    permit: OwnedSemaphorePermit,
) {
    let pipe = Pipe {
        to: to.clone(),
        kept: Vec::with_capacity(PIECE),
    };
    let written = write(&app, lang, outline, 1, ZipShelf::new(pipe, &top), |_| {}).await;
    drop(permit);
    if let Err(error) = written {
        tracing::error!(%error, "an evidence package was not finished");
        let _ = to.send(Err(io::Error::other("not finished"))).await;
    }
}

/// What is written here leaves with the answer.
struct Pipe {
    to: Sender<io::Result<Bytes>>,
    kept: Vec<u8>,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.kept.extend_from_slice(bytes);
        if self.kept.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = Bytes::from(std::mem::take(&mut self.kept));
        if piece.is_empty() {
            return Ok(());
        }
        // Whoever asked has gone away: nothing more is made for him.
        self.to
            .blocking_send(Ok(piece))
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// The body of the answer.
struct Download(Receiver<io::Result<Bytes>>);

impl http_body::Body for Download {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let next = self.0.poll_recv(cx);
        next.map(|piece| piece.map(|bytes| bytes.map(Frame::data)))
    }
}
