//! The replay page: the server carries the draw out again before the reader's eyes, and says how to do it without us.

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with};
use crate::visit::Visit;
use app::draw::{DrawView, FindDraw, replayed};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::draw::normal_seed;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/draws/{id}/replay", Gate::Public, show),
        Route::post("/draws/{id}/replay", Gate::Anonymous, again),
    ]
}

/// One step of the first item of a branch, as anybody with a terminal can do it.
struct Sum {
    unit: String,
    of: usize,
    number: usize,
    command: String,
    hash: String,
    head: String,
}

#[derive(Template)]
#[template(path = "supervision/replay.html")]
struct ReplayPage {
    v: Visit,
    f: Form,
    d: DrawView,
    seed: String,
    /// The seed is the reader's own, not the published one.
    tried: bool,
    hashes_agree: bool,
    result_agrees: Option<bool>,
    pool: usize,
    key: String,
    file_name: String,
    commitment: String,
    commitment_command: String,
    key_command: String,
    places: Vec<(String, u32)>,
    sums: Vec<Sum>,
    items: Vec<(String, usize, usize)>,
    inspectors: Vec<(String, String)>,
}

fn sum(text: &str) -> String {
    domain::canonical::sha256_hex(text.as_bytes())
}

/// The lines as one `printf` for a terminal; every line holds nothing a shell reads in single quotes.
fn command(lines: &[&str]) -> String {
    let quoted: Vec<String> = lines
        .iter()
        .map(|l| format!("'{}'", l.replace('\'', "'\\''")))
        .collect();
    format!("printf '%s\\n' {} | sha256sum", quoted.join(" "))
}

#[expect(
    clippy::too_many_lines,
    reason = "one page: each field stands beside the reckoning it shows"
)]
fn replay_page(v: Visit, d: DrawView, typed: Option<(&str, Form)>) -> Result<ReplayPage, app::Error> {
    let (tried, f) = match &typed {
        Some((_, f)) => (true, f.clone()),
        None => (false, Form::default()),
    };
    let mut file = d.file.clone();
    if let Some((seed, _)) = typed {
        file.seed = Some(normal_seed(seed)?);
    }
    let seed = file.seed.clone().unwrap_or_default();
    let done = replayed(file)?.replay;
    let frozen = &d.file.frozen;
    let (commitment, places) = (frozen.commitment(), frozen.places());
    let key = sum(&format!("{commitment}\n{seed}\n"));
    let steps = places
        .iter()
        .filter(|(_, n)| **n > 0 && !seed.is_empty())
        .map(|(stratum, _)| {
            let lines = [key.as_str(), "item", stratum, "1", "0"];
            let hash = sum(&lines.map(|l| format!("{l}\n")).concat());
            let first = done.items.iter().find(|i| i.stratum == *stratum);
            Sum {
                unit: d.unit(stratum),
                of: first.map_or(0, |i| i.of),
                number: first.map_or(0, |i| i.number),
                command: command(&lines),
                head: hash.get(..16).unwrap_or("").to_owned(),
                hash,
            }
        });
    let name = |id: &str| {
        d.inspectors
            .inspectors
            .iter()
            .find(|i| i.id == id)
            .map(|i| i.name.clone())
    };
    let numbers = [
        frozen.sample.to_string(),
        frozen.minimum.to_string(),
        frozen.inspectors_per_stratum.to_string(),
    ];
    let of_commitment = [
        domain::draw::FORMAT,
        &d.file.pool_hash,
        &d.file.inspectors_hash,
        &numbers[0],
        &numbers[1],
        &numbers[2],
        &frozen.seed_source,
    ];
    Ok(ReplayPage {
        hashes_agree: done.hashes_agree,
        result_agrees: if tried { None } else { done.result_agrees },
        pool: frozen.pool.len(),
        sums: steps.collect(),
        commitment_command: command(&of_commitment),
        key_command: command(&[&commitment, &seed]),
        places: places.iter().map(|(s, n)| (d.unit(s), *n)).collect(),
        items: done
            .items
            .iter()
            .map(|i| (d.unit(&i.stratum), i.of, i.number))
            .collect(),
        inspectors: done
            .inspectors
            .iter()
            .filter_map(|i| Some((d.unit(&i.stratum), name(&i.id)?)))
            .collect(),
        file_name: super::draws::file_name(&d.file),
        key,
        commitment,
        seed,
        tried,
        f,
        d,
        v,
    })
}

async fn show(v: Visit, Path(id): Path<String>) -> Answer {
    let d = v.web().app().query(v.actor(), FindDraw(id)).await?;
    page(&replay_page(v, d, None)?)
}

async fn again(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let d = v.web().app().query(v.actor(), FindDraw(id)).await?;
    let seed = fields.get("seed").to_owned();
    match normal_seed(&seed) {
        Ok(_) => page(&replay_page(
            v,
            d,
            Some((&seed, Form::fresh(&[("seed", &seed)]))),
        )?),
        Err(problem) => {
            let f = Form::mend(fields, mendable(problem.into())?);
            let mut data = replay_page(v, d, None)?;
            data.f = f;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &data)
        }
    }
}
