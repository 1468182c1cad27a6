//! Step 5 of the demo: what the public says of branches and pledges, most of it answered in time, some overdue, two
//! hidden.

use super::{Demo, Step};
use crate::campaign::FindCurrent;
use crate::error::{Error, Result};
use crate::feedback::{
    DeskRow, FindAround, FindGround, Ground, HandleFeedback, Handling, ReadDesk, Subject, TypedFeedback, give,
};
use domain::access::{Actor, Role};
use domain::campaign::GatedAct;
use domain::feedback::FeedbackState;
use domain::time::{add_days, days_between};
use jiff::civil::Date;
use serde::Deserialize;

/// How many opinions come in.
const COUNT: usize = 200;

#[derive(Deserialize)]
struct Data {
    line: Vec<Line>,
    hidden: Vec<Hidden>,
}

#[derive(Deserialize)]
struct Line {
    grade: i64,
    reasons: Vec<String>,
    words: String,
    reply: String,
}

#[derive(Deserialize)]
struct Hidden {
    grade: i64,
    words: String,
    reason: String,
}

/// Lives through the feedback since publication.
///
/// # Errors
/// What an act refuses.
pub async fn seed(d: &mut Demo) -> Result<()> {
    if d.plan.step < Step::Appraise {
        return Ok(());
    }
    let data: Data = toml::from_str(include_str!("../../data/demo/feedback.toml")).map_err(Error::bug)?;
    let office = d.holder(Role::CampaignOffice, None)?;
    let campaign = d.ask(&office, FindCurrent).await?;
    let window = campaign.and_then(|c| c.window(GatedAct::Publicise, d.today));
    let Some(first) = window.map(|w| add_days(w.starts_on, 1)) else {
        return Ok(());
    };
    let mut grounds = Vec::new();
    for branch in &d.branches {
        let unit = branch.id.clone();
        let ground = d.ask(&office, FindGround { unit, pledge: None }).await?;
        let around = d.ask(&office, FindAround::of(&ground)).await?;
        grounds.push((ground, around.subjects));
    }
    // The demo may be dated back to 2010: then everything comes within the first weeks.
    let span = usize::try_from(days_between(first, d.today).clamp(1, 40)).unwrap_or(1);
    for _ in 0..COUNT {
        // Bad grades stand at the end of the list and are rarer.
        let place = d.dice.below(data.line.len() * 2) % data.line.len().max(1);
        let place = place.min(d.dice.below(data.line.len()));
        let day = add_days(first, i32::try_from(d.dice.below(span)).unwrap_or(0));
        if let Some(line) = data.line.get(place) {
            say(
                d,
                &office,
                &grounds,
                (line.grade, &line.reasons, &line.words),
                day,
            )
            .await?;
        }
    }
    for hidden in &data.hidden {
        say(d, &office, &grounds, (hidden.grade, &[], &hidden.words), first).await?;
    }
    answer(d, &office, &data).await?;
    d.at(d.today, 23, 59);
    Ok(())
}

async fn say(
    d: &mut Demo,
    office: &Actor,
    grounds: &[(Ground, Vec<Subject>)],
    (grade, reasons, words): (i64, &[String], &str),
    day: Date,
) -> Result<()> {
    let Some((branch, subjects)) = d.dice.pick(grounds).cloned() else {
        return Ok(());
    };
    d.at(day, 12, 0);
    let pledge = if d.dice.percent(55) {
        d.dice.pick(&subjects).map(|s| s.id.clone())
    } else {
        None
    };
    let ground = match pledge {
        Some(_) => {
            let unit = branch.place.id.clone();
            d.ask(office, FindGround { unit, pledge }).await?
        }
        None => branch,
    };
    let typed = TypedFeedback {
        grade: grade.to_string(),
        reasons: reasons.to_vec(),
        words: words.to_owned(),
        contact: String::new(),
    };
    give(&d.app, &ground, &typed).await.map(drop)
}

async fn answer(d: &mut Demo, office: &Actor, data: &Data) -> Result<()> {
    let case = ReadDesk {
        state: FeedbackState::New,
        unit: String::new(),
    };
    let rows = d.ask(office, case).await?.rows;
    for row in rows {
        let how = data.hidden.iter().find(|h| h.words == row.feedback.words);
        let how = how.map(|h| Handling::Hide {
            reason: h.reason.clone(),
        });
        let line = data.line.iter().find(|l| l.words == row.feedback.words);
        let reply = line.map_or("", |l| l.reply.as_str());
        let how = how.or_else(|| {
            (!reply.is_empty()).then(|| Handling::Reply {
                reply: reply.to_owned(),
                public: true,
            })
        });
        // A tap without words needs no answer of its own; of the rest, one in twelve is left lying.
        let Some(how) = how else { continue };
        let hidden = matches!(how, Handling::Hide { .. });
        if !hidden && d.dice.percent(8) {
            continue;
        }
        handle(d, office, &row, how).await?;
    }
    Ok(())
}

async fn handle(d: &mut Demo, office: &Actor, row: &DeskRow, how: Handling) -> Result<()> {
    let said_on: Date = row.feedback.said_on.parse().map_err(Error::bug)?;
    let day = add_days(said_on, 1 + i32::try_from(d.dice.below(4)).unwrap_or(0));
    if day > d.today {
        return Ok(());
    }
    d.at(day, 15, 30);
    let secretary = d.holder(Role::BranchSecretary, Some(&row.feedback.unit_id))?;
    let case = |how: &Handling| HandleFeedback {
        id: row.feedback.id.clone(),
        how: how.clone(),
    };
    match d.act(&secretary, case(&how)).await {
        // It is about the secretary's own pledge: the office answers.
        Err(Error::Refused(_)) => d.act(office, case(&how)).await,
        other => other,
    }
}
