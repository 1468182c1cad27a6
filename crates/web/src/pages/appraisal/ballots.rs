//! Ballots: codes are made, printed on slips, and counted.

use super::*;

#[derive(Template)]
#[template(path = "appraisal/ballots.html")]
struct BallotsPage {
    v: Visit,
    f: Form,
    turnout: Turnout,
    labels: Labels,
}

impl BallotsPage {
    fn voice(&self, voice: &Voice) -> &str {
        self.labels.voice(voice_key(*voice))
    }

    fn of(&self, unit: &str, voice: &Voice) -> (i64, i64) {
        self.turnout.of(unit, *voice)
    }

    fn can_make(&self) -> bool {
        matches!(self.turnout.round.state, RoundState::Open | RoundState::Upcoming)
    }
}

async fn ballots_page(v: Visit, id: &str, f: Form, status: StatusCode) -> Answer {
    let case = FindTurnout { round: id.to_owned() };
    let turnout = v.web().app().query(v.actor(), case).await?;
    let labels = turnout.campaign.labels(v.lang());
    page_with(
        status,
        &BallotsPage {
            v,
            f,
            turnout,
            labels,
        },
    )
}

pub(super) async fn ballots(v: Visit, Path(id): Path<String>) -> Answer {
    let f = Form::fresh(&[("unit", v.query("unit"))]);
    ballots_page(v, &id, f, StatusCode::OK).await
}

/// Slips to cut apart, shown this once: the answer to the form, so that no address leads to them again.
#[derive(Template)]
#[template(path = "appraisal/slips.html")]
struct SlipsPage {
    v: Visit,
    sheet: CodeSheet,
    voice: String,
    /// Code as printed, the short address, the drawing.
    slips: Vec<(String, String, String)>,
}

fn slips(v: Visit, sheet: CodeSheet, voice: String) -> Answer {
    let base = crate::pages::public::view::base(&v);
    let mut slips = Vec::new();
    for code in &sheet.codes {
        let printed = code.to_string();
        let address = format!("{base}/ballot/{}", printed.replace('-', ""));
        let drawing = documents::svg::qr(&address, v.t("ballot.qr")).map_err(app::Error::bug)?;
        slips.push((printed, format!("{base}/ballot"), drawing));
    }
    page(&SlipsPage {
        v,
        sheet,
        voice,
        slips,
    })
}

pub(super) async fn make_codes(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = MakeCodes {
        round: id.clone(),
        unit: fields.trimmed("unit"),
        voice: fields.trimmed("voice"),
        count: fields.trimmed("count").parse().unwrap_or(0),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(sheet) => {
            let case = FindTurnout { round: id };
            let turnout = v.web().app().query(v.actor(), case).await?;
            let voice = turnout
                .campaign
                .labels(v.lang())
                .voice(voice_key(sheet.voice))
                .to_owned();
            slips(v, sheet, voice)
        }
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            ballots_page(v, &id, f, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}
