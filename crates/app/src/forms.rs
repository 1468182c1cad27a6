//! The forms of a campaign's template (N20, N21) put together from what was pledged, for pages and for the command line.

use crate::App;
use crate::campaign::{RunningCampaign, shown};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::pledge::{Header, PrintSet, PrintedPledge, SheetsToPrint, header_of};
use crate::seal_image::picture_path;
use documents::paper::{
    Decision, Document, Entry, Field, FormText, Mark, PledgeGroup, PledgeItem, Room, SealPicture, Sheet,
    sheets,
};
use domain::access::{Permission, Scope, may};
use domain::campaign::Audience;
use domain::campaign::template::{FieldSource, Form, FormField, Kind, Template};
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

/// The audiences that are people, in the order in which a template's forms are looked through for them.
pub(crate) const PEOPLE: [Audience; 3] = [
    Audience::Participant,
    Audience::LeadingCadre,
    Audience::BranchSecretary,
];

/// The form of an audience; where the template has none for it, one of its sort, units or people.
pub fn form_of(template: &Template, audience: Audience) -> Option<&Form> {
    let sort: &[Audience] = match audience {
        Audience::Branch | Audience::Department => &[Audience::Branch, Audience::Department],
        _ => &PEOPLE,
    };
    let sort = sort.iter().copied();
    std::iter::once(audience)
        .chain(sort)
        .find_map(|audience| template.form_for(audience))
}

/// What the form of an audience is called: its annex and title as the template has them; empty where it has none.
pub fn form_name(template: &Template, audience: Audience, lang: Lang) -> String {
    let Some(form) = form_of(template, audience) else {
        return String::new();
    };
    let words = [form.annex.get(lang), form.title.get(lang)];
    words.join(" ").trim().to_owned()
}

/// The forms of a set as one document, each on the paper of its audience.
pub fn document(app: &App, lang: Lang, set: &PrintSet) -> Document {
    let campaign = &set.campaign;
    let maker = Maker { app, lang, campaign };
    let paper = |of: &PrintedPledge| {
        let form = form_of(&campaign.template, of.audience)?;
        Some(maker.sheet(form, Some(of)))
    };
    let forms: Vec<Sheet> = set.forms.iter().filter_map(paper).collect();
    let mut document = sheets(&forms, &FormText::of(lang), dated(app, campaign, &set.forms));
    // A single form has whose it is in the title of its file: hundreds lie in one folder.
    if let [one] = set.forms.as_slice() {
        let number = one.filed.row.number.as_deref().unwrap_or_default();
        let named = format!("{} {} {number}", document.title, who(one));
        named.trim_end().clone_into(&mut document.title);
    }
    document
}

/// A form of the campaign to be filled in by hand.
pub fn blank(app: &App, lang: Lang, campaign: &RunningCampaign, form: &Form) -> Document {
    let sheet = Maker { app, lang, campaign }.sheet(form, None);
    sheets(&[sheet], &FormText::of(lang), dated(app, campaign, &[]))
}

/// Blank forms with their numbers, each with a code to scan that opens the page on which it is typed in (N20, N21).
/// `base` is the address of the product.
///
/// # Errors
/// When a code cannot be drawn.
pub fn numbered(app: &App, lang: Lang, run: &SheetsToPrint, base: &str) -> Result<Document> {
    let (campaign, text) = (&run.campaign, FormText::of(lang));
    let form = form_of(&campaign.template, run.audience).ok_or_else(crate::pledge::missing)?;
    let mut sheet = Maker { app, lang, campaign }.sheet(form, None);
    if PEOPLE.contains(&run.audience) {
        consent(lang, &mut sheet, &text);
    }
    let copies = vec![sheet; run.numbers.len()];
    let document = sheets(&copies, &text, dated(app, campaign, &[]));
    let marks = run.numbers.iter().map(|number| Mark {
        text: lang::fill(lang, "blank.mark", &[("number", number)]),
        address: format!("{base}/branch-pledge/on-behalf?number={number}"),
    });
    let hint = lang::text(lang, "blank.mark_hint");
    document
        .marked(marks.collect(), hint)
        .map_err(|error| crate::Error::bug(error.to_string()))
}

/// What is typed from a sheet later needs the person's consent in his own hand: where the form asks for the channels, else
/// above the date of his signature.
fn consent(lang: Lang, sheet: &mut Sheet, text: &FormText) {
    let words = lang::text(lang, "blank.consent").to_owned();
    let lines = |field: &Field| matches!(field.entry, Entry::Line(_));
    let place = sheet.fields.iter().position(lines);
    let seal = |field: &Field| matches!(field.entry, Entry::Seal(_));
    let place = place.or_else(|| sheet.fields.iter().position(seal));
    let Some(field) = place.and_then(|at| sheet.fields.get_mut(at)) else {
        return;
    };
    field.entry = match field.entry {
        Entry::Line(_) => Entry::Line(words),
        _ => Entry::Seal(Some(Box::new(Decision {
            words,
            date: text.blank_date.clone(),
            ..Decision::default()
        }))),
    };
}

/// The day a file bears: that of the last act on its forms, or of the start of the campaign, so that the same data
/// give the same file on any day.
fn dated(app: &App, campaign: &RunningCampaign, forms: &[PrintedPledge]) -> jiff::civil::Date {
    let acts = forms.iter().flat_map(|form| {
        let decided = form.filed.decisions.iter().map(|d| d.decided_at);
        decided.chain(form.filed.row.submitted_at)
    });
    app.date_of(acts.max().or(campaign.started_at).unwrap_or(0))
}

/// The label of a seal line as the notice's forms set it: what stands in full-width brackets on a line of its own.
fn seal_lines(label: &str) -> String {
    let opened = label.replace('\u{ff08}', "\n\u{ff08}");
    opened.replace('\u{ff09}', "\u{ff09}\n").trim().to_owned()
}

/// How much room the box of a field asks for; nothing for a field that is no box.
fn room(source: FieldSource) -> Option<Room> {
    Some(match source {
        FieldSource::Organization | FieldSource::Unit | FieldSource::Post => Room::Wide,
        FieldSource::Head | FieldSource::Phone | FieldSource::Name => Room::Usual,
        FieldSource::Sex
        | FieldSource::Ethnicity
        | FieldSource::Education
        | FieldSource::BirthMonth
        | FieldSource::JoinedMonth => Room::Small,
        _ => return None,
    })
}

/// Puts the forms of a campaign into words.
struct Maker<'a> {
    app: &'a App,
    lang: Lang,
    campaign: &'a RunningCampaign,
}

impl Maker<'_> {
    fn day_of(&self, at: i64) -> String {
        lang::date(self.lang, self.app.date_of(at))
    }

    /// Room to write for every kind that somebody with this form may choose.
    fn blank_groups(&self, form: &Form) -> Vec<PledgeGroup> {
        let chosen = |k: &&Kind| form.audience.iter().any(|a| k.count_for(*a).1 != Some(0));
        let kinds = self.campaign.kinds().iter();
        kinds
            .filter(chosen)
            .map(|k| PledgeGroup {
                label: k.label.get(self.lang).to_owned(),
                items: Vec::new(),
            })
            .collect()
    }

    fn groups(&self, form: &Form, of: &PrintedPledge) -> Vec<PledgeGroup> {
        let draft = &of.filed.draft;
        let joint = |who: &str| match who.trim() {
            "" => String::new(),
            who => lang::fill(self.lang, "pledge.item_joint", &[("who", &who)]),
        };
        let kinds = self.campaign.kinds().iter().filter_map(|kind| {
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
                    joint: joint(&i.item.joint),
                })
                .collect();
            (!items.is_empty()).then(|| PledgeGroup {
                label: kind.label.get(self.lang).to_owned(),
                items,
            })
        });
        let all: Vec<_> = kinds.collect();
        if all.is_empty() {
            self.blank_groups(form)
        } else {
            all
        }
    }

    fn channels(&self, form: &PrintedPledge) -> String {
        let labels = self.campaign.labels(self.lang);
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

    /// A form of the template, filled with what was pledged or blank.
    fn sheet(&self, form: &Form, of: Option<&PrintedPledge>) -> Sheet {
        let field = |field: &FormField| {
            let (mut label, entry) = (self.label(field), self.entry(form, field, of));
            // Where one kind has the name of the whole block, it is not said twice.
            if matches!(&entry, Entry::Items(groups) if matches!(groups.as_slice(), [one] if one.label == label))
            {
                label.clear();
            }
            Field { label, entry }
        };
        Sheet {
            annex: form.annex.get(self.lang).to_owned(),
            title: form.title.get(self.lang).to_owned(),
            subject: of.map(|f| who(f).to_owned()).unwrap_or_default(),
            fields: form.fields.iter().map(field).collect(),
            reference: of.and_then(|f| f.filed.row.number.clone()),
            check_code: of.and_then(code),
        }
    }

    fn label(&self, field: &FormField) -> String {
        let label = field.label.get(self.lang);
        match field.source {
            FieldSource::UnitSeal | FieldSource::CommitteeSeal | FieldSource::ReviewerSeal => {
                seal_lines(label)
            }
            _ => label.to_owned(),
        }
    }

    fn entry(&self, form: &Form, field: &FormField, of: Option<&PrintedPledge>) -> Entry {
        if let Some(room) = room(field.source) {
            let words = of.and_then(|f| box_text(self.lang, &f.filed.header, field.source));
            return Entry::Box(words.map(|(_, text)| text).unwrap_or_default(), room);
        }
        let date = |day: Option<jiff::civil::Date>| {
            let words = day.map(|d| lang::date(self.lang, d));
            Entry::Date(words.unwrap_or_default())
        };
        match field.source {
            FieldSource::PledgedOn => date(of.and_then(|f| f.filed.draft.pledged_on)),
            FieldSource::DueDate => date(of.and_then(|f| f.filed.draft.limit())),
            FieldSource::Channels => Entry::Line(of.map(|f| self.channels(f)).unwrap_or_default()),
            FieldSource::UnitSeal => {
                // A person's form bears the seal of the unit on paper only.
                let unit = of.filter(|f| f.filed.row.person_id.is_none());
                Entry::Seal(
                    unit.and_then(|f| self.signed(f, "pledge.seal_filed"))
                        .map(Box::new),
                )
            }
            FieldSource::Signature => Entry::Seal(of.and_then(|f| self.signature(f, field)).map(Box::new)),
            FieldSource::CommitteeSeal | FieldSource::ReviewerSeal => {
                Entry::Seal(of.and_then(|f| self.seal(f)).map(Box::new))
            }
            _ => Entry::Items(of.map_or_else(|| self.blank_groups(form), |f| self.groups(form, f))),
        }
    }

    /// The signing, in words that do not say the label beside them once more.
    fn signature(&self, of: &PrintedPledge, field: &FormField) -> Option<Decision> {
        let mut signed = self.signed(of, "pledge.seal_signed")?;
        let label = field.label.get(self.lang).trim();
        if !label.is_empty() && signed.words.contains(label) {
            signed.words.clear();
        }
        Some(signed)
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
