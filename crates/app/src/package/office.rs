//! What the office wrote and kept: notices, briefs and summaries with who signed for them and the blank forms, demands and
//! visits, the ledger, reports of branches, good examples (N1, N7, N9, N19). Nobody who gave an opinion is in it.

use super::Meta;
use super::feed::Feed;
use super::papers::{named, typeset};
use super::supervision::kept;
use crate::campaign;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::lists::{self, Words};
use crate::notice::{Notice, NoticeFiles, of_notice, paper, receives};
use crate::survey::{Demand, DemandFilter, Place, Visit};
use documents::table::{Cell, Table};
use domain::access::Actor;
use domain::archive::Series;
use domain::attachment::MediaType;
use lang::Lang;
use store::Tx;
use store::attachment::File;
use store::brief::{self, PublicExample, Report};
use store::feedback::PublicFeedback;
use store::notice::{self as rows, Receipt};
use store::progress::Reported;

/// Everything of it, read on one snapshot.
struct Office {
    notices: Vec<(Notice, Vec<Receipt>, NoticeFiles)>,
    /// The units a notice goes to: id and name.
    units: Vec<(String, String)>,
    demands: Vec<Demand>,
    visits: Vec<Visit>,
    places: Vec<Place>,
    ledger: Table,
    reports: Vec<(String, Report)>,
    examples: Vec<PublicExample>,
    progress: Vec<Reported>,
    feedback: Vec<PublicFeedback>,
}

struct ReadOffice {
    campaign: String,
    lang: Lang,
}

impl Query for ReadOffice {
    type Out = Office;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Office> {
        let (org, id) = (ctx.organization.as_str(), self.campaign.as_str());
        let campaign = campaign::by_id(ctx, tx, id).await?;
        let units = store::organization::all_units(tx, org).await?;
        let mut notices = Vec::new();
        for notice in rows::published(tx, org).await? {
            if notice.campaign_id == id {
                let receipts = rows::receipts(tx, org, &notice.id).await?;
                let enclosed = of_notice(ctx, tx, &notice.id, &campaign.template.basis).await?;
                notices.push((notice, receipts, enclosed));
            }
        }
        // The earliest first, as they lie in a folder.
        notices.reverse();
        let name = |unit: &str| {
            let found = units.iter().find(|u| u.id == unit);
            found.map(|u| u.name.clone()).unwrap_or_default()
        };
        let reports = brief::reports(tx, org, id).await?;
        Ok(Office {
            notices,
            demands: store::demand::demands(tx, org, id).await?,
            visits: store::demand::visits(tx, org, id).await?,
            ledger: crate::ledger::of_campaign(ctx, tx, Some(&campaign), self.lang, "").await?,
            reports: reports.into_iter().map(|r| (name(&r.unit_id), r)).collect(),
            examples: brief::public_examples(tx, org, id).await?,
            progress: store::progress::of_campaign(tx, org, id).await?,
            feedback: store::feedback::published_in(tx, org, id).await?,
            units: units
                .iter()
                .filter(|u| receives(u))
                .map(|u| (u.id.clone(), u.name.clone()))
                .collect(),
            places: crate::survey::places(&campaign, units),
        })
    }
}

/// Hands all of it on.
pub(super) async fn office(feed: &Feed<'_>) -> Result<()> {
    let asked = ReadOffice {
        campaign: feed.outline.campaign.id.clone(),
        lang: feed.lang,
    };
    let all = feed.app.query(&Actor::machine(), asked).await?;
    let words = Words {
        app: feed.app,
        lang: feed.lang,
    };
    for (notice, receipts, enclosed) in &all.notices {
        notice_of(feed, words, notice, receipts, &all.units).await?;
        files_of(feed, notice, enclosed).await?;
    }
    annexes(feed).await?;
    let all_demands = DemandFilter::All;
    let demands = lists::demands(words, &all.demands, &all.places, all_demands);
    let visits = lists::visits(words, &all.visits, &all.places);
    for table in [demands, visits] {
        list(feed, Series::Survey, &table).await?;
    }
    if !all.ledger.rows.is_empty() {
        let mut meta = feed.meta(Series::Ledger, 0);
        all.ledger.title.clone_into(&mut meta.title);
        feed.book(&meta, &all.ledger).await?;
        feed.sheet(&meta, &all.ledger).await?;
    }
    list(feed, Series::Report, &lists::sent_reports(words, &all.reports)).await?;
    list(
        feed,
        Series::Example,
        &lists::published_examples(words, &all.examples),
    )
    .await?;
    outcome(feed, words, all).await
}

/// What the pledgers reported, and what the public said and was answered in public (N13).
async fn outcome(feed: &Feed<'_>, words: Words<'_>, all: Office) -> Result<()> {
    let whose = |pledge: &str| {
        let (number, name) = named(feed.outline, pledge);
        (number.to_owned(), name.to_owned())
    };
    let place = |unit: &str| {
        let found = feed.outline.departments.iter().find(|(id, _)| id == unit);
        found.map(|(_, name)| name.clone()).unwrap_or_default()
    };
    let progress: Vec<_> = all
        .progress
        .into_iter()
        .map(|r| (whose(&r.pledge_id), r))
        .collect();
    let feedback: Vec<_> = all
        .feedback
        .into_iter()
        .map(|f| {
            let about = f.pledge_id.as_deref().map(|p| whose(p).1);
            ((place(&f.unit_id), about.unwrap_or_default()), f)
        })
        .collect();
    list(feed, Series::Ledger, &lists::progress(words, &progress)).await?;
    let scale = &feed.outline.campaign.template.satisfaction;
    let said = lists::published_feedback(words, scale, &feedback);
    list(feed, Series::Survey, &said).await
}

/// A list of the house as a workbook; one without a row is left out.
async fn list(feed: &Feed<'_>, series: Series, table: &Table) -> Result<()> {
    if table.rows.is_empty() {
        return Ok(());
    }
    let mut meta = feed.meta(series, 0);
    meta.title.clone_from(&table.title);
    meta.file = crate::names::safe(&table.title, series.name());
    feed.book(&meta, table).await
}

/// What the papers of a document have in common.
fn meta_of(feed: &Feed<'_>, notice: &Notice) -> Meta {
    let mut meta = feed.meta(Series::Notice, 0);
    let stem = format!("{} {}", notice.number, notice.title);
    meta.file = crate::names::safe(stem.trim(), &notice.id);
    meta.title = stem.trim().to_owned();
    meta.date = notice.published_at.map(|at| feed.app.date_of(at));
    if !notice.source.is_empty() {
        notice.source.clone_into(&mut meta.responsible);
    }
    meta
}

/// How much of a name leads to the notice, and how much room stays for the file's own, in bytes of a file name.
const LEAD_BYTES: usize = 80;

/// The name of a file of a notice: the number or title of the notice, what it is to it, its own name. The ending is
/// never what is cut.
fn file_name(feed: &Feed<'_>, notice: &Notice, role: &str, file: &File) -> String {
    let mut lead = match notice.number.trim() {
        "" => notice.title.trim(),
        number => number,
    };
    while lead.len() > LEAD_BYTES {
        let last = lead.char_indices().next_back();
        lead = last.map_or("", |(at, _)| lead.get(..at).unwrap_or(""));
    }
    let ending = MediaType::from_name(&file.media_type).map_or("", MediaType::ending);
    let own = file.name.strip_suffix(ending).unwrap_or(&file.name);
    let name = format!("{lead} {} {own}", feed.t(role));
    format!("{}{ending}", crate::names::safe(&name, &file.id))
}

/// What a notice rests on and what goes with it lie beside it, kept as long as it is, with a list that says which notice
/// they belong to. A file whose bytes are gone is named, not left out in silence.
async fn files_of(feed: &Feed<'_>, notice: &Notice, files: &NoticeFiles) -> Result<()> {
    let basis = files.basis.iter().map(|(_, file)| ("package.notice_basis", file));
    let enclosed = files
        .enclosed
        .iter()
        .map(|file| ("package.notice_enclosed", file));
    let of = meta_of(feed, notice);
    let heads = [
        "package.file",
        "package.file_of",
        "package.notice_role",
        "package.file_added_on",
        "package.column_size",
        "package.file_sha256",
        "package.column_note",
    ];
    let title = lang::fill(feed.lang, "package.notice_files", &[("title", &of.title)]);
    let mut table = feed.table(&title, &heads);
    for (role, file) in basis.chain(enclosed) {
        let mut meta = of.clone();
        meta.title = lang::fill(
            feed.lang,
            "package.notice_file",
            &[
                ("title", &of.title),
                ("role", &feed.t(role)),
                ("name", &file.name),
            ],
        );
        meta.file = file_name(feed, notice, role, file);
        let there = kept(feed, &meta, file).await?;
        table.rows.push(vec![
            meta.file.as_str().into(),
            of.title.as_str().into(),
            feed.t(role).into(),
            Cell::Date(feed.app.date_of(file.added_at)),
            file.size.into(),
            file.sha256.as_str().into(),
            match there {
                true => Cell::Empty,
                false => feed.t("package.file_gone").into(),
            },
        ]);
    }
    if table.rows.is_empty() {
        return Ok(());
    }
    let mut meta = of;
    meta.file = crate::names::safe(&title, &notice.id);
    meta.title = title;
    feed.csv(&meta, &table).await
}

/// A document as it went out, and who signed for it.
async fn notice_of(
    feed: &Feed<'_>,
    words: Words<'_>,
    notice: &Notice,
    receipts: &[Receipt],
    units: &[(String, String)],
) -> Result<()> {
    let outline = feed.outline;
    let document = paper(words, &outline.house, notice, Some(&outline.campaign))?;
    let made = typeset(feed.lang, notice.title.clone(), document).await?;
    let mut meta = meta_of(feed, notice);
    feed.papers(meta.clone(), made).await?;
    // Only a notice is signed for.
    if notice.kind != "notice" {
        return Ok(());
    }
    let heads = ["package.signed_for", "package.signed_by", "package.signed_at"];
    let title = lang::fill(feed.lang, "package.receipts", &[("title", &meta.title)]);
    let mut table = feed.table(&title, &heads);
    for (id, name) in units {
        let signed = receipts.iter().find(|r| r.unit_id == *id);
        table.rows.push(vec![
            name.as_str().into(),
            match signed {
                Some(receipt) if receipt.on_behalf => {
                    let key = "document.signed_on_behalf";
                    lang::fill(feed.lang, key, &[("name", &receipt.signed_name)]).into()
                }
                Some(receipt) => receipt.signed_name.as_str().into(),
                None => Cell::from(feed.t("package.not_signed")),
            },
            signed.map(|receipt| feed.moment(receipt.signed_at)).into(),
        ]);
    }
    meta.file = crate::names::safe(&title, &notice.id);
    meta.title = title;
    feed.sheet(&meta, &table).await
}

/// The blank forms, the annexes of the notice.
async fn annexes(feed: &Feed<'_>) -> Result<()> {
    let campaign = &feed.outline.campaign;
    for form in &campaign.template.forms {
        let title = format!("{} {}", form.annex.get(feed.lang), form.title.get(feed.lang));
        let title = title.trim().to_owned();
        let document = crate::forms::blank(feed.app, feed.lang, campaign, form);
        let made = typeset(feed.lang, title.clone(), document).await?;
        let mut meta: Meta = feed.meta(Series::Notice, 0);
        meta.file = crate::names::safe(&title, &form.key);
        meta.title = title;
        meta.date = None;
        feed.papers(meta, made).await?;
    }
    Ok(())
}

/// Rows of a table on one paper.
const SHEET_ROWS: usize = 2_000;

impl Feed<'_> {
    /// A table as a workbook.
    async fn book(&self, meta: &Meta, table: &Table) -> Result<()> {
        let mut meta = meta.clone();
        meta.file = format!("{}.xlsx", meta.file);
        let bytes = documents::xlsx::write_table(table).map_err(Error::bug)?;
        self.put(meta, bytes).await
    }

    /// A table as a paper, PDF/A and OFD; a long one as several, so that setting it costs bounded memory.
    pub(super) async fn sheet(&self, meta: &Meta, table: &Table) -> Result<()> {
        let mut table = table.clone();
        if table.note.is_empty() {
            let campaign = self.outline.campaign.title_in(self.lang);
            let department = self.outline.department(meta.department);
            let args: [(&str, &dyn std::fmt::Display); 2] =
                [("campaign", &campaign), ("department", &department)];
            table.note = lang::fill(self.lang, "package.table_note", &args);
        }
        let parts = table.rows.len().div_ceil(SHEET_ROWS).max(1);
        let mut rows = std::mem::take(&mut table.rows).into_iter();
        for part in 1..=parts {
            let (mut meta, mut table) = (meta.clone(), table.clone());
            table.rows = rows.by_ref().take(SHEET_ROWS).collect();
            if parts > 1 {
                let mark = format!(" {part}-{parts}");
                meta.title.push_str(&mark);
                meta.file.push_str(&mark);
                table.title.push_str(&mark);
            }
            self.page(meta, &table).await?;
        }
        Ok(())
    }

    async fn page(&self, meta: Meta, table: &Table) -> Result<()> {
        let page_of = self.t("documents.form.page_of");
        let paper = documents::paper::ledger(table, self.lang.code(), page_of).map_err(Error::bug)?;
        let made = typeset(self.lang, meta.title.clone(), paper).await?;
        self.papers(meta, made).await
    }
}
