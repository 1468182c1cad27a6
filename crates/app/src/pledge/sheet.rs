//! The forms of members without a computer, filled in off-line on a sheet of their branch and read in again (N10). What
//! is written goes the way of every form typed on behalf: marked, and confirmed by the member himself.

mod apply;
mod make;
mod one;
mod plan;

pub use apply::{ImportSheet, Imported};
pub use make::{BlankSheet, SheetFile};
pub use plan::{Fate, PlanSheet, SheetLine, SheetPlan, SheetPromise};

use crate::campaign::RunningCampaign;
use crate::error::{Error, Result};
use domain::campaign::Audience;
use domain::campaign::template::{FieldSource, FormField, Text};
use domain::organization::raw::RawBook;
use domain::pledge::{SheetColumn, SheetLayout};
use domain::problem::{Problem, ProblemKind};
use lang::Lang;

/// A text of the catalogue in the reader's language and in the other.
fn both(lang: Lang, key: &str) -> Vec<String> {
    [lang, lang.other()]
        .map(|l| lang::text(l, key).to_owned())
        .to_vec()
}

/// A text of the template in both languages.
fn labels(lang: Lang, text: &Text) -> Vec<String> {
    [lang, lang.other()].map(|l| text.get(l).to_owned()).to_vec()
}

/// Names of a kind, and the same with the two characters of "deed" in either order: notices write both (N4), and so do
/// people.
fn either_way(names: Vec<String>) -> Vec<String> {
    const ONE: &str = "\u{4E8B}\u{5B9E}";
    const OTHER: &str = "\u{5B9E}\u{4E8B}";
    let twin = |name: &String| match name.contains(ONE) {
        true => name.replace(ONE, OTHER),
        false => name.replace(OTHER, ONE),
    };
    let twins: Vec<String> = names.iter().map(twin).filter(|t| !names.contains(t)).collect();
    [names, twins].concat()
}

/// The fields of the campaign's form for a person, in the order of the paper.
fn fields(campaign: &RunningCampaign) -> &[FormField] {
    crate::forms::form_of(&campaign.template, Audience::Participant).map_or(&[], |f| &f.fields)
}

/// Whether a box belongs to the person and may be completed where the roster knows nothing.
fn is_box(source: FieldSource) -> bool {
    use FieldSource::{BirthMonth, Education, Ethnicity, JoinedMonth, Phone, Post, Sex};
    matches!(
        source,
        Sex | Ethnicity | Education | BirthMonth | JoinedMonth | Post | Phone
    )
}

/// The columns of a campaign's sheet: the form of its template, and who it is.
fn layout(campaign: &RunningCampaign, lang: Lang) -> SheetLayout {
    let mut columns = vec![(SheetColumn::Number, both(lang, "form_sheet.col_number"))];
    let fields = fields(campaign);
    let field = |source| fields.iter().find(|f| f.source == source);
    let named = |source, key| {
        let mut heads = field(source).map(|f| labels(lang, &f.label)).unwrap_or_default();
        heads.retain(|h| !h.is_empty());
        heads.extend(both(lang, key));
        heads
    };
    columns.push((SheetColumn::Name, named(FieldSource::Name, "person.name")));
    columns.push((SheetColumn::Class, both(lang, "person.class")));
    for box_field in fields.iter().filter(|f| is_box(f.source)) {
        columns.push((SheetColumn::Box(box_field.source), labels(lang, &box_field.label)));
    }
    for (column, key) in [
        (SheetColumn::Kind, "form_sheet.col_kind"),
        (SheetColumn::Content, "form_sheet.col_content"),
        (SheetColumn::Measure, "form_sheet.col_measure"),
        (SheetColumn::Beneficiary, "form_sheet.col_beneficiary"),
        (SheetColumn::Due, "form_sheet.col_due"),
    ] {
        columns.push((column, both(lang, key)));
    }
    for (column, source) in [
        (SheetColumn::PledgedOn, FieldSource::PledgedOn),
        (SheetColumn::FormDue, FieldSource::DueDate),
        (SheetColumn::Channels, FieldSource::Channels),
    ] {
        columns.extend(field(source).map(|f| (column, labels(lang, &f.label))));
    }
    let signature = named(FieldSource::Signature, "form_sheet.col_signature");
    columns.push((SheetColumn::Signature, signature));
    let kinds = campaign.kinds().iter();
    let channels = campaign.channels().iter();
    SheetLayout {
        columns,
        kinds: kinds
            .map(|k| (k.key.clone(), either_way(labels(lang, &k.label))))
            .collect(),
        channels: channels
            .map(|c| (c.key.clone(), labels(lang, &c.label)))
            .collect(),
    }
}

/// Reads an uploaded sheet, beside the requests.
///
/// # Errors
/// One sentence why it is not a readable sheet (`sheet.…`), tied to the field `file`.
pub async fn read_sheet_file(bytes: Vec<u8>, name: &str) -> Result<RawBook> {
    let name = name.to_owned();
    let work = move || {
        let book = documents::sheet_read::read_book(&bytes, &name).map_err(|refused| {
            let mut problem = Problem::new(ProblemKind::Invalid, refused.key).on("file");
            problem.args.extend(refused.args);
            problem
        })?;
        Ok::<_, Problem>(book)
    };
    Ok(tokio::task::spawn_blocking(work).await.map_err(Error::bug)??)
}
