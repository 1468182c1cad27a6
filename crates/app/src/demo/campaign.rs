//! The campaign of the demo: made, started, announced, signed for; a few people excused.

use super::{Demo, Step};
use crate::campaign::{CreateCampaign, Excuse, ReadCampaign, Source, StartCampaign};
use crate::error::{Error, Result};
use crate::notice::{PublishNotice, ReadDocument, SignForNotice, Typed, WriteNotice};
use domain::access::Role;
use domain::campaign::{parse, shipped};
use domain::notice::DocumentKind;
use domain::time::add_days;
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Deserialize)]
struct Data {
    excuses: Vec<String>,
}

/// The template of the notice of 2010.
const TEMPLATE: &str = "notice_2010";

/// The first day of the campaign, so that today lies in the planned step.
fn first_day(demo: &Demo) -> Result<Date> {
    let missing = || Error::bug("the template of the notice is missing");
    let (_, text) = shipped()
        .iter()
        .find(|(key, _)| *key == TEMPLATE)
        .ok_or_else(missing)?;
    let template = parse(text).map_err(|_| missing())?;
    if demo.plan.original {
        return template.starts_on.ok_or_else(missing);
    }
    let moved = template
        .shift_into_stage(demo.plan.step.number(), demo.today)
        .ok_or_else(missing)?;
    let first = moved.starts_on.ok_or_else(missing)?;
    // Appraisal has no end: a hall of the demo that shows kept, late and mended promises is five months in.
    Ok(match demo.plan.step {
        Step::Appraise => add_days(first, -50),
        _ => first,
    })
}

/// Makes and starts the campaign and publishes its notice; nobody has done anything else.
///
/// # Errors
/// What an act refuses.
pub async fn start(d: &mut Demo) -> Result<()> {
    let first = first_day(d)?;
    let office = d.holder(Role::CampaignOffice, None)?;
    d.at(add_days(first, -4), 10, 5);
    let case = CreateCampaign {
        source: Source::Shipped(TEMPLATE.to_owned()),
        title: String::new(),
        starts_on: first.to_string(),
    };
    d.campaign = d.act(&office, case).await?;
    d.at(add_days(first, -3), 9, 30);
    let started = StartCampaign {
        id: d.campaign.clone(),
    };
    let Some(id) = d.act(&office, started).await? else {
        return Ok(());
    };
    let draft = d.ask(&office, ReadDocument { id: id.clone() }).await?.notice;
    let case = WriteNotice {
        id: Some((id.clone(), draft.revision)),
        kind: DocumentKind::Notice,
        typed: Typed {
            title: draft.title,
            number: draft.number,
            source: draft.source,
            body: draft.body,
            dated_on: add_days(first, -3).to_string(),
            original_published_on: draft.original_published_on.unwrap_or_default(),
        },
    };
    d.act(&office, case).await?;
    d.at(add_days(first, -1), 16, 42);
    d.act(&office, PublishNotice { id, typed: None }).await?;
    d.at(d.today, 23, 59);
    Ok(())
}

/// Units sign for the notice, one forgets; some people are excused.
///
/// # Errors
/// What an act refuses.
pub async fn seed(d: &mut Demo) -> Result<()> {
    let data: Data = toml::from_str(include_str!("../../data/demo/campaign.toml")).map_err(Error::bug)?;
    let office = d.holder(Role::CampaignOffice, None)?;
    let campaign = d
        .ask(
            &office,
            ReadCampaign {
                id: d.campaign.clone(),
            },
        )
        .await?
        .campaign;
    let Some(first) = campaign.template.starts_on else {
        return Ok(());
    };
    let notices = d.ask(&office, crate::notice::ListNotices).await?;
    for notice in notices.iter().filter(|n| n.campaign_id == d.campaign) {
        for (at, branch) in d.branches.clone().iter().enumerate() {
            let day = add_days(first, i32::try_from(at % 3).unwrap_or(0));
            if day > d.today || at == 7 {
                continue;
            }
            d.at(day, 8 + i8::try_from(at % 9).unwrap_or(0), 13);
            let secretary = d.holder(Role::BranchSecretary, Some(&branch.id))?;
            let case = SignForNotice {
                id: notice.id.clone(),
                unit: branch.id.clone(),
            };
            d.act(&secretary, case).await?;
        }
    }
    let must = &campaign.template.scope.must;
    let excused: Vec<String> = d
        .people
        .iter()
        .rev()
        .filter(|p| !p.leading_cadre && p.title.is_empty())
        .filter(|p| domain::organization::PersonClass::from_name(&p.class).is_some_and(|c| must.contains(&c)))
        .step_by(23)
        .take(6)
        .map(|p| p.id.clone())
        .collect();
    d.at(add_days(first, 5), 15, 20);
    for (at, person) in excused.into_iter().enumerate() {
        let reason = data
            .excuses
            .get(at % data.excuses.len().max(1))
            .cloned()
            .unwrap_or_default();
        d.act(&office, Excuse { person, reason }).await?;
    }
    d.at(d.today, 23, 59);
    Ok(())
}
