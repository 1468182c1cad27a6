//! Screen 2: the board. The filter stands in the address, so a view can be sent as a link.

use super::view::{Bar, Row, bar, planned, rows};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page};
use crate::visit::Visit;
use app::public::{BoardAsked, BoardView, COUNTED, Counts, FindBoard, GROUPS, Tally, by_unit};
use askama::Template;

/// Branch cards on the board; the page of progress has them all.
const CARDS: usize = 12;

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/board", Gate::Public, board)]
}

/// A choice of the filter.
pub(crate) struct Choice {
    /// Value.
    pub value: String,
    /// Words.
    pub label: String,
    /// Chosen now.
    pub on: bool,
    /// How many items, where it is known.
    pub n: Option<i64>,
}

struct Card {
    unit: String,
    name: String,
    bar: Bar,
    overdue: i64,
    rectifying: i64,
}

#[derive(Template)]
#[template(path = "public/board.html")]
struct BoardPage {
    v: Visit,
    asked: BoardAsked,
    filtered: bool,
    units: Vec<Choice>,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    rows: Vec<Row>,
    total: i64,
    pager: Pager,
    cards: Vec<Card>,
    more_cards: bool,
    all: i64,
    planned: String,
}

/// Reads the filter from the address.
pub(super) fn asked(v: &Visit) -> BoardAsked {
    BoardAsked {
        unit: v.query("unit").to_owned(),
        kind: v.query("kind").to_owned(),
        groups: v.query_all("state").into_iter().map(str::to_owned).collect(),
        words: v.query("q").chars().take(60).collect(),
        order: v.query("sort").to_owned(),
        leaders: v.query("leaders") == "1",
        page: v.query("page").parse().unwrap_or(1),
    }
}

/// Whether the filter leaves anything out.
pub(super) fn narrowed(asked: &BoardAsked) -> bool {
    !asked.unit.is_empty()
        || !asked.kind.is_empty()
        || !asked.groups.is_empty()
        || !asked.words.trim().is_empty()
        || asked.leaders
}

/// The states to choose from, with how many items each has within the rest of the filter; without a number where only
/// reading them all would tell.
fn state_choices(v: &Visit, asked: &BoardAsked, tally: &[Tally]) -> Vec<Choice> {
    let within =
        |t: &&Tally| (asked.unit.is_empty() || t.unit_id == asked.unit) && (!asked.leaders || t.rank <= 0);
    let known = asked.kind.is_empty() && asked.words.trim().is_empty();
    let counts = Counts::sum(tally.iter().filter(within));
    let all = GROUPS.iter().map(|g| Choice {
        value: g.key.to_owned(),
        label: v.t_of("state", g.key),
        on: asked.groups.iter().any(|a| a == g.key),
        n: known.then(|| counts.of(g.key)),
    });
    // What a figure of a brief opens: offered only where it is asked for.
    let counted = COUNTED.iter().map(|(name, _)| Choice {
        value: (*name).to_owned(),
        label: v.t_of("figure", name),
        on: asked.groups.iter().any(|a| a == name),
        n: None,
    });
    all.filter(|c| c.on || c.n != Some(0))
        .chain(counted.filter(|c| c.on))
        .collect()
}

/// Asks for the board; what is counted over all of it is counted once until something public changes.
pub(super) async fn find(v: &Visit, asked: BoardAsked) -> Result<BoardView, app::Error> {
    let (web, when) = (v.web(), v.as_of());
    // What is kept is of the campaign that everybody is shown.
    let looks_back = v.looks_at().is_some();
    let tally = web.tally(when).filter(|_| !looks_back);
    let known = tally.is_some() || looks_back;
    let view = web.app().query(v.actor(), FindBoard { asked, tally }).await?;
    if !known {
        web.keep_tally(when, view.tally.clone());
    }
    Ok(view)
}

async fn board(v: Visit) -> Answer {
    let asked = asked(&v);
    let view = find(&v, asked.clone()).await?;
    let counts = Counts::sum(view.tally.iter());
    let branches = by_unit(&view.tally);
    let filtered = narrowed(&asked);
    let card = |u: &app::public::UnitCounts| Card {
        unit: u.unit.clone(),
        name: u.name.clone(),
        bar: bar(&v, &u.counts),
        overdue: u.counts.of("overdue"),
        rectifying: u.counts.of("rectifying"),
    };
    let shown = if filtered || view.page > 1 { 0 } else { CARDS };
    let labels = view.campaign.as_ref().map(|c| c.labels(v.lang()));
    let kind = |k: &domain::campaign::template::Kind| Choice {
        value: k.key.clone(),
        label: k.label.get(v.lang()).to_owned(),
        on: asked.kind == k.key,
        n: None,
    };
    let page_data = BoardPage {
        filtered,
        units: branches
            .iter()
            .map(|u| Choice {
                value: u.unit.clone(),
                label: u.name.clone(),
                on: asked.unit == u.unit,
                n: Some(u.counts.total()),
            })
            .collect(),
        kinds: view.campaign.iter().flat_map(|c| c.kinds()).map(kind).collect(),
        states: state_choices(&v, &asked, &view.tally),
        rows: labels
            .map(|labels| rows(&v, &labels, &view.lines))
            .unwrap_or_default(),
        total: view.total,
        pager: Pager::at(view.page, view.pages),
        cards: branches.iter().take(shown).map(card).collect(),
        more_cards: branches.len() > CARDS,
        all: counts.total(),
        planned: planned(&v, view.campaign.as_ref()),
        asked,
        v,
    };
    page(&page_data)
}

/// Where a list of several pages stands.
pub(crate) struct Pager {
    /// This page, from 1.
    pub page: i64,
    /// Pages.
    pub pages: i64,
    /// The numbers to show; 0 stands for a gap.
    pub near: Vec<i64>,
}

impl Pager {
    /// The pager of a page.
    pub(crate) fn at(page: i64, pages: i64) -> Pager {
        Pager {
            near: near(page, pages),
            page,
            pages,
        }
    }
}

/// The page numbers of a pager: first, last, and those round this one; 0 stands for a gap.
fn near(page: i64, pages: i64) -> Vec<i64> {
    let mut out: Vec<i64> = Vec::new();
    for n in 1..=pages {
        if n == 1 || n == pages || (n - page).abs() <= 2 {
            out.push(n);
        } else if out.last() != Some(&0) {
            out.push(0);
        }
        // A board of a whole province has thousands of pages: only the ends are counted out.
        if n > page + 3 && n < pages - 1 && pages > 50 {
            out.extend([pages]);
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn a_pager_names_first_last_and_neighbours() {
        assert_eq!(near(1, 1), [1]);
        assert_eq!(near(1, 9), [1, 2, 3, 0, 9]);
        assert_eq!(near(5, 9), [1, 0, 3, 4, 5, 6, 7, 0, 9]);
        assert_eq!(near(2, 5000), [1, 2, 3, 4, 0, 5000]);
        assert_eq!(near(5000, 5000), [1, 0, 4998, 4999, 5000]);
    }
}
