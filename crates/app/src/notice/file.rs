//! Files of a notice: what it rests on, and what goes with it, for everybody to take away once it is published (N1).

use super::{Notice, find, rules};
use crate::App;
use crate::attachment::{Attachment, Opened, Subject, attach, bytes_of};
use crate::campaign;
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Actor, Permission, Scope};
use domain::campaign::template::Basis;
use domain::problem::Problem;
use domain::text::{TextRule, check_text};
use store::Tx;
use store::attachment::{self as files, File};

/// The kind of subject of a file that goes with a notice.
pub(crate) const ENCLOSED: &str = "notice";
/// The kind of subject of a basis document.
const BASIS: &str = "notice_basis";
/// The kind of subject of a file that was taken off a draft again.
const TAKEN_OFF: &str = "notice_off";
/// Longest name to show, in characters.
const TITLE_MAX: usize = 100;
/// Files of one notice at most.
pub const NOTICE_FILES_MAX: usize = 20;

/// The files of a notice.
#[derive(Clone, Debug, Default)]
pub struct NoticeFiles {
    /// By the place of the document they are among the basis documents of the campaign.
    pub basis: Vec<(usize, File)>,
    /// What goes with it.
    pub enclosed: Vec<File>,
}

impl NoticeFiles {
    /// All of them: basis documents first.
    pub fn all(&self) -> impl Iterator<Item = &File> {
        self.basis.iter().map(|(_, file)| file).chain(&self.enclosed)
    }

    /// The file of the basis document at a place.
    pub fn of_basis(&self, at: usize) -> Option<&File> {
        self.basis
            .iter()
            .find(|(place, _)| *place == at)
            .map(|(_, file)| file)
    }
}

/// What the file of a basis document is called.
fn basis_name(basis: &Basis) -> String {
    let (title, number) = (basis.title.get(lang::Lang::Zh), basis.number.as_str());
    [title, number].join(" ").trim().to_owned()
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Reads the files of a notice, those of the same basis document the last one only.
pub(crate) async fn of_notice(ctx: &Ctx, tx: &mut Tx, notice: &str, basis: &[Basis]) -> Result<NoticeFiles> {
    let org = &ctx.organization;
    let mut found = NoticeFiles {
        basis: Vec::new(),
        enclosed: files::of_subject(tx, org, ENCLOSED, notice).await?,
    };
    let mut of_basis = files::of_subject(tx, org, BASIS, notice).await?;
    of_basis.reverse();
    for (at, one) in basis.iter().enumerate() {
        let name = crate::attachment::stem_of(&basis_name(one));
        let file = of_basis.iter().find(|file| stem(&file.name) == name);
        found.basis.extend(file.map(|file| (at, file.clone())));
    }
    Ok(found)
}

async fn draft(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<Notice> {
    ctx.require(Permission::WriteNotice, Scope::Organization)?;
    let notice = find(ctx, tx, id).await?;
    rules::publish(notice.published_at, None, ctx.now, ctx.today)?;
    Ok(notice)
}

/// Puts a file beside a draft. Once it is published nothing of it changes any more.
pub struct AttachToNotice {
    /// The document.
    pub id: String,
    /// The place of the basis document it is; `None` for what goes with the notice.
    pub basis: Option<usize>,
    /// What readers see instead of the name of the file; empty for that name. A basis document has its own.
    pub title: String,
    /// The file, [kept](crate::attachment::keep) already.
    pub file: Option<Attachment>,
}

impl UseCase for AttachToNotice {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::WriteNotice)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let notice = draft(ctx, tx, &self.id).await?;
        check_text("file_title", &self.title, TextRule::line(TITLE_MAX).optional())?;
        let file = self.file.clone();
        let file = file.ok_or_else(|| Problem::invalid("document.no_file").on("file"))?;
        let running = campaign::by_id(ctx, tx, &notice.campaign_id).await?;
        let basis = &running.template.basis;
        let lying = of_notice(ctx, tx, &notice.id, basis).await?;
        if lying.all().count() >= NOTICE_FILES_MAX {
            let many = Problem::conflict("document.too_many_files").on("file");
            return Err(many.with("most", NOTICE_FILES_MAX).into());
        }
        let named = match self.basis {
            Some(at) => {
                let one = basis.get(at);
                basis_name(one.ok_or_else(|| Problem::invalid("document.no_basis").on("basis"))?)
            }
            None => self.title.trim().to_owned(),
        };
        let of = Subject {
            kind: if self.basis.is_some() { BASIS } else { ENCLOSED },
            pledge: &notice.id,
            unit: "",
        };
        attach(ctx, tx, Some(&file.named(&named)), of).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        let sha256 = self.file.as_ref().map_or("", |file| file.bytes().0);
        Event::new("notice.attach", "notice", &self.id).with(serde_json::json!({ "sha256": sha256 }))
    }
}

/// Takes a file off a draft; its bytes stay as long as everything does.
pub struct DetachFromNotice {
    /// The document.
    pub id: String,
    /// The file.
    pub file: String,
}

impl UseCase for DetachFromNotice {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::WriteNotice)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let notice = draft(ctx, tx, &self.id).await?;
        let file = files::by_id(tx, &ctx.organization, &self.file).await?;
        let file = file
            .filter(|f| f.subject_id == notice.id && [ENCLOSED, BASIS].contains(&f.subject_kind.as_str()));
        let file = file.ok_or_else(|| Problem::not_found("problem.not_found"))?;
        files::now_of(tx, &ctx.organization, &file.id, TAKEN_OFF).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("notice.detach", "notice", &self.id).with(serde_json::json!({ "file": self.file }))
    }
}

struct FindPublished {
    id: String,
    file: String,
}

impl Query for FindPublished {
    type Out = File;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<File> {
        let missing = || Problem::not_found("problem.not_found");
        let notice = find(ctx, tx, &self.id).await?;
        let file = files::by_id(tx, &ctx.organization, &self.file).await?;
        let file = file
            .filter(|f| f.subject_id == notice.id && [ENCLOSED, BASIS].contains(&f.subject_kind.as_str()));
        let writes = domain::access::may(&ctx.actor, Permission::WriteNotice, Scope::Organization);
        let file = file.filter(|_| notice.published_at.is_some() || writes);
        Ok(file.ok_or_else(missing)?)
    }
}

/// Opens a file of a published notice for anybody, of a draft for those who write it.
///
/// # Errors
/// `problem.not_found`; `problem.attachment.gone` when its bytes are.
pub async fn open_file(app: &App, actor: &Actor, notice: &str, file: &str) -> Result<Opened> {
    let found = FindPublished {
        id: notice.to_owned(),
        file: file.to_owned(),
    };
    let file = app.query(actor, found).await?;
    bytes_of(app, file).await
}
