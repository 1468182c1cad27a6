//! A brief or the campaign's summary as a first draft made of figures; the office edits and publishes it like a notice.

use super::figures::{CampaignFigures, gather};
use crate::campaign;
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Scope};
use domain::notice::DocumentKind;
use domain::problem::Problem;
use jiff::civil::Date;
use lang::Lang;
use std::fmt::Display;
use store::Tx;
use store::notice::{self as rows, Notice};

/// Writes the draft of a numbered brief (简报) or of the campaign's summary (总结).
pub struct WriteFromFigures {
    /// [`DocumentKind::Brief`] or [`DocumentKind::Summary`].
    pub kind: DocumentKind,
    /// The language of the draft.
    pub lang: Lang,
    /// Who issues it.
    pub source: String,
}

impl UseCase for WriteFromFigures {
    /// The document.
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::WriteNotice)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        ctx.require(Permission::WriteNotice, Scope::Organization)?;
        if self.kind == DocumentKind::Notice {
            return Err(Problem::invalid("problem.brief.kind").on("kind").into());
        }
        let shown = campaign::shown(ctx, tx).await?;
        let campaign = shown.ok_or_else(|| Problem::conflict("campaign.none_running"))?;
        let before = rows::all(tx, &ctx.organization).await?;
        // A draft has the number it would go out with; publishing settles it.
        let number = published(&before, &campaign.id) + 1;
        let figures = gather(ctx, tx, campaign).await?;
        let text = Draft {
            lang: self.lang,
            figures: &figures,
            today: ctx.today,
        };
        let brief = self.kind == DocumentKind::Brief;
        let campaign_title = figures.campaign.title_in(self.lang);
        let notice = Notice {
            id: ctx.id(),
            campaign_id: figures.campaign.id.clone(),
            kind: self.kind.name().to_owned(),
            number: match brief {
                true => text.say("brief.number", &[("n", &number)]),
                false => String::new(),
            },
            title: text.say(
                if brief {
                    "brief.title"
                } else {
                    "brief.summary_title"
                },
                &[("campaign", &campaign_title), ("n", &number)],
            ),
            body: text.body(self.kind),
            source: self.source.trim().to_owned(),
            dated_on: Some(ctx.today.to_string()),
            original_published_on: None,
            published_at: None,
            created_at: ctx.now,
            updated_at: ctx.now,
            revision: 1,
        };
        rows::add(tx, &ctx.organization, &notice, &ctx.actor.account).await?;
        Ok(notice.id)
    }
    fn event(&self, id: &String) -> Event {
        Event::new("brief.generate", "notice", id).with(serde_json::json!({ "kind": self.kind.name() }))
    }
}

/// The words round the figures.
struct Draft<'a> {
    lang: Lang,
    figures: &'a CampaignFigures,
    today: Date,
}

impl Draft<'_> {
    fn say(&self, key: &str, args: &[(&str, &dyn Display)]) -> String {
        lang::fill(self.lang, key, args)
    }

    /// "n of m", with the share beside it where there is something to divide by.
    fn share(&self, n: i64, of: i64) -> String {
        let share = lang::percent(n, of).map(|p| self.say("ui.in_brackets", &[("text", &p)]));
        format!(
            "{}{}",
            self.say("brief.n_of_m", &[("n", &n), ("m", &of)]),
            share.unwrap_or_default()
        )
    }

    /// Words that open the page where the number comes from.
    fn to(&self, page: &str, words: impl Display) -> String {
        // The paper stays when the next campaign runs, and so do the rows behind its numbers.
        let sign = if page.contains('?') { '&' } else { '?' };
        let page = format!("{page}{sign}campaign={}", self.figures.campaign.id);
        self.say("brief.link", &[("words", &words), ("page", &page)])
    }

    fn body(&self, kind: DocumentKind) -> String {
        let mut parts: Vec<(&str, Vec<String>)> = Vec::new();
        if kind == DocumentKind::Summary {
            parts.push(("brief.part_stages", self.stages()));
        }
        parts.push(("brief.part_pledges", self.pledges()));
        parts.push(("brief.part_progress", self.progress()));
        parts.push(("brief.part_appraisal", self.appraisal()));
        parts.push(("brief.part_examples", self.examples()));
        let mut lines = vec![self.say(
            "brief.opening",
            &[
                ("date", &lang::date(self.lang, self.today)),
                ("campaign", &self.figures.campaign.title_in(self.lang)),
            ],
        )];
        for (at, (head, body)) in parts.into_iter().filter(|(_, body)| !body.is_empty()).enumerate() {
            let ordinal = lang::text(self.lang, &format!("ordinal.n{}", at + 1)).to_owned();
            lines.push(format!(
                "# {}",
                self.say(
                    "brief.heading",
                    &[("n", &ordinal), ("head", &lang::text(self.lang, head))]
                )
            ));
            lines.extend(body);
        }
        lines.join("\n")
    }

    fn stages(&self) -> Vec<String> {
        let stages = self.figures.campaign.stages(self.today);
        let day = |d: Date| lang::date(self.lang, d);
        let line = |s: &domain::campaign::StageState<'_>| {
            let name = s.stage.label.get(self.lang);
            let from = day(s.window.starts_on);
            match s.window.ends_on {
                Some(end) => self.say(
                    "brief.stage",
                    &[("stage", &name), ("from", &from), ("to", &day(end))],
                ),
                None => self.say("brief.stage_open", &[("stage", &name), ("from", &from)]),
            }
        };
        stages.iter().map(line).collect()
    }

    fn pledges(&self) -> Vec<String> {
        let f = &self.figures;
        let mut lines = vec![self.say(
            "brief.filed",
            &[
                ("branches", &self.share(f.branches.1, f.branches.0)),
                ("people", &self.share(f.all.filed, f.all.due)),
                ("items", &self.to("/board", f.all.items)),
            ],
        )];
        if f.demands.0 > 0 {
            lines.push(self.say(
                "brief.demands",
                &[
                    ("all", &self.to("/demands", f.demands.0)),
                    (
                        "answered",
                        &self.to("/demands", self.share(f.demands.1, f.demands.0)),
                    ),
                    ("declined", &self.to("/demands", f.demands.2)),
                ],
            ));
        }
        lines
    }

    fn progress(&self) -> Vec<String> {
        let a = &self.figures.all;
        let mut lines = vec![
            self.say(
                "brief.progress",
                &[
                    ("claimed", &a.claimed),
                    (
                        "kept",
                        &self.to("/board?state=reported", self.share(a.claimed_kept, a.claimed)),
                    ),
                    ("past", &a.past_due),
                    ("overdue", &self.to("/board?state=overdue", a.overdue)),
                ],
            ),
            self.say(
                "brief.checked",
                &[
                    ("found", &a.found),
                    (
                        "fulfilled",
                        &self.to("/board?state=kept", self.share(a.found_fulfilled, a.found)),
                    ),
                ],
            ),
        ];
        if self.figures.orders.0 > 0 {
            let (all, closed) = self.figures.orders;
            lines.push(self.say(
                "brief.orders",
                &[("all", &all), ("closed", &self.share(closed, all))],
            ));
        }
        if a.opinions > 0 {
            lines.push(self.say(
                "brief.opinions",
                &[
                    ("all", &self.to("/feedback", a.opinions)),
                    ("asking", &a.asking),
                    ("answered", &self.share(a.answered, a.asking)),
                ],
            ));
        }
        lines
    }

    fn appraisal(&self) -> Vec<String> {
        let Some((_, title, grades)) = &self.figures.round else {
            return vec![];
        };
        let labels = self.figures.campaign.labels(self.lang);
        let all: i64 = grades.iter().map(|(_, n)| n).sum();
        let list = grades.iter().map(|(grade, n)| {
            self.say(
                "brief.grade",
                &[("grade", &labels.grade(grade)), ("share", &self.share(*n, all))],
            )
        });
        let list = list
            .collect::<Vec<_>>()
            .join(lang::text(self.lang, "list.separator"));
        vec![self.say(
            "brief.appraisal",
            &[("round", title), ("all", &all), ("list", &list)],
        )]
    }

    fn examples(&self) -> Vec<String> {
        let line = |e: &store::brief::PublicExample| {
            self.say(
                "brief.example",
                &[
                    ("unit", &e.unit_name),
                    ("name", &e.name),
                    ("words", &e.words.replace('\n', " ")),
                ],
            )
        };
        self.figures.examples.iter().take(10).map(line).collect()
    }
}

/// How many briefs of a campaign are published.
fn published(all: &[Notice], campaign: &str) -> usize {
    let brief = |n: &&Notice| n.kind == DocumentKind::Brief.name() && n.campaign_id == campaign;
    let out = |n: &&Notice| n.published_at.is_some();
    all.iter().filter(brief).filter(out).count()
}

/// A brief takes its number when it goes out, so that strangers read them without a gap; a number that somebody wrote
/// otherwise stays as it is.
///
/// # Errors
/// Whatever the database reports.
pub(crate) async fn settle_number(ctx: &Ctx, tx: &mut Tx, notice: &Notice) -> Result<()> {
    if notice.kind != DocumentKind::Brief.name() {
        return Ok(());
    }
    let all = rows::all(tx, &ctx.organization).await?;
    let next = published(&all, &notice.campaign_id) + 1;
    let campaign = campaign::by_id(ctx, tx, &notice.campaign_id).await?;
    let said = |lang: Lang, n: usize| lang::fill(lang, "brief.number", &[("n", &n)]);
    let title = |lang: Lang, n: usize| {
        let of = campaign.title_in(lang);
        lang::fill(lang, "brief.title", &[("campaign", &of), ("n", &n)])
    };
    let numbers = 1..=all.len() + 1;
    let ours = Lang::ALL
        .into_iter()
        .flat_map(|lang| numbers.clone().map(move |n| (lang, n)))
        .find(|(lang, n)| said(*lang, *n) == notice.number);
    let Some((lang, n)) = ours.filter(|(_, n)| *n != next) else {
        return Ok(());
    };
    let settled = Notice {
        title: match notice.title == title(lang, n) {
            true => title(lang, next),
            false => notice.title.replace(&notice.number, &said(lang, next)),
        },
        number: said(lang, next),
        ..notice.clone()
    };
    rows::write(tx, &ctx.organization, &settled, ctx.now).await?;
    Ok(())
}
