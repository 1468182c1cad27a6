//! Evidence: cleaned, kept under its hash, and opened only by those whose matter it is.

use crate::App;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Permission, Scope, may};
use domain::attachment::{MediaType, check_whole, clean};
use domain::problem::{Problem, ProblemKind};
use store::Tx;
pub use store::attachment::File;
use store::attachment::{self as rows};

/// A file whose bytes are kept already and that no row speaks of yet.
#[derive(Clone, Debug)]
pub struct Attachment {
    sha256: String,
    name: String,
    media_type: MediaType,
    size: i64,
}

impl Attachment {
    /// Name of its bytes, and what they are.
    pub(crate) fn bytes(&self) -> (&str, MediaType) {
        (&self.sha256, self.media_type)
    }

    /// The same file under another name; an empty one changes nothing.
    pub(crate) fn named(mut self, stem: &str) -> Attachment {
        if !stem.is_empty() {
            self.name = format!("{}{}", stem_of(stem), self.media_type.ending());
        }
        self
    }
}

/// A sign that shows nothing, or turns round what stands behind it: an ending would be read for another.
fn unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A title as the name of a file: no sign that parts folders, none that cannot be seen, of bounded length.
pub(crate) fn stem_of(title: &str) -> String {
    let parts = |c: char| if matches!(c, '/' | '\\') { '-' } else { c };
    let kept = title.chars().filter(|c| !unseen(*c)).map(parts);
    kept.take(NAME_MAX).collect::<String>().trim().to_owned()
}

/// What a file belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// `progress`, `inspection`, `rectification`, `stamped` or `seal`.
    pub kind: &'static str,
    /// The pledge it is about; empty for a symposium.
    pub pledge: &'a str,
    /// The branch.
    pub unit: &'a str,
}

/// The kind of subject of a picture of a seal: whoever saw it could set it on any paper.
pub(crate) const SEAL: &str = "seal";

/// Longest file name kept, in characters.
const NAME_MAX: usize = 120;

/// Cleans an upload and keeps its bytes, before the act that will speak of them.
///
/// # Errors
/// Refusals of [`clean`] and [`check_whole`]; a disk that is full.
pub async fn keep(app: &App, field: &str, name: &str, bytes: &[u8]) -> Result<Attachment> {
    let (media_type, bytes) = clean(field, bytes)?;
    check_whole(field, media_type, &bytes)?;
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let files = app.files().clone();
    let kept = tokio::task::spawn_blocking(move || files.put(&bytes))
        .await
        .map_err(Error::bug)?;
    let sha256 = kept.map_err(|why| Error::disk(&why))?;
    Ok(Attachment {
        sha256,
        name: file_name(name, media_type),
        media_type,
        size,
    })
}

/// The last part of a name, without control characters, ending as its content says.
fn file_name(name: &str, media_type: MediaType) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let stem: String = stem.chars().filter(|c| !unseen(*c)).take(NAME_MAX).collect();
    let stem = if stem.trim().is_empty() {
        "file"
    } else {
        stem.trim()
    };
    format!("{stem}{}", media_type.ending())
}

/// Writes the row of a kept file.
pub(crate) async fn attach(
    ctx: &Ctx,
    tx: &mut Tx,
    attachment: Option<&Attachment>,
    subject: Subject<'_>,
) -> Result<Option<String>> {
    let Some(a) = attachment else {
        return Ok(None);
    };
    let file = File {
        id: ctx.id(),
        sha256: a.sha256.clone(),
        name: a.name.clone(),
        media_type: a.media_type.name().to_owned(),
        size: a.size,
        subject_kind: subject.kind.to_owned(),
        subject_id: subject.pledge.to_owned(),
        unit_id: subject.unit.to_owned(),
        added_by: ctx.actor.account.clone(),
        added_at: ctx.now,
    };
    rows::add(tx, &ctx.organization, &file).await?;
    Ok(Some(file.id))
}

/// A file as it is handed out.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Name with its ending.
    pub name: String,
    /// What it is.
    pub media_type: MediaType,
    /// The bytes.
    pub bytes: Vec<u8>,
}

struct FindFile(String);

impl Query for FindFile {
    type Out = File;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<File> {
        let missing = || Problem::not_found("problem.not_found");
        let org = &ctx.organization;
        let file = rows::by_id(tx, org, &self.0).await?.ok_or_else(missing)?;
        if file.subject_kind == SEAL {
            let keeps = may(&ctx.actor, Permission::KeepSeals, Scope::Organization);
            return if keeps { Ok(file) } else { Err(missing().into()) };
        }
        let mut allowed = file.added_by == ctx.actor.account
            || may(&ctx.actor, Permission::ViewWorkbench, Scope::Unit(&file.unit_id));
        if !allowed && let Some(pledge) = store::pledge::by_id(tx, org, &file.subject_id).await? {
            allowed = pledge.person_id.is_some() && pledge.person_id == ctx.actor.person;
        }
        // Whoever may not open it is not told that it is there.
        if allowed { Ok(file) } else { Err(missing().into()) }
    }
}

/// Opens a file for somebody whose matter it is: who added it, who sees the branch's workbench, the pledger.
///
/// # Errors
/// `problem.not_found` for everybody else.
pub async fn open(app: &App, actor: &domain::access::Actor, id: &str) -> Result<Opened> {
    let file = app.query(actor, FindFile(id.to_owned())).await?;
    bytes_of(app, file).await
}

/// Reads the bytes of a file that may be opened.
pub(crate) async fn bytes_of(app: &App, file: File) -> Result<Opened> {
    let files = app.files().clone();
    let sha256 = file.sha256.clone();
    let bytes = tokio::task::spawn_blocking(move || files.get(&sha256))
        .await
        .map_err(Error::bug)?;
    let bytes = bytes.map_err(|_| Problem::new(ProblemKind::Gone, "problem.attachment.gone"))?;
    let media_type =
        MediaType::from_name(&file.media_type).ok_or_else(|| Error::bug("a type of file nobody keeps"))?;
    Ok(Opened {
        name: file.name,
        media_type,
        bytes,
    })
}
