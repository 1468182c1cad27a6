//! The two annexes as PDF (N20, N21): filled and blank, one and a whole branch.

use crate::gate::{Gate, Route};
use crate::respond::{Answer, download};
use crate::visit::Visit;
use app::pledge::{Desk, OpenDesk, PrintSet, PrintUnit, Printable, PrintedPledge};
use axum::extract::Path;
use documents::pdf::{BranchForm, Decision, FormText, PersonForm, PledgeGroup, PledgeItem, annex1, annex2};
use domain::access::Permission;
use domain::campaign::Audience;
use domain::campaign::template::FieldSource;
use domain::problem::Problem;
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// Typesetting is the most costly thing a page can ask for: so many at once, the rest waits its turn.
static PRESSES: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));

pub(crate) fn routes() -> Vec<Route> {
    let gate = Gate::Holds(Permission::PrintForms);
    vec![
        Route::get("/my-pledge/form.pdf", Gate::Holds(Permission::FilePledge), own),
        Route::get("/forms/blank-branch.pdf", gate, blank_branch),
        Route::get("/forms/blank-person.pdf", gate, blank_person),
        Route::get("/forms/branch/{unit}", gate, of_branch),
        Route::get("/forms/{pledge}", gate, one),
    ]
}

fn missing() -> Problem {
    Problem::not_found("problem.not_found")
}

/// `ID.pdf` → the id.
fn id_of(name: &str) -> Result<String, Problem> {
    name.strip_suffix(".pdf").map(str::to_owned).ok_or_else(missing)
}

async fn own(v: Visit) -> Answer {
    let desk = v
        .web()
        .app()
        .query(v.actor(), OpenDesk { desk: Desk::Own })
        .await?;
    let pledge = desk.filed.map(|f| f.row.id).unwrap_or_default();
    let set = v.web().app().query(v.actor(), Printable { pledge }).await?;
    press(v, set, false).await
}

async fn one(v: Visit, Path(name): Path<String>) -> Answer {
    let set = v
        .web()
        .app()
        .query(
            v.actor(),
            Printable {
                pledge: id_of(&name)?,
            },
        )
        .await?;
    let branch = set.forms.iter().any(|f| f.filed.row.person_id.is_none());
    press(v, set, branch).await
}

async fn blank_branch(v: Visit) -> Answer {
    let set = v
        .web()
        .app()
        .query(
            v.actor(),
            Printable {
                pledge: String::new(),
            },
        )
        .await?;
    press(v, set, true).await
}

async fn blank_person(v: Visit) -> Answer {
    let set = v
        .web()
        .app()
        .query(
            v.actor(),
            Printable {
                pledge: String::new(),
            },
        )
        .await?;
    press(v, set, false).await
}

async fn of_branch(v: Visit, Path(name): Path<String>) -> Answer {
    let set = v
        .web()
        .app()
        .query(v.actor(), PrintUnit { unit: id_of(&name)? })
        .await?;
    if set.forms.is_empty() {
        return Err(Problem::conflict("pledge.nothing_to_print").into());
    }
    press(v, set, false).await
}

async fn press(v: Visit, set: PrintSet, branch: bool) -> Answer {
    let text = form_text(&v, &set, branch);
    let name = match set.forms.as_slice() {
        [] => v.t("pledge.file_blank").to_owned(),
        [one] => v.t1("pledge.file_one", "name", who(one)),
        [first, ..] => v.t1("pledge.file_unit", "name", &first.subject.unit.name),
    };
    let kinds = blank_groups(&v, &set);
    let date = v.today();
    let forms: Vec<_> = set
        .forms
        .iter()
        .map(|f| (branch_form(&v, &set, f), person_form(&v, &set, f)))
        .collect();
    let permit = PRESSES.acquire().await.map_err(app::Error::bug)?;
    let made = tokio::task::spawn_blocking(move || {
        let (mut ones, mut twos): (Vec<_>, Vec<_>) = forms.into_iter().unzip();
        if ones.is_empty() {
            ones.push(BranchForm {
                groups: kinds.clone(),
                ..BranchForm::default()
            });
            twos.push(PersonForm {
                groups: kinds,
                ..PersonForm::default()
            });
        }
        if branch {
            annex1(&ones, &text, date)
        } else {
            annex2(&twos, &text, date)
        }
    });
    let made = made.await;
    drop(permit);
    let bytes = made
        .map_err(app::Error::bug)?
        .map_err(|error| app::Error::bug(error.to_string()))?;
    Ok(download(&format!("{name}.pdf"), "application/pdf", bytes))
}

fn who(form: &PrintedPledge) -> &str {
    let header = &form.filed.header;
    if header.name.is_empty() {
        &header.unit
    } else {
        &header.name
    }
}

/// The words of the paper: those of the catalogue, with the campaign's own titles and labels.
fn form_text(v: &Visit, set: &PrintSet, branch: bool) -> FormText {
    let mut text = FormText::of(v.lang());
    let audience = if branch {
        Audience::Branch
    } else {
        Audience::Participant
    };
    let Some(form) = set
        .campaign
        .template
        .forms
        .iter()
        .find(|f| f.audience.contains(&audience))
    else {
        return text;
    };
    let put = |to: &mut String, from: &str| {
        if !from.is_empty() {
            from.clone_into(to);
        }
    };
    let (annex, title) = (form.annex.get(v.lang()), form.title.get(v.lang()));
    if branch {
        annex.clone_into(&mut text.branch.annex);
        put(&mut text.branch.title, title);
    } else {
        annex.clone_into(&mut text.person.annex);
        put(&mut text.person.title, title);
    }
    for field in &form.fields {
        let label = field.label.get(v.lang());
        let place = match field.source {
            FieldSource::Organization => &mut text.branch.unit,
            FieldSource::Unit => &mut text.branch.branch_name,
            FieldSource::Head => &mut text.branch.head,
            FieldSource::Phone if branch => &mut text.branch.phone,
            FieldSource::Phone => &mut text.person.phone,
            FieldSource::Name => &mut text.person.name,
            FieldSource::Sex => &mut text.person.sex,
            FieldSource::Ethnicity => &mut text.person.ethnicity,
            FieldSource::Education => &mut text.person.education,
            FieldSource::BirthMonth => &mut text.person.birth_month,
            FieldSource::JoinedMonth => &mut text.person.joined,
            FieldSource::Post => &mut text.person.post,
            FieldSource::Items => &mut text.pledge,
            FieldSource::PledgedOn => &mut text.pledged_on,
            FieldSource::DueDate => &mut text.due_by,
            FieldSource::Channels => &mut text.publicity,
            FieldSource::UnitSeal => &mut text.branch.branch_seal,
            FieldSource::CommitteeSeal => &mut text.branch.committee_seal,
            FieldSource::Signature => &mut text.person.signature,
            FieldSource::ReviewerSeal => &mut text.person.secretary_seal,
        };
        put(place, label);
    }
    text
}

fn blank_groups(v: &Visit, set: &PrintSet) -> Vec<PledgeGroup> {
    let kinds = set.campaign.kinds().iter();
    kinds
        .map(|k| PledgeGroup {
            label: k.label.get(v.lang()).to_owned(),
            items: Vec::new(),
        })
        .collect()
}

fn groups(v: &Visit, set: &PrintSet, form: &PrintedPledge) -> Vec<PledgeGroup> {
    let draft = &form.filed.draft;
    let kinds = set.campaign.kinds().iter().filter_map(|kind| {
        let items: Vec<PledgeItem> = draft
            .of_kind(&kind.key)
            .filter(|i| !i.is_blank())
            .map(|i| PledgeItem {
                text: i.item.content.clone(),
                measure: i.item.measure.clone(),
                beneficiary: i.item.beneficiary.clone(),
                due: i.item.due_date.map(|d| v.date(d)).unwrap_or_default(),
            })
            .collect();
        (!items.is_empty()).then(|| PledgeGroup {
            label: kind.label.get(v.lang()).to_owned(),
            items,
        })
    });
    let all: Vec<_> = kinds.collect();
    if all.is_empty() { blank_groups(v, set) } else { all }
}

fn channels(v: &Visit, set: &PrintSet, form: &PrintedPledge) -> String {
    let labels = set.campaign.labels(v.lang());
    let names: Vec<&str> = form
        .filed
        .draft
        .channels
        .iter()
        .map(|c| labels.channel(c))
        .collect();
    names.join(v.t("list.separator"))
}

/// The last confirming decision of the round: what stands in the seal line (N20).
fn seal(v: &Visit, form: &PrintedPledge) -> Option<Decision> {
    let round = form.filed.row.round;
    let last = form
        .filed
        .decisions
        .iter()
        .rev()
        .find(|d| d.verdict == "confirm" && d.round == round)?;
    let whole = matches!(form.filed.row.state.as_str(), "confirmed" | "published");
    whole.then(|| Decision {
        words: v.t("pledge.seal_confirmed").to_owned(),
        role: v.t_of("role", &last.role),
        name: last.decided_name.clone(),
        date: v.day_of(last.decided_at),
    })
}

fn signed(v: &Visit, form: &PrintedPledge, words: &str) -> Option<Decision> {
    let row = &form.filed.row;
    let at = row
        .submitted_at
        .filter(|_| !row.signed_name.is_empty() && row.round > 0)?;
    let words = match row.on_behalf_by {
        Some(_) => v.t("pledge.seal_on_behalf"),
        None => v.t(words),
    };
    Some(Decision {
        words: words.to_owned(),
        role: String::new(),
        name: row.signed_name.clone(),
        date: v.day_of(at),
    })
}

fn code(form: &PrintedPledge) -> Option<String> {
    let last = form.filed.versions.last()?;
    domain::ids::CheckCode::parse(&last.check_code)
        .ok()
        .map(|c| c.to_string())
}

fn branch_form(v: &Visit, set: &PrintSet, form: &PrintedPledge) -> BranchForm {
    let (header, draft) = (&form.filed.header, &form.filed.draft);
    BranchForm {
        unit: header.organization.clone(),
        branch_name: header.unit.clone(),
        head: header.head.clone(),
        phone: header.phone.clone(),
        groups: groups(v, set, form),
        pledged_on: draft.pledged_on.map(|d| v.date(d)).unwrap_or_default(),
        due_by: draft.due_date.map(|d| v.date(d)).unwrap_or_default(),
        publicity: channels(v, set, form),
        branch_seal: signed(v, form, "pledge.seal_filed"),
        committee_seal: seal(v, form),
        reference: form.filed.row.number.clone(),
        check_code: code(form),
    }
}

fn person_form(v: &Visit, set: &PrintSet, form: &PrintedPledge) -> PersonForm {
    let (header, draft) = (&form.filed.header, &form.filed.draft);
    let text = |source| {
        super::show::box_text(v, header, source)
            .map(|(_, text)| text)
            .unwrap_or_default()
    };
    PersonForm {
        name: header.name.clone(),
        sex: text(FieldSource::Sex),
        ethnicity: header.ethnicity.clone(),
        education: header.education.clone(),
        birth_month: text(FieldSource::BirthMonth),
        joined: text(FieldSource::JoinedMonth),
        post: header.post.clone(),
        phone: header.phone.clone(),
        groups: groups(v, set, form),
        pledged_on: draft.pledged_on.map(|d| v.date(d)).unwrap_or_default(),
        due_by: draft.due_date.map(|d| v.date(d)).unwrap_or_default(),
        publicity: channels(v, set, form),
        signature: signed(v, form, "pledge.seal_signed"),
        secretary_seal: seal(v, form),
        reference: form.filed.row.number.clone(),
        check_code: code(form),
    }
}
