//! Screen 31: papers for walls, counters and meetings, chosen by check boxes, in one file or singly. All of it
//! comes from the projection: nothing can be printed that is not public.

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::pages::public::view::{base, grouped};
use crate::respond::{Answer, download, page_with};
use crate::visit::Visit;
use app::public::{FindPrints, FindProgress, Line, PrintBranch, PrintPledge, Prints, by_unit};
use askama::Template;
use axum::http::StatusCode;
use documents::DocumentError;
use documents::pdf::{Piece, Run, WallBranch, WallPledge, WallPromise, WallText, wall};
use domain::access::Permission;
use domain::problem::{Problem, Problems};
use tokio::sync::Semaphore;

/// Files of a whole organisation are large while they are set: one at a time.
static TURN: Semaphore = Semaphore::const_new(1);

/// Letters on a card at most; a longer promise ends in dots, and the card says where the rest is.
const CARD_LETTERS: usize = 44;

pub(super) fn routes() -> Vec<Route> {
    let gate = Gate::Holds(Permission::PrintForms);
    vec![
        Route::get("/publication/sheets", gate, choose),
        Route::get("/publication/sheets.pdf", gate, press),
    ]
}

#[derive(Template)]
#[template(path = "publication/sheets.html")]
struct SheetsPage {
    v: Visit,
    f: Form,
    units: Vec<(String, String)>,
    pieces: Vec<&'static str>,
    /// Whose papers would have boxes, and for which characters.
    lost: Vec<(String, String)>,
}

/// Names with the characters of their published words that no font has. A set that is refused anyway has none to tell.
async fn lost(v: &Visit, unit: &str) -> Result<Vec<(String, String)>, crate::Failure> {
    let unit = Some(unit.to_owned()).filter(|unit| unit != "all");
    let find = FindPrints { unit, kinds: 1 };
    let prints = match v.web().app().query(v.actor(), find).await {
        Ok(prints) => prints,
        Err(error) => return mendable(error).map(|_| Vec::new()),
    };
    let all = prints.branches.iter().flat_map(|b| &b.pledges).map(|p| {
        let mut words = format!("{}{}", p.head.name, p.head.post);
        words.extend(p.lines.iter().map(|line| line.item.content.as_str()));
        (p.head.name.as_str(), words)
    });
    Ok(crate::papers::lost(v, all))
}

async fn sheets_page(v: Visit, f: Form) -> Result<SheetsPage, crate::Failure> {
    let progress = v.web().app().query(v.actor(), FindProgress).await?;
    let all = ("all".to_owned(), v.t("wall.all_branches").to_owned());
    let public = by_unit(&progress.tally).into_iter().map(|u| (u.unit, u.name));
    Ok(SheetsPage {
        lost: lost(&v, f.get("unit")).await?,
        units: std::iter::once(all).chain(public).collect(),
        pieces: Piece::ALL.map(Piece::key).to_vec(),
        f,
        v,
    })
}

async fn choose(v: Visit) -> Answer {
    // What hangs, is read and invites after every publication is ticked; the rest is for some.
    let usual = [Piece::SheetA4, Piece::Aloud, Piece::PosterA4].map(Piece::key);
    let unit = if v.query("unit").is_empty() {
        "all"
    } else {
        v.query("unit")
    };
    let typed = usual.map(|key| ("piece", key));
    let mut typed = typed.to_vec();
    typed.push(("unit", unit));
    let f = Form::fresh(&typed);
    page_with(StatusCode::OK, &sheets_page(v, f).await?)
}

/// The form again, with what is wrong about it.
async fn again(v: Visit, problems: Problems) -> Answer {
    let typed = ["unit", "piece"].into_iter().flat_map(|name| {
        let values = v.query_all(name).into_iter();
        values.map(move |value| (name.to_owned(), value.to_owned()))
    });
    let f = Form::mend(Fields::of(typed.collect()), problems);
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &sheets_page(v, f).await?)
}

async fn press(v: Visit) -> Answer {
    // A button of one piece counts alone, whatever is ticked.
    let asked = match v.query("only") {
        "" => v.query_all("piece"),
        only => vec![only],
    };
    let asked: Vec<Piece> = asked.into_iter().filter_map(Piece::from_key).collect();
    let pieces: Vec<Piece> = Piece::ALL.into_iter().filter(|p| asked.contains(p)).collect();
    if pieces.is_empty() {
        return again(v, Problem::invalid("wall.choose").on("piece").into()).await;
    }
    let unit = match v.query("unit") {
        "" | "all" => None,
        one => Some(one.to_owned()),
    };
    let kinds = pieces.len();
    let find = FindPrints { unit, kinds };
    let alone = find.unit.is_some();
    let prints = match v.web().app().query(v.actor(), find).await {
        Ok(prints) => prints,
        Err(error) => return again(v, mendable(error)?).await,
    };
    let whose = match prints.branches.first() {
        Some(branch) if alone => branch.unit.name.clone(),
        _ => v.house().name.clone(),
    };
    let (text, day) = (words(&v, &prints), v.today());
    let branches: Vec<WallBranch> = prints.branches.iter().map(|b| branch(&v, &prints, b)).collect();
    let turn = TURN.acquire().await.map_err(app::Error::bug)?;
    let made = crate::papers::press(move || wall(&branches, &pieces, &text, day)).await?;
    drop(turn);
    match made {
        Ok(bytes) => Ok(download(
            &format!("{}-{whose}-{day}.pdf", v.t("documents.wall.title")),
            "application/pdf",
            bytes,
        )),
        Err(DocumentError::Empty) => again(v, Problem::invalid("wall.no_cards").on("piece").into()).await,
        Err(error @ (DocumentError::QrTooLong { .. } | DocumentError::QrUnreadable)) => {
            again(v, Problem::invalid(error.key()).into()).await
        }
        Err(error) => Err(app::Error::bug(error.cause().unwrap_or(error.key()).to_owned()).into()),
    }
}

fn words(v: &Visit, prints: &Prints) -> WallText {
    let phone = &v.house().settings.office_phone;
    let mut lines = vec![v.t("sheet.line_scan").to_owned()];
    if !phone.is_empty() {
        lines.push(v.t1("sheet.line_phone", "phone", phone));
    }
    let title = prints.campaign.title_in(v.lang());
    WallText {
        above: v.t2("sheet.above", "organization", &v.house().name, "campaign", title),
        organization: v.house().name.clone(),
        call: v.t("sheet.call").to_owned(),
        lines,
        seals: ["sheet.seal_branch", "sheet.seal_committee"]
            .map(|key| v.t(key).to_owned())
            .to_vec(),
        ..WallText::of(v.lang())
    }
}

fn branch(v: &Visit, prints: &Prints, b: &PrintBranch) -> WallBranch {
    let people = b.pledges.iter().filter(|p| p.head.pledger == "person").count();
    let (base, id) = (base(v), &b.unit.id);
    WallBranch {
        name: b.unit.name.clone(),
        title: v.t1("sheet.title", "name", &b.unit.name),
        left: v.t1("sheet.members", "n", people),
        right: published(v, b),
        pledges: b.pledges.iter().map(|p| pledge(v, prints, p, &base)).collect(),
        address: format!("{base}/branches/{id}"),
        opinion: format!("{base}/feedback/{id}"),
        intro: intro(v, b),
    }
}

/// On which day all of it was published, or from which day to which.
fn published(v: &Visit, b: &PrintBranch) -> String {
    let days = || b.pledges.iter().map(|p| p.head.published_at);
    let (Some(first), Some(last)) = (days().min(), days().max()) else {
        return String::new();
    };
    let (first, last) = (v.day_of(first), v.day_of(last));
    if first == last {
        return v.t1("sheet.period", "date", first);
    }
    v.t2("sheet.period_between", "first", first, "last", last)
}

fn pledge(v: &Visit, prints: &Prints, p: &PrintPledge, base: &str) -> WallPledge {
    let labels = prints.campaign.labels(v.lang());
    let promise = |line: &Line| WallPromise {
        kind: labels.kind(&line.item.kind).to_owned(),
        text: runs(v, &line.item.content),
        due: line.item.due_on.replace('-', "."),
        spoken: spoken(v, line),
    };
    // Who stands at a window is met in the post; what is promised for it comes first.
    let of_post = p.lines.iter().find(|l| l.item.kind == "post_commitment");
    let shown = of_post.or(p.lines.first());
    WallPledge {
        own: p.head.pledger == "branch",
        name: p.head.name.clone(),
        post: p.head.post.clone(),
        check_code: grouped(&p.head.check_code),
        address: format!("{base}/pledges/{}", p.head.id),
        promises: p.lines.iter().map(promise).collect(),
        line: shown.map(|l| for_card(&l.item.content)).unwrap_or_default(),
    }
}

/// A promise short enough for a card.
fn for_card(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= CARD_LETTERS {
        return text;
    }
    let kept: String = text.chars().take(CARD_LETTERS - 2).collect();
    // Where a clause ends in the second half, the card ends with it and cuts no word.
    let clause = kept.rfind(['\u{FF0C}', '\u{3002}', '\u{FF1B}', '\u{3001}', ',', ';']);
    let whole = clause.and_then(|at| kept.get(..at));
    let long = |part: &&str| part.chars().count() * 2 >= CARD_LETTERS;
    let kept = whole.filter(long).unwrap_or(kept.trim_end());
    format!("{kept}\u{2026}\u{2026}")
}

/// The sentence that opens the list to read aloud.
pub(super) fn intro(v: &Visit, b: &PrintBranch) -> String {
    v.t2("sheet.read_intro", "name", &b.unit.name, "n", b.lines().count())
}

/// A promise as it is read aloud.
pub(super) fn spoken(v: &Visit, line: &Line) -> String {
    v.t3(
        "sheet.read_line",
        "who",
        &line.name,
        "text",
        line.item.content.trim_end_matches(['\u{3002}', '.', ' ', '\n']),
        "due",
        v.iso(&line.item.due_on),
    )
}

/// A promise as the printer draws it: measured words strong.
fn runs(v: &Visit, text: &str) -> Vec<Run> {
    let mut out = Vec::new();
    let mut at = 0;
    let mut push = |text: Option<&str>, strong| {
        if let Some(text) = text.filter(|t| !t.is_empty()) {
            out.push(Run {
                text: text.to_owned(),
                strong,
            });
        }
    };
    for measured in domain::advice::measured(text, &v.house().rules) {
        push(text.get(at..measured.range.start), false);
        push(text.get(measured.range.clone()), true);
        at = measured.range.end;
    }
    push(text.get(at..), false);
    out
}

#[cfg(test)]
mod tests {
    use super::for_card;

    #[test]
    fn a_card_holds_a_short_promise_whole_and_marks_a_long_one() {
        assert_eq!(for_card("one\n two "), "one two");
        let whole = "x".repeat(44);
        assert_eq!(for_card(&whole), whole);
        let clauses = format!("{}，{}，{}", "一".repeat(15), "二".repeat(15), "三".repeat(30));
        let wanted = format!("{}，{}……", "一".repeat(15), "二".repeat(15));
        assert_eq!(for_card(&clauses), wanted);
        let cut = for_card(&"x".repeat(5_000));
        assert_eq!(cut.chars().count(), 44);
        assert!(cut.ends_with("\u{2026}\u{2026}"));
    }
}
