//! What the pages show of the paper form.

use super::Lying;
use crate::visit::Visit;
use app::pledge::DeskView;
use domain::campaign::template::FieldSource;

/// The title of the paper form of this audience.
pub(crate) fn paper_title(v: &Visit, d: &DeskView) -> String {
    let form = d
        .campaign
        .template
        .forms
        .iter()
        .find(|f| f.audience.contains(&d.audience));
    form.map(|f| f.title.get(v.lang()).to_owned()).unwrap_or_default()
}

/// Two words that belong together.
type Pairs = Vec<(String, String)>;

/// Known boxes as label and text, empty ones as field name and label.
pub(crate) fn boxes(v: &Visit, l: &Lying) -> (Pairs, Pairs) {
    let (mut known, mut missing) = (Vec::new(), Vec::new());
    let header = l.d.filed.as_ref().map(|f| f.header.clone()).unwrap_or_default();
    let form =
        l.d.campaign
            .template
            .forms
            .iter()
            .find(|f| f.audience.contains(&l.d.audience));
    // Activists and cadres outside the party have no month of joining.
    let outside =
        l.d.subject
            .person
            .as_ref()
            .is_some_and(|p| !p.class.ends_with("member"));
    for field in form.map(|f| f.fields.as_slice()).unwrap_or_default() {
        let Some((name, text)) = app::forms::box_text(v.lang(), &header, field.source) else {
            continue;
        };
        let label = field.label.get(v.lang()).to_owned();
        match text.trim().is_empty() {
            true if outside && field.source == FieldSource::JoinedMonth => {}
            true => missing.push((name.to_owned(), label)),
            false => known.push((label, text)),
        }
    }
    (known, missing)
}

/// The boxes of the paper form with their words: one that is empty is a box there all the same.
pub(crate) fn paper_boxes(v: &Visit, d: &DeskView) -> Pairs {
    let header = d.filed.as_ref().map(|f| f.header.clone()).unwrap_or_default();
    let form = app::forms::form_of(&d.campaign.template, d.audience);
    let fields = form.map(|f| f.fields.as_slice()).unwrap_or_default();
    let boxes = fields.iter().filter_map(|field| {
        let (_, text) = app::forms::box_text(v.lang(), &header, field.source)?;
        Some((field.label.get(v.lang()).to_owned(), text))
    });
    boxes.collect()
}
