//! Supervision and the publicity period in the package: the calendar with every finding, draws anyone can carry out
//! again, objections and corrections, and the files handed in as evidence (N12, N17).
//!
//! An objection has nobody's name, and leaves without the contact somebody may have written and without its receipt.

use super::Meta;
use super::feed::Feed;
use super::papers::named;
use super::tables::day;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::draw::draw_of;
use crate::error::{Error, Result};
use crate::inspection::assigned;
use documents::table::{Cell, Table};
use domain::access::Actor;
use domain::archive::Series;
use domain::draw::DrawFile;
use std::collections::BTreeMap;
use store::Tx;
use store::attachment::{self, File};
use store::inspection::{self as rows, Draw, Inspection, Record};
use store::publication::{self, Correction, Objection};

/// What belongs to supervision and publicity.
struct Watched {
    inspections: Vec<(Inspection, Vec<Record>)>,
    /// What each item says that somebody looked at.
    items: BTreeMap<String, (String, String)>,
    draws: Vec<Draw>,
    objections: Vec<Objection>,
    corrections: Vec<Correction>,
    files: Vec<File>,
}

struct ReadWatched {
    campaign: String,
}

impl Query for ReadWatched {
    type Out = Watched;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Watched> {
        let (org, campaign) = (ctx.organization.as_str(), self.campaign.as_str());
        let mut records = rows::records_of_campaign(tx, org, campaign).await?;
        // What a second inspector has not agreed to is no finding.
        records.retain(crate::inspection::stands);
        let mut inspections = Vec::new();
        let mut items = BTreeMap::new();
        for inspection in rows::all(tx, org, campaign).await? {
            let own: Vec<Record> = records
                .extract_if(.., |r| r.inspection_id == inspection.id)
                .collect();
            let looked_at = own.iter().filter_map(|r| r.item_id.as_ref());
            for item in looked_at.chain(&inspection.item_id) {
                if !items.contains_key(item)
                    && let Some(followed) = store::progress::followed(tx, org, item).await?
                {
                    items.insert(item.clone(), (followed.pledge_id, followed.content));
                }
            }
            inspections.push((inspection, own));
        }
        Ok(Watched {
            inspections,
            items,
            draws: rows::draws(tx, org, campaign).await?,
            objections: publication::objections(tx, org, campaign).await?,
            corrections: publication::corrections(tx, org, campaign).await?,
            files: attachment::of_campaign(tx, org, campaign).await?,
        })
    }
}

/// Hands on supervision, draws, objections and evidence.
pub(super) async fn watched(feed: &Feed<'_>) -> Result<()> {
    let campaign = feed.outline.campaign.id.clone();
    let all = feed
        .app
        .query(&Actor::machine(), ReadWatched { campaign })
        .await?;
    let names = file_names(&all.files);
    inspections(feed, &all, &names).await?;
    draws(feed, &all.draws).await?;
    objections(feed, &all).await?;
    evidence(feed, &all.files, &names).await
}

/// The name of each file in the package, by id: the number keeps two of the same name apart and names them in the
/// tables.
fn file_names(files: &[File]) -> BTreeMap<String, String> {
    let name = |(at, file): (usize, &File)| {
        let name = crate::names::safe(&format!("{:04} {}", at + 1, file.name), &file.id);
        (file.id.clone(), name)
    };
    files.iter().enumerate().map(name).collect()
}

/// Every line of the calendar of a branch or of the house, a row for each record; one that was not held says so by
/// having none.
async fn inspections(feed: &Feed<'_>, all: &Watched, names: &BTreeMap<String, String>) -> Result<()> {
    let heads = [
        "package.planned_on",
        "package.inspection_kind",
        "package.inspectors",
        "package.column_note",
        "package.number",
        "package.pledger",
        "package.promise",
        "package.finding",
        "package.words",
        "package.recorded_on",
        "package.recorded_by",
        "package.file",
    ];
    for department in 0..=feed.outline.departments.len() {
        let meta = feed.meta(Series::Inspection, department);
        let mut table = feed.table(&meta.title, &heads);
        for (inspection, records) in &all.inspections {
            let unit = inspection.unit_id.as_deref();
            if unit.map_or(0, |unit| feed.outline.of_unit(unit)) == department {
                inspection_rows(feed, all, names, (inspection, records), &mut table);
            }
        }
        if !table.rows.is_empty() {
            feed.csv(&meta, &table).await?;
        }
    }
    Ok(())
}

fn inspection_rows(
    feed: &Feed<'_>,
    all: &Watched,
    names: &BTreeMap<String, String>,
    (inspection, records): (&Inspection, &[Record]),
    table: &mut Table,
) {
    let who: Vec<String> = assigned(inspection).into_iter().map(|a| a.name).collect();
    let head: [Cell; 4] = [
        day(&inspection.planned_on),
        feed.t(&format!("inspection.kind_{}", inspection.kind)).into(),
        who.join(feed.t("list.separator")).into(),
        inspection.note.as_str().into(),
    ];
    let about = |item: Option<&String>, pledge: Option<&String>| -> [Cell; 3] {
        let known = item.and_then(|i| all.items.get(i));
        let pledge = pledge.or(known.map(|(pledge, _)| pledge));
        let (number, name) = pledge.map_or(("", ""), |p| named(feed.outline, p));
        let content = known.map_or("", |(_, content)| content.as_str());
        [number.into(), name.into(), content.into()]
    };
    for record in records {
        let item = record.item_id.as_ref().or(inspection.item_id.as_ref());
        let mut row: Vec<Cell> = head.to_vec();
        row.extend(about(item, record.pledge_id.as_ref()));
        let file = record.file_id.as_ref().and_then(|f| names.get(f));
        row.extend([
            feed.t(&format!("finding.{}", record.finding)).into(),
            record.words.as_str().into(),
            day(&record.recorded_on),
            record.recorded_name.as_str().into(),
            file.map_or(Cell::Empty, |f| f.as_str().into()),
        ]);
        table.rows.push(row);
    }
    if records.is_empty() {
        let mut row: Vec<Cell> = head.to_vec();
        row.extend(about(inspection.item_id.as_ref(), None));
        row.push(feed.t("package.not_recorded").into());
        table.rows.push(row);
    }
}

/// Each draw as the file that carries it out again, and a table of all, void ones too.
async fn draws(feed: &Feed<'_>, all: &[Draw]) -> Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let heads = [
        "package.draw_title",
        "package.draw_frozen_at",
        "package.draw_pool",
        "package.draw_sample",
        "package.draw_seed_source",
        "package.draw_seed",
        "package.draw_void",
        "package.file",
    ];
    let meta = feed.meta(Series::Draw, 0);
    let mut table = feed.table(&meta.title, &heads);
    let mut files = Vec::new();
    for row in all.iter().rev() {
        let (draw, _) = draw_of(row)?;
        let file = DrawFile::of(&draw);
        let stem = format!("{:04} {}", files.len() + 1, row.title);
        let mut meta = meta.clone();
        meta.file = format!("{}.json", crate::names::safe(&stem, &row.id));
        row.title.clone_into(&mut meta.title);
        meta.date = Some(feed.app.date_of(row.drawn_at.unwrap_or(row.frozen_at)));
        table.rows.push(vec![
            row.title.as_str().into(),
            feed.moment(row.frozen_at),
            i64::try_from(draw.frozen.pool.len()).unwrap_or(i64::MAX).into(),
            row.sample.into(),
            row.seed_source.as_str().into(),
            row.seed.as_deref().unwrap_or("").into(),
            row.void_reason.as_str().into(),
            meta.file.as_str().into(),
        ]);
        let text = serde_json::to_string_pretty(&file).map_err(Error::bug)?;
        files.push((meta, text));
    }
    feed.csv(&meta, &table).await?;
    for (meta, text) in files {
        feed.put(meta, text.into_bytes()).await?;
    }
    Ok(())
}

/// Objections with their answers, and what was changed, taken down or put back after publication.
async fn objections(feed: &Feed<'_>, all: &Watched) -> Result<()> {
    let heads = [
        "package.number",
        "package.pledger",
        "package.objection_kind",
        "package.objection_on",
        "package.words",
        "package.objection_answer",
        "package.objection_upheld",
        "package.objection_answered_on",
    ];
    for department in 0..=feed.outline.departments.len() {
        let here = |pledge: &str| {
            let found = feed.outline.forms.iter().find(|(_, f)| f.pledge == pledge);
            found.map_or(0, |(at, _)| *at) == department
        };
        let meta = feed.meta(Series::Objection, department);
        let mut table = feed.table(&meta.title, &heads);
        for o in all.objections.iter().filter(|o| here(&o.pledge_id)) {
            let (number, name) = named(feed.outline, &o.pledge_id);
            let upheld = match o.upheld {
                Some(true) => feed.t("package.objection_yes"),
                Some(false) => feed.t("package.objection_no"),
                None => feed.t("package.objection_open"),
            };
            table.rows.push(vec![
                number.into(),
                name.into(),
                feed.t("package.objection").into(),
                day(&o.said_on),
                o.words.as_str().into(),
                o.answer.as_str().into(),
                upheld.into(),
                o.answered_at
                    .map_or(Cell::Empty, |at| Cell::Date(feed.app.date_of(at))),
            ]);
        }
        for c in all.corrections.iter().filter(|c| here(&c.pledge_id)) {
            let (number, name) = named(feed.outline, &c.pledge_id);
            table.rows.push(vec![
                number.into(),
                name.into(),
                feed.t(&format!("correction.{}", c.kind)).into(),
                Cell::Date(feed.app.date_of(c.made_at)),
                c.reason.as_str().into(),
            ]);
        }
        if !table.rows.is_empty() {
            feed.csv(&meta, &table).await?;
        }
    }
    Ok(())
}

/// The files themselves, one read at a time, and what each belongs to. A file whose bytes are gone is named, not left
/// out in silence.
async fn evidence(feed: &Feed<'_>, files: &[File], names: &BTreeMap<String, String>) -> Result<()> {
    let heads = [
        "package.file",
        "package.file_of",
        "package.number",
        "package.pledger",
        "package.file_added_on",
        "package.column_size",
        "package.file_sha256",
        "package.column_note",
    ];
    for department in 0..=feed.outline.departments.len() {
        let meta = feed.meta(Series::Attachment, department);
        let mut table = feed.table(&meta.title, &heads);
        let here = files
            .iter()
            .filter(|f| feed.outline.of_unit(&f.unit_id) == department);
        for file in here {
            let name = names.get(&file.id).map_or("", String::as_str);
            let mut meta = meta.clone();
            name.clone_into(&mut meta.file);
            name.clone_into(&mut meta.title);
            meta.date = Some(feed.app.date_of(file.added_at));
            let there = kept(feed, &meta, file).await?;
            let (number, pledger) = named(feed.outline, &file.subject_id);
            table.rows.push(vec![
                name.into(),
                feed.t(&format!("package_file_of.{}", file.subject_kind)).into(),
                number.into(),
                pledger.into(),
                Cell::Date(feed.app.date_of(file.added_at)),
                file.size.into(),
                file.sha256.as_str().into(),
                match there {
                    true => Cell::Empty,
                    false => feed.t("package.file_gone").into(),
                },
            ]);
        }
        if !table.rows.is_empty() {
            feed.csv(&meta, &table).await?;
        }
    }
    Ok(())
}

/// Hands a file on; `false` when its bytes are gone.
pub(super) async fn kept(feed: &Feed<'_>, meta: &Meta, file: &File) -> Result<bool> {
    let (store, sha256) = (feed.app.files().clone(), file.sha256.clone());
    let read = tokio::task::spawn_blocking(move || store.get(&sha256)).await;
    let bytes = match read.map_err(Error::bug)? {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::warn!(file = file.id, %error, "a file of evidence cannot be read");
            return Ok(false);
        }
    };
    feed.put(meta.clone(), bytes).await?;
    Ok(true)
}
