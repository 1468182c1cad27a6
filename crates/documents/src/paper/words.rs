//! The words of forms and sheets from the catalogue. What a campaign words otherwise (titles, names of
//! kinds) is set by the caller afterwards.

use lang::{Lang, text};

use super::{BranchLabels, FormText, PersonLabels};
use crate::pdf::{PosterText, WallText};

impl FormText {
    /// The labels of the notice's annexes in a language, with titles that name no campaign.
    pub fn of(lang: Lang) -> Self {
        let t = |key: &'static str| text(lang, key).to_owned();
        Self {
            language: lang.code().to_owned(),
            branch: BranchLabels::of(lang),
            person: PersonLabels::of(lang),
            pledge: String::new(),
            measure: t("documents.form.measure"),
            beneficiary: t("documents.form.beneficiary"),
            due: t("documents.form.due"),
            colon: t("documents.form.colon"),
            pledged_on: t("documents.form.pledged_on"),
            due_by: t("documents.form.due_by"),
            publicity: t("documents.form.publicity"),
            blank_date: t("documents.form.blank_date"),
            continued: t("documents.form.continued"),
            reference: t("documents.form.reference"),
            check_code: t("documents.form.check_code"),
            page_of: t("documents.form.page_of"),
        }
    }
}

impl BranchLabels {
    /// The labels of annex 1 in a language.
    pub fn of(lang: Lang) -> Self {
        let t = |key: &'static str| text(lang, key).to_owned();
        Self {
            annex: t("documents.branch_form.annex"),
            title: t("documents.branch_form.title"),
            unit: t("documents.branch_form.unit"),
            branch_name: t("documents.branch_form.branch_name"),
            head: t("documents.branch_form.head"),
            phone: t("documents.branch_form.phone"),
            branch_seal: t("documents.branch_form.branch_seal"),
            committee_seal: t("documents.branch_form.committee_seal"),
        }
    }
}

impl PersonLabels {
    /// The labels of annex 2 in a language.
    pub fn of(lang: Lang) -> Self {
        let t = |key: &'static str| text(lang, key).to_owned();
        Self {
            annex: t("documents.person_form.annex"),
            title: t("documents.person_form.title"),
            name: t("documents.person_form.name"),
            sex: t("documents.person_form.sex"),
            ethnicity: t("documents.person_form.ethnicity"),
            education: t("documents.person_form.education"),
            birth_month: t("documents.person_form.birth_month"),
            joined: t("documents.person_form.joined"),
            post: t("documents.person_form.post"),
            phone: t("documents.person_form.phone"),
            signature: t("documents.person_form.signature"),
            secretary_seal: t("documents.person_form.secretary_seal"),
        }
    }
}

impl WallText {
    /// The words of the papers for the wall in a language, their posters in both. What names the organisation
    /// and its campaign is left empty.
    pub fn of(lang: Lang) -> Self {
        let t = |key: &'static str| text(lang, key).to_owned();
        let poster = |lang: Lang| PosterText {
            lang: lang.code().split('-').next().unwrap_or_default().to_owned(),
            call: text(lang, "documents.wall.poster_call").to_owned(),
            line: text(lang, "documents.wall.poster_line").to_owned(),
        };
        let others = Lang::ALL.into_iter().filter(|other| *other != lang);
        Self {
            language: lang.code().to_owned(),
            title: t("documents.wall.title"),
            own: t("documents.wall.own"),
            due: t("documents.wall.due"),
            check_code: t("documents.form.check_code"),
            address: t("documents.wall.address"),
            continued: t("documents.form.continued"),
            page_of: t("documents.form.page_of"),
            qr_alt: t("documents.wall.qr_alt"),
            badge: t("documents.wall.badge"),
            badge_scan: t("documents.wall.badge_scan"),
            aloud: t("documents.wall.aloud"),
            posters: std::iter::once(lang).chain(others).map(poster).collect(),
            ..Self::default()
        }
    }
}
