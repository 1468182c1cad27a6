//! Who has not filed, by branch and day, as a text for a group of colleagues.

use crate::fields::{Fields, Form, mendable};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::workbench::{Missing, MissingLine, ReadMissing, Remind, Reminder};
use askama::Template;
use domain::access::Permission;
use jiff::civil::Date;

#[derive(Template)]
#[template(path = "work/missing.html")]
struct MissingPage {
    v: Visit,
    m: Missing,
    f: Form,
}

impl MissingPage {
    /// The names of a branch in one line; the branch itself where its own pledge is missing.
    fn line(&self, b: &MissingLine) -> String {
        let department = matches!(
            b.unit.kind.as_str(),
            "functional_department" | "clinical_department"
        );
        let own = match department {
            true => "missing.own_department",
            false => "missing.own",
        };
        let own = b.own_missing.then(|| self.v.t(own).to_owned());
        let names = b.people.missing.iter().map(|p| p.name.clone());
        let all: Vec<String> = own.into_iter().chain(names).collect();
        let names = all.join(self.v.t("list.separator"));
        self.v.t2("missing.line", "branch", &b.unit.name, "names", names)
    }

    fn late(&self) -> Vec<&MissingLine> {
        let late = |b: &&MissingLine| b.own_missing || !b.people.missing.is_empty();
        self.m.branches.iter().filter(late).collect()
    }

    /// The whole as one text: what, how many, who, until when, where.
    fn text(&self) -> String {
        let v = &self.v;
        let n = self.m.totals.due - self.m.totals.filed;
        let mut lines = vec![v.t3(
            "missing.head",
            "title",
            self.m.campaign.title_in(v.lang()),
            "date",
            v.date(self.m.day),
            "n",
            n,
        )];
        lines.extend(self.late().into_iter().map(|b| self.line(b)));
        if let Some(until) = self.m.until.filter(|until| *until >= v.today()) {
            lines.push(v.t1("missing.until", "date", v.date(until)));
        }
        lines.push(v.t1("missing.where", "address", crate::pages::public::view::base(v)));
        lines.join("\n")
    }

    /// Only of today's list a reminder is noted, by whoever looks after these people.
    fn may_note(&self) -> bool {
        self.m.day == self.v.today() && self.v.may(Permission::ExcusePerson)
    }

    /// Who reminded a group today, in words.
    fn told(&self, r: &Reminder) -> String {
        let when = self.v.moment(r.told_at);
        self.v
            .t3("missing.told", "when", when, "name", &r.told_name, "n", r.people)
    }

    fn excused(&self) -> usize {
        self.m.branches.iter().map(|b| b.people.excused.len()).sum()
    }

    fn is_day(&self, day: &Date) -> bool {
        self.m.day == *day
    }

    fn short(&self, day: &Date) -> String {
        lang::date_short(self.v.lang(), *day)
    }
}

pub(super) async fn show(v: Visit) -> Answer {
    let day = v.query("day").parse().ok();
    let m = v.web().app().query(v.actor(), ReadMissing { day }).await?;
    let f = Form::default();
    page(&MissingPage { v, m, f })
}

/// Notes that a list was sent to a group of colleagues.
pub(super) async fn remind(v: Visit, fields: Fields) -> Answer {
    let unit = fields.trimmed("unit");
    match v.web().app().execute(v.actor(), Remind { unit }).await {
        Ok(_) => Ok(see_other("/workbench/missing?said=reminded")),
        Err(error) => {
            let problems = mendable(error)?;
            let m = v.web().app().query(v.actor(), ReadMissing { day: None }).await?;
            let code = crate::pages::opinion::mending(&problems);
            let f = Form::mend(fields, problems);
            page_with(code, &MissingPage { v, m, f })
        }
    }
}
