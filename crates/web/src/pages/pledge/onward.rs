//! Where one goes after an item was kept with a button: on, unless it cannot be handed in like this, or several promises
//! stand in it as one.

use super::show::AdviceView;
use super::write::{kind_of, with_item, write_page};
use super::{Lying, Place, worded};
use crate::fields::{Fields, Form};
use crate::respond::{Answer, page_with, see_other};
use crate::visit::Visit;
use app::pledge::{Draft, DraftItem, rules_for, unsettled};
use axum::http::StatusCode;
use domain::pledge::{FormRules, check_submission, demand_missing, split};
use domain::problem::{Problem, Problems};

/// `items.3.measure` is the field `measure` of the item on its page.
pub(super) fn on_page(problems: &mut Problems) {
    for problem in &mut problems.0 {
        let named = problem.field.as_deref().filter(|f| f.starts_with("items."));
        if let Some(name) = named.and_then(|f| f.rsplit('.').next()) {
            let name = if name == "content" { "sentence" } else { name };
            problem.field = Some(name.to_owned());
        }
    }
}

/// After a save with a button.
pub(super) fn go_on(v: Visit, at: Place, l: Lying, fields: Fields, item: &str) -> Answer {
    let draft = l.d.filed.as_ref().map(|f| f.draft.clone()).unwrap_or_default();
    let (step, _) = kind_of(&l, &at)?;
    let (go, whole) = (fields.get("go"), fields.get("whole"));
    let same = |said: &str| format!("{}/write/{}?item={item}&said={said}", at.base, at.kind);
    if go == "split" {
        return Ok(see_other(&same("split")));
    }
    // Who was shown what was not kept stays with the item.
    if fields.has("over") || !fields.get("clean").is_empty() {
        return Ok(see_other(&same("draft_kept")));
    }
    if go == "draft" {
        return Ok(see_other(&format!("{}?said=draft_kept", at.base)));
    }
    let place = draft.items.iter().position(|i| i.item.id.as_str() == item);
    let kept = place.and_then(|at| Some((at, draft.items.get(at)?)));
    if let Some((place, kept)) = kept {
        let problems = faults(&v, &l, &draft, place);
        if !problems.is_empty() {
            let advice = AdviceView::of(&v, &l.d, kept);
            let page = write_page(v, at, l, Form::mend(with_item(fields, item), problems), advice)?;
            return page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
        if whole.is_empty() && split(&kept.item.content).len() > 1 {
            return offer(v, at, l, fields, kept);
        }
    }
    if go == "more" || whole == "more" {
        return Ok(see_other(&format!("{}/write/{}?item=new", at.base, at.kind)));
    }
    let next = l.steps.get(step).map_or(at.base.clone(), |s| s.href.clone());
    Ok(see_other(&next))
}

/// Why the item at this place of the draft cannot be handed in, on the fields of its page.
fn faults(v: &Visit, l: &Lying, draft: &Draft, place: usize) -> Problems {
    let mut problems = unsettled(draft, v.today());
    if let Ok(rules) = rules_for(&l.d.campaign, l.d.audience) {
        problems.0.extend(told_here(v, l, draft, place, rules));
    }
    let prefix = format!("items.{place}.");
    let about = |field: &Option<String>| field.as_deref().is_some_and(|f| f.starts_with(&prefix));
    problems.0.retain(|p| about(&p.field));
    on_page(&mut problems);
    worded(v, &l.labels, problems)
}

/// What the page of signing would say of this item and is put right here: the demand it claims, and a day outside the
/// campaign or before today. Of a new version it says it there, beside what stays in force.
fn told_here(v: &Visit, l: &Lying, draft: &Draft, place: usize, mut rules: FormRules) -> Vec<Problem> {
    if l.d.demands.is_empty() {
        rules.kinds.iter_mut().for_each(|k| k.demand = false);
    }
    if l.d.filed.as_ref().is_some_and(|f| f.row.version > 0) {
        let kept = draft.items.get(place);
        return kept
            .and_then(|k| demand_missing(&rules, place, &k.item))
            .into_iter()
            .collect();
    }
    let mut form = draft.form("", false);
    form.pledged_on = form.pledged_on.or(Some(v.today()));
    let here = [
        "problem.pledge.demand_missing",
        "problem.pledge.due_date_early",
        "problem.pledge.due_date_past",
        "problem.pledge.due_date_late",
    ];
    let prefix = format!("items.{place}.");
    let about = |p: &Problem| p.field.as_deref().is_some_and(|f| f.starts_with(&prefix));
    let found = check_submission(&form, &rules, "").err().unwrap_or_default();
    found
        .0
        .into_iter()
        .filter(|p| here.contains(&p.key) && about(p))
        .collect()
}

/// Asks above the form, once, whether several promises typed as one are written as several.
fn offer(v: Visit, at: Place, l: Lying, fields: Fields, kept: &DraftItem) -> Answer {
    let mut advice = AdviceView::of(&v, &l.d, kept);
    advice.parts.clear();
    let f = Form::mend(with_item(fields, kept.item.id.as_str()), Problems::new());
    let mut page = write_page(v, at, l, f, advice)?;
    page.offer = split(&kept.item.content);
    page_with(StatusCode::OK, &page)
}
