//! The two annexes (N20, N21) put together from what was pledged, for pages and for the command line.

use crate::App;
use crate::campaign::shown;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::pledge::{Header, PrintSet, PrintedPledge, SheetsToPrint, header_of};
use crate::seal_image::picture_path;
use documents::paper::{
    BranchForm, Decision, Document, FormText, Mark, PersonForm, PledgeGroup, PledgeItem, SealPicture, annex1,
    annex2,
};
use domain::access::{Permission, Scope, may};
use domain::campaign::Audience;
use domain::campaign::template::FieldSource;
use domain::organization::person::{Sex, read_sex};
use lang::Lang;
use store::Tx;
use store::pledge as rows;

/// A form that can be printed.
#[derive(Clone, Debug)]
pub struct FormRef {
    /// The pledge.
    pub pledge: String,
    /// Whether it is the form of a branch (annex 1).
    pub branch: bool,
    /// The branch it belongs to.
    pub unit: String,
    /// Whose it is; empty for a branch.
    pub name: String,
    /// Its number, when it has one.
    pub number: String,
}

/// Every form handed in of the running campaign, or of the one closed last: branches and members, branch by
/// branch, as far as the actor may print them.
pub struct ListForms;

impl Query for ListForms {
    type Out = Vec<FormRef>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::PrintForms)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let Some(campaign) = shown(ctx, tx).await? else {
            return Ok(Vec::new());
        };
        let mut forms = Vec::new();
        for row in rows::of_campaign(tx, &ctx.organization, &campaign.id).await? {
            if row.round == 0 || !may(&ctx.actor, Permission::PrintForms, Scope::Unit(&row.unit_id)) {
                continue;
            }
            let header = header_of(&row)?;
            forms.push(FormRef {
                branch: row.person_id.is_none(),
                unit: header.unit,
                name: header.name,
                number: row.number.unwrap_or_default(),
                pledge: row.id,
            });
        }
        Ok(forms)
    }
}

/// Whose form it is.
pub fn who(form: &PrintedPledge) -> &str {
    let header = &form.filed.header;
    if header.name.is_empty() {
        &header.unit
    } else {
        &header.name
    }
}

/// The forms of a set as one document; the blank form when the set is empty. `branch` chooses annex 1.
pub fn document(app: &App, lang: Lang, set: &PrintSet, branch: bool) -> Document {
    let mut document = papers(app, lang, set, branch);
    // A single form has whose it is in the title of its file: hundreds lie in one folder.
    if let [one] = set.forms.as_slice() {
        let number = one.filed.row.number.as_deref().unwrap_or_default();
        let named = format!("{} {} {number}", document.title, who(one));
        named.trim_end().clone_into(&mut document.title);
    }
    document
}

fn papers(app: &App, lang: Lang, set: &PrintSet, branch: bool) -> Document {
    let (text, date) = (form_text(lang, set, branch), dated(app, set));
    let maker = Maker { app, lang, set };
    if branch {
        let mut forms: Vec<_> = set.forms.iter().map(|f| maker.branch_form(f)).collect();
        if forms.is_empty() {
            forms.push(BranchForm {
                groups: maker.blank_groups(),
                ..BranchForm::default()
            });
        }
        annex1(&forms, &text, date)
    } else {
        let mut forms: Vec<_> = set.forms.iter().map(|f| maker.person_form(f)).collect();
        if forms.is_empty() {
            forms.push(PersonForm {
                groups: maker.blank_groups(),
                ..PersonForm::default()
            });
        }
        annex2(&forms, &text, date)
    }
}

/// Blank forms with their numbers, each with a code to scan that opens the page on which it is typed in (N20, N21).
/// `base` is the address of the product.
///
/// # Errors
/// When a code cannot be drawn.
pub fn numbered(app: &App, lang: Lang, sheets: &SheetsToPrint, base: &str) -> Result<Document> {
    let set = PrintSet {
        campaign: sheets.campaign.clone(),
        forms: Vec::new(),
    };
    let (text, date) = (form_text(lang, &set, sheets.branch), dated(app, &set));
    let groups = Maker { app, lang, set: &set }.blank_groups();
    let copies = sheets.numbers.len();
    let document = if sheets.branch {
        let form = BranchForm {
            groups,
            ..BranchForm::default()
        };
        annex1(&vec![form; copies], &text, date)
    } else {
        let form = PersonForm {
            groups,
            // What is typed from it later needs his consent in his own hand.
            publicity: lang::text(lang, "blank.consent").to_owned(),
            ..PersonForm::default()
        };
        annex2(&vec![form; copies], &text, date)
    };
    let marks = sheets.numbers.iter().map(|number| Mark {
        text: lang::fill(lang, "blank.mark", &[("number", number)]),
        address: format!("{base}/branch-pledge/on-behalf?number={number}"),
    });
    let hint = lang::text(lang, "blank.mark_hint");
    document
        .marked(marks.collect(), hint)
        .map_err(|error| crate::Error::bug(error.to_string()))
}

/// The day a file bears: that of the last act on its forms, or of the start of the campaign, so that the same data
/// give the same file on any day.
fn dated(app: &App, set: &PrintSet) -> jiff::civil::Date {
    let acts = set.forms.iter().flat_map(|form| {
        let decided = form.filed.decisions.iter().map(|d| d.decided_at);
        decided.chain(form.filed.row.submitted_at)
    });
    app.date_of(acts.max().or(set.campaign.started_at).unwrap_or(0))
}

/// The words of the paper: those of the catalogue, with the campaign's own titles and labels.
fn form_text(lang: Lang, set: &PrintSet, branch: bool) -> FormText {
    let mut text = FormText::of(lang);
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
    let (annex, title) = (form.annex.get(lang), form.title.get(lang));
    if branch {
        annex.clone_into(&mut text.branch.annex);
        put(&mut text.branch.title, title);
    } else {
        annex.clone_into(&mut text.person.annex);
        put(&mut text.person.title, title);
    }
    for field in &form.fields {
        let label = field.label.get(lang);
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
        match field.source {
            FieldSource::UnitSeal | FieldSource::CommitteeSeal | FieldSource::ReviewerSeal => {
                put(place, &seal_lines(label));
            }
            _ => put(place, label),
        }
    }
    text
}

/// The label of a seal line as the notice's forms set it: what stands in full-width brackets on a line of its own.
fn seal_lines(label: &str) -> String {
    let opened = label.replace('\u{ff08}', "\n\u{ff08}");
    opened.replace('\u{ff09}', "\u{ff09}\n").trim().to_owned()
}

/// Puts one set of forms into words.
struct Maker<'a> {
    app: &'a App,
    lang: Lang,
    set: &'a PrintSet,
}

impl Maker<'_> {
    fn day_of(&self, at: i64) -> String {
        lang::date(self.lang, self.app.date_of(at))
    }

    fn blank_groups(&self) -> Vec<PledgeGroup> {
        let kinds = self.set.campaign.kinds().iter();
        kinds
            .map(|k| PledgeGroup {
                label: k.label.get(self.lang).to_owned(),
                items: Vec::new(),
            })
            .collect()
    }

    fn groups(&self, form: &PrintedPledge) -> Vec<PledgeGroup> {
        let draft = &form.filed.draft;
        let kinds = self.set.campaign.kinds().iter().filter_map(|kind| {
            let items: Vec<PledgeItem> = draft
                .of_kind(&kind.key)
                .filter(|i| !i.is_blank())
                .map(|i| PledgeItem {
                    text: i.item.content.clone(),
                    measure: i.item.measure.clone(),
                    beneficiary: i.item.beneficiary.clone(),
                    due: i
                        .item
                        .due_date
                        .map(|d| lang::date(self.lang, d))
                        .unwrap_or_default(),
                })
                .collect();
            (!items.is_empty()).then(|| PledgeGroup {
                label: kind.label.get(self.lang).to_owned(),
                items,
            })
        });
        let all: Vec<_> = kinds.collect();
        if all.is_empty() { self.blank_groups() } else { all }
    }

    fn channels(&self, form: &PrintedPledge) -> String {
        let labels = self.set.campaign.labels(self.lang);
        let names: Vec<&str> = form
            .filed
            .draft
            .channels
            .iter()
            .map(|c| labels.channel(c))
            .collect();
        names.join(lang::text(self.lang, "list.separator"))
    }

    /// The last confirming decision of the round: what stands in the seal line (N20).
    fn seal(&self, form: &PrintedPledge) -> Option<Decision> {
        let last = form.filed.confirming()?;
        let code = domain::ids::CheckCode::parse(&last.seal_code).map(|c| c.to_string());
        Some(Decision {
            words: match code {
                Ok(code) => lang::fill(self.lang, "pledge.seal_confirmed_code", &[("code", &code)]),
                // Decided with a release that set no seals.
                Err(_) => lang::text(self.lang, "pledge.seal_confirmed").to_owned(),
            },
            role: lang::text(self.lang, &format!("role.{}", last.role)).to_owned(),
            name: last.decided_name.clone(),
            date: self.day_of(last.decided_at),
            // Stamped on paper, it needs no picture of the seal.
            picture: self.picture(form).filter(|_| form.filed.stamped.is_none()),
            drawn: None,
            stamped: self.stamped(form),
        })
    }

    fn signed(&self, form: &PrintedPledge, words: &'static str) -> Option<Decision> {
        let row = &form.filed.row;
        let at = row
            .submitted_at
            .filter(|_| !row.signed_name.is_empty() && row.round > 0)?;
        let words = match row.on_behalf_by {
            Some(_) if form.filed.drawn.is_none() => lang::text(self.lang, "pledge.seal_on_behalf"),
            _ => lang::text(self.lang, words),
        };
        Some(Decision {
            words: words.to_owned(),
            role: String::new(),
            name: row.signed_name.clone(),
            date: self.day_of(at),
            picture: None,
            drawn: form.filed.drawn.clone(),
            stamped: String::new(),
        })
    }

    /// That the form was stamped on paper as well, since when and by whose word.
    fn stamped(&self, form: &PrintedPledge) -> String {
        let Some(scan) = &form.filed.stamped else {
            return String::new();
        };
        let date = self.day_of(scan.attached_at);
        let name = &scan.attached_name;
        lang::fill(self.lang, "stamped.on_paper", &[("date", &date), ("name", name)])
    }

    /// The picture of the seal the decision bears. One whose bytes are gone is left out: the words stand, and the check
    /// code is what counts.
    fn picture(&self, form: &PrintedPledge) -> Option<SealPicture> {
        let seal = form.seal.as_ref()?;
        let bytes = match self.app.files().get(&seal.sha256) {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::warn!(seal = seal.id, %error, "the picture of a seal cannot be read");
                return None;
            }
        };
        Some(SealPicture {
            path: picture_path(&seal.sha256, &seal.media_type),
            bytes: bytes.into(),
            label: lang::text(self.lang, "seal_image.on_paper").to_owned(),
            alt: lang::fill(self.lang, "seal_image.alt", &[("name", &seal.name)]),
        })
    }

    fn branch_form(&self, form: &PrintedPledge) -> BranchForm {
        let (header, draft) = (&form.filed.header, &form.filed.draft);
        BranchForm {
            unit: header.organization.clone(),
            branch_name: header.unit.clone(),
            head: header.head.clone(),
            phone: header.phone.clone(),
            groups: self.groups(form),
            pledged_on: draft
                .pledged_on
                .map(|d| lang::date(self.lang, d))
                .unwrap_or_default(),
            due_by: draft
                .limit()
                .map(|d| lang::date(self.lang, d))
                .unwrap_or_default(),
            publicity: self.channels(form),
            branch_seal: self.signed(form, "pledge.seal_filed"),
            committee_seal: self.seal(form),
            reference: form.filed.row.number.clone(),
            check_code: code(form),
        }
    }

    fn person_form(&self, form: &PrintedPledge) -> PersonForm {
        let (header, draft) = (&form.filed.header, &form.filed.draft);
        let text = |source| {
            box_text(self.lang, header, source)
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
            groups: self.groups(form),
            pledged_on: draft
                .pledged_on
                .map(|d| lang::date(self.lang, d))
                .unwrap_or_default(),
            due_by: draft
                .limit()
                .map(|d| lang::date(self.lang, d))
                .unwrap_or_default(),
            publicity: self.channels(form),
            signature: self.signed(form, "pledge.seal_signed"),
            secretary_seal: self.seal(form),
            reference: form.filed.row.number.clone(),
            check_code: code(form),
        }
    }
}

fn code(form: &PrintedPledge) -> Option<String> {
    let last = form.filed.versions.last()?;
    domain::ids::CheckCode::parse(&last.check_code)
        .ok()
        .map(|c| c.to_string())
}

/// The text of one box of the head of a form, with the name of its field; nothing for a box that is no field of
/// the roster.
pub fn box_text(lang: Lang, header: &Header, source: FieldSource) -> Option<(&'static str, String)> {
    let month = |text: &str| {
        if text.is_empty() {
            String::new()
        } else {
            lang::month(lang, text)
        }
    };
    Some(match source {
        FieldSource::Organization => ("organization", header.organization.clone()),
        FieldSource::Unit => ("unit", header.unit.clone()),
        FieldSource::Head => ("head", header.head.clone()),
        FieldSource::Phone => ("phone", header.phone.clone()),
        FieldSource::Name => ("name", header.name.clone()),
        FieldSource::Sex => ("sex", sex(lang, &header.sex)),
        FieldSource::Ethnicity => ("ethnicity", header.ethnicity.clone()),
        FieldSource::Education => ("education", header.education.clone()),
        FieldSource::BirthMonth => ("birth_month", month(&header.birth_month)),
        FieldSource::JoinedMonth => ("joined_month", month(&header.joined_month)),
        FieldSource::Post => ("post", header.post.clone()),
        _ => return None,
    })
}

/// The sex in words; empty where nobody knows it, so that the form asks.
fn sex(lang: Lang, kept: &str) -> String {
    match read_sex(kept) {
        None | Some(Sex::Unknown) => String::new(),
        Some(sex) => lang::text(lang, &format!("sex.{}", sex.name())).to_owned(),
    }
}
