//! Forms on paper, of every template the product ships and in every format: the fields the template lists, in their order,
//! and no others (N20, N21).

use crate::drafting::{Department, file, proposing};
use crate::review::member;
use app::campaign::{FindCurrent, RunningCampaign};
use app::forms::{blank, box_text, document, numbered};
use app::pledge::{
    Desk, Edit, OpenDesk, PrintSet, Printable, SaveDraft, SheetsToPrint, StartPledge, TypedItem,
};
use documents::paper::{
    BranchForm, Decision, FormText, Format, PersonForm, PledgeGroup, PledgeItem, annex1, annex2,
};
use domain::access::{Actor, Role};
use domain::campaign::template::{FieldSource, Form, Template};
use domain::campaign::{Audience, shipped};
use domain::ids::CheckCode;
use lang::Lang;
use std::io::Read as _;
use testkit::{Client, Database, House};

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Text between the tags.
fn bare(tagged: &str) -> String {
    let pieces = tagged.split('<').filter_map(|piece| piece.split_once('>'));
    let text: String = pieces.map(|(_, text)| text).collect();
    squeeze(&text.replace("&nbsp;", "").replace("&amp;", "&"))
}

/// Everything a part of an archive says.
fn part(archive: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(archive)).expect("an archive");
    let mut text = String::new();
    let mut part = zip.by_name(name).expect("the part");
    part.read_to_string(&mut text).expect("read");
    text
}

/// The words of a file as a reader program finds them, without white space.
fn words(format: Format, bytes: &[u8]) -> String {
    match format {
        Format::Docx => bare(&part(bytes, "word/document.xml")),
        Format::Html => {
            let page = String::from_utf8_lossy(bytes).into_owned();
            bare(page.split_once("<body").expect("a body").1)
        }
        Format::Ofd => {
            let page = part(bytes, "Doc_0/Pages/Page_0/Content.xml");
            let codes = page.split("<ofd:TextCode").skip(1);
            codes
                .map(|code| bare(code.split("</ofd:TextCode>").next().unwrap_or_default()))
                .collect()
        }
        Format::Pdf => {
            let file = tempfile::NamedTempFile::new().expect("a file");
            std::fs::write(file.path(), bytes).expect("written");
            let mut read = std::process::Command::new("pdftotext");
            let output = read.arg("-raw").arg(file.path()).arg("-").output();
            squeeze(&String::from_utf8_lossy(&output.expect("poppler-utils").stdout))
        }
    }
}

fn parsed(text: &str) -> Template {
    domain::campaign::parse(text).expect("fine")
}

/// Every label of every template's forms.
fn all_labels(lang: Lang) -> Vec<String> {
    let templates = shipped().iter().map(|(_, text)| parsed(text));
    let mut all: Vec<String> = templates
        .flat_map(|t| t.forms)
        .flat_map(|f| f.fields)
        .map(|f| squeeze(f.label.get(lang)))
        .filter(|label| !label.is_empty())
        .collect();
    all.sort();
    all.dedup();
    all
}

fn labels(form: &Form, lang: Lang) -> Vec<String> {
    let fields = form.fields.iter();
    fields.map(|f| squeeze(f.label.get(lang))).collect()
}

/// Title and labels stand there in the order of the template, each after the one before.
fn in_order(what: &str, text: &str, form: &Form, lang: Lang) {
    let mut rest = text;
    for label in std::iter::once(squeeze(form.title.get(lang))).chain(labels(form, lang)) {
        let at = rest.find(&label);
        let at = at.unwrap_or_else(|| panic!("{what}: {label} is missing or stands too early in {text}"));
        rest = &rest[at + label.len()..];
    }
}

async fn running(house: &House) -> RunningCampaign {
    let found = house.app.query(&Actor::public(), FindCurrent).await;
    found.expect("asked").expect("runs")
}

async fn databases() -> Vec<Database> {
    let mut all = vec![Database::sqlite().await];
    all.extend(Database::postgres().await);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn blank_forms_have_the_fields_of_their_template_and_no_others() {
    for (key, _) in shipped() {
        let house = proposing(Database::sqlite().await, key).await;
        let campaign = running(&house).await;
        for lang in Lang::ALL {
            let known = all_labels(lang);
            for form in &campaign.template.forms {
                let mut own = labels(form, lang);
                own.push(squeeze(form.title.get(lang)));
                own.extend(campaign.kinds().iter().map(|k| squeeze(k.label.get(lang))));
                let paper = blank(&house.app, lang, &campaign, form);
                for format in Format::ALL {
                    let what = format!("{key} {} {} {}", form.key, lang.code(), format.ending());
                    let bytes = paper.write(format).expect(&what);
                    let text = words(format, &bytes);
                    in_order(&what, &text, form, lang);
                    for other in known.iter().filter(|l| own.iter().all(|o| !o.contains(*l))) {
                        assert!(!text.contains(other), "{what}: {other} in {text}");
                    }
                }
            }
        }
    }
}

/// The forms of a pledge as files, as they are taken away.
async fn taken(who: &Client, address: &str, set: &PrintSet) {
    let lang = Lang::Zh;
    let printed = set.forms.first().expect("a form");
    let form = set
        .campaign
        .template
        .form_for(printed.audience)
        .expect("its form");
    let has = |source| form.fields.iter().any(|f| f.source == source);
    let own: String = printed.filed.header.post.clone() + &printed.filed.header.phone;
    for format in Format::ALL {
        let what = format!("{address} {} {}", form.title.zh, format.ending());
        let reply = who
            .get(&format!("{address}.{}", format.ending()))
            .await
            .expect(200);
        let text = words(format, &reply.bytes);
        in_order(&what, &text, form, lang);
        for source in [
            FieldSource::Ethnicity,
            FieldSource::Education,
            FieldSource::BirthMonth,
            FieldSource::JoinedMonth,
            FieldSource::Post,
            FieldSource::Phone,
        ] {
            let (_, value) = box_text(lang, &printed.filed.header, source).expect("a box");
            let value = squeeze(&value);
            if value.is_empty() || (!has(source) && own.contains(&value) && source != FieldSource::Phone) {
                continue;
            }
            assert_eq!(text.contains(&value), has(source), "{what}: {source:?} in {text}");
        }
        // The cell of a signature does not say its label again.
        for field in form.fields.iter().filter(|f| f.source == FieldSource::Signature) {
            let label = squeeze(&field.label.zh);
            assert_eq!(text.matches(&label).count(), 1, "{what}: {label} in {text}");
            let name = squeeze(&printed.filed.row.signed_name);
            let after = text.split_once(&label).expect("its label").1;
            assert!(after.contains(&name), "{what}: {text}");
        }
    }
}

async fn set_of(house: &House, who: &Client, pledge: &str) -> PrintSet {
    let pledge = pledge.to_owned();
    house
        .app
        .query(who.actor(), Printable { pledge })
        .await
        .expect("may print")
}

#[tokio::test(flavor = "multi_thread")]
async fn filled_forms_have_the_fields_of_their_template_and_no_others() {
    for (key, _) in shipped() {
        for database in databases().await {
            let house = proposing(database, key).await;
            let branch = house.demo.branches[1].id.clone();
            let departments = *key == "department_service";
            let who = if departments {
                let mut people = house.demo.people.iter();
                let leader = people.find(|p| p.leading_cadre && p.class == "full_member");
                house.as_person(&leader.expect("a leading cadre").id).await
            } else {
                member(&house, &branch, 0).await
            };
            let (own, _) = file(&house, who.actor(), Desk::Own).await.expect("files");
            let set = set_of(&house, &who, &own).await;
            taken(&who, "/my-pledge/files/form", &set).await;

            let (head, unit) = if departments {
                let head = member(&house, &branch, 1).await;
                let department = "01932b6e-7c1a-7f00-8000-0000000000d1".to_owned();
                let add = Department {
                    id: department.clone(),
                    branch,
                    account: head.actor().account.clone(),
                };
                house.run(add).await.expect("added");
                (house.sign_in(&head.actor().account).await, department)
            } else {
                let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
                (secretary, branch)
            };
            let desk = Desk::Branch(unit);
            let (unit, _) = file(&house, head.actor(), desk).await.expect("files");
            let set = set_of(&house, &head, &unit).await;
            taken(&head, &format!("/forms/{unit}"), &set).await;
        }
    }
}

/// The words of the notice's own paper.
fn notice_text(campaign: &RunningCampaign, lang: Lang) -> FormText {
    let mut text = FormText::of(lang);
    let form = |audience| campaign.template.form_for(audience).expect("a form");
    let (unit, person) = (form(Audience::Branch), form(Audience::Participant));
    unit.annex.get(lang).clone_into(&mut text.branch.annex);
    unit.title.get(lang).clone_into(&mut text.branch.title);
    unit.fields[0].label.get(lang).clone_into(&mut text.branch.unit);
    person.annex.get(lang).clone_into(&mut text.person.annex);
    person.title.get(lang).clone_into(&mut text.person.title);
    let label = |form: &Form, source| {
        let field = form.fields.iter().find(|f| f.source == source);
        // What stands in brackets has a line of its own.
        let label = field.expect("a field").label.get(lang);
        label.replace('（', "\n（").replace("）签", "）\n签")
    };
    text.branch.committee_seal = label(unit, FieldSource::CommitteeSeal);
    text.person.sex = label(person, FieldSource::Sex);
    text.person.ethnicity = label(person, FieldSource::Ethnicity);
    text.person.post = label(person, FieldSource::Post);
    text.person.secretary_seal = label(person, FieldSource::ReviewerSeal);
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn the_forms_of_the_notice_are_its_two_annexes() {
    for database in databases().await {
        let house = proposing(database, "notice_2010").await;
        let (campaign, lang) = (running(&house).await, Lang::Zh);
        let text = notice_text(&campaign, lang);
        let groups: Vec<PledgeGroup> = campaign
            .kinds()
            .iter()
            .map(|k| PledgeGroup {
                label: k.label.get(lang).to_owned(),
                items: Vec::new(),
            })
            .collect();
        let day = house.app.date_of(campaign.started_at.expect("it runs"));
        let form = |audience| campaign.template.form_for(audience).expect("a form");
        let unit = BranchForm {
            groups: groups.clone(),
            ..BranchForm::default()
        };
        assert_eq!(
            blank(&house.app, lang, &campaign, form(Audience::Branch)),
            annex1(&[unit], &text, day)
        );
        let person = PersonForm {
            groups,
            ..PersonForm::default()
        };
        assert_eq!(
            blank(&house.app, lang, &campaign, form(Audience::Participant)),
            annex2(&[person], &text, day)
        );

        let who = member(&house, &house.demo.branches[1].id, 0).await;
        let (own, _) = file(&house, who.actor(), Desk::Own).await.expect("files");
        let set = set_of(&house, &who, &own).await;
        let made = document(&house.app, lang, &set);
        let (filed, header) = (&set.forms[0].filed, &set.forms[0].filed.header);
        let told = |source| box_text(lang, header, source).expect("a box").1;
        let item = |i: &app::pledge::DraftItem| PledgeItem {
            text: i.item.content.clone(),
            due: lang::date(lang, i.item.due_date.expect("a day")),
            ..PledgeItem::default()
        };
        let kinds = campaign.kinds().iter().map(|k| PledgeGroup {
            label: k.label.get(lang).to_owned(),
            items: filed.draft.of_kind(&k.key).map(item).collect(),
        });
        let labels = campaign.labels(lang);
        let channels: Vec<&str> = filed.draft.channels.iter().map(|c| labels.channel(c)).collect();
        let date = |day: Option<_>| lang::date(lang, day.expect("a day"));
        let signed = house.app.date_of(filed.row.submitted_at.expect("handed in"));
        let person = PersonForm {
            name: header.name.clone(),
            sex: told(FieldSource::Sex),
            ethnicity: header.ethnicity.clone(),
            education: header.education.clone(),
            birth_month: told(FieldSource::BirthMonth),
            joined: told(FieldSource::JoinedMonth),
            post: header.post.clone(),
            phone: header.phone.clone(),
            groups: kinds.filter(|g| !g.items.is_empty()).collect(),
            pledged_on: date(filed.draft.pledged_on),
            due_by: date(filed.draft.limit()),
            publicity: channels.join("、"),
            signature: Some(Decision {
                words: "本人签名".to_owned(),
                name: header.name.clone(),
                date: lang::date(lang, signed),
                ..Decision::default()
            }),
            secretary_seal: None,
            reference: filed.row.number.clone(),
            check_code: filed.versions.last().map(|v| {
                let code = CheckCode::parse(&v.check_code).expect("a check code");
                code.to_string()
            }),
        };
        let mut wanted = annex2(&[person], &text, signed);
        wanted.title.clone_from(&made.title);
        assert_eq!(made, wanted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_joint_item_says_with_whom_and_a_numbered_sheet_asks_for_consent() {
    for database in databases().await {
        let house = proposing(database, "monthly_list").await;
        let who = member(&house, &house.demo.branches[1].id, 0).await;
        let start = StartPledge {
            desk: Desk::Own,
            reason: String::new(),
        };
        let pledge = house.app.execute(who.actor(), start).await.expect("begun").id;
        let desk = OpenDesk { desk: Desk::Own };
        let view = house.app.query(who.actor(), desk).await.expect("opened");
        let item = TypedItem {
            kind: view.campaign.kinds()[0].key.clone(),
            content: "每周为20名产妇讲解一次母乳喂养".to_owned(),
            joint: "罗玥".to_owned(),
            ..TypedItem::default()
        };
        let save = SaveDraft {
            pledge,
            revision: view.filed.map_or(0, |f| f.row.revision),
            edit: Edit::Items(vec![item]),
        };
        house.app.execute(who.actor(), save).await.expect("saved");
        for format in Format::ALL {
            let address = format!("/my-pledge/files/form.{}", format.ending());
            let reply = who.get(&address).await.expect(200);
            let text = words(format, &reply.bytes);
            assert!(text.contains("和罗玥共同承诺"), "{address}: {text}");
        }
        // This form has no box for the channels, where others ask.
        let run = SheetsToPrint {
            campaign: running(&house).await,
            audience: Audience::Participant,
            numbers: vec!["2026-Z04-K0007".to_owned()],
        };
        let sheet = numbered(&house.app, Lang::Zh, &run, "https://example.org").expect("a sheet");
        let text = words(Format::Pdf, &sheet.write(Format::Pdf).expect("a file"));
        let after = text.split_once("签名").expect("a signature").1;
        assert!(
            after.contains("本人同意公开以上承诺") && after.contains("年月日"),
            "{text}"
        );
    }
}
