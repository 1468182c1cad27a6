//! `jiannuo doctor`: what an operator would look at one by one, with what to do about it. Changes nothing.

use crate::exit::{Exit, fill, lang, text};
use crate::{open, serve, settings, upgrade};
use app::system;
use app::{App, Clock, Config};
use clap::ArgMatches;
use domain::access::Actor;
use domain::time::{Calendar, Instant};
use serde_json::json;
use store::{Act, Tx};

/// Less free space than this is a warning, bytes.
const TIGHT: u64 = 1 << 30;
/// Less than this is a fault.
const FULL: u64 = 50 << 20;
/// The clock may lie this much before the last audit entry, microseconds: two machines never agree wholly.
const SLACK: i64 = 120 * 1_000_000;
/// This program was not written before 2026: an earlier clock is wrong.
const FIRST_DAY: i64 = 1_767_225_600_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Fine,
    Warning,
    Fault,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Fine => "fine",
            State::Warning => "warning",
            State::Fault => "fault",
        }
    }
}

/// One thing looked at.
struct Finding {
    /// Its name under `doctor.…`.
    name: &'static str,
    state: State,
    words: String,
}

/// What was found so far.
#[derive(Default)]
struct Report(Vec<Finding>);

impl Report {
    fn note(&mut self, name: &'static str, state: State, words: impl Into<String>) {
        let words = words.into();
        self.0.push(Finding { name, state, words });
    }

    fn fine(&mut self, name: &'static str, words: impl Into<String>) {
        self.note(name, State::Fine, words);
    }
}

/// Looks at everything and says what it found.
///
/// # Errors
/// 3 when something is wrong.
pub async fn run(m: &ArgMatches) -> Result<(), Exit> {
    let config = settings::read(m)?.config;
    let mut report = Report::default();
    match config.check() {
        Ok(()) => report.fine("settings", text("doctor.settings_fine")),
        Err(problems) => report.note("settings", State::Fault, Exit::from(problems).words()),
    }
    directory(&mut report, &config);
    space(&mut report, &config);
    let app = database(&mut report, &config).await;
    if let Some(app) = &app {
        trail(&mut report, app).await;
    }
    clock(&mut report, app.as_ref()).await;
    holidays(&mut report, &config);
    fonts(&mut report, &config, app.as_ref()).await;
    address(&mut report, &config);
    if config.database_url.is_empty() {
        backups(&mut report, &config);
    }
    tell(&report, m.get_flag("json"));
    match report.0.iter().any(|f| f.state == State::Fault) {
        true => Err(Exit::wrong(text("doctor.wrong"))),
        false => Ok(()),
    }
}

fn tell(report: &Report, as_json: bool) {
    if as_json {
        let all: Vec<_> = report
            .0
            .iter()
            .map(|f| json!({ "check": f.name, "state": f.state.name(), "words": f.words }))
            .collect();
        println!("{}", json!({ "checks": all }));
        return;
    }
    for f in &report.0 {
        let state = ::lang::text(lang(), &format!("doctor_state.{}", f.state.name())).to_owned();
        let name = ::lang::text(lang(), &format!("doctor_check.{}", f.name)).to_owned();
        println!("[{state}] {name}: {}", f.words.replace('\n', "\n    "));
    }
}

fn directory(report: &mut Report, config: &Config) {
    let data = &config.data;
    if !data.is_dir() {
        let state = match config.database_url.is_empty() {
            true => State::Fault,
            false => State::Warning,
        };
        return report.note(
            "data",
            state,
            fill("doctor.data_missing", &[("dir", &data.display())]),
        );
    }
    match tempfile::NamedTempFile::new_in(data) {
        Err(why) => report.note("data", State::Fault, open::unusable(data, &why).words()),
        Ok(_) if open::in_use(data) => {
            report.fine("data", fill("doctor.data_in_use", &[("dir", &data.display())]));
        }
        Ok(_) => report.fine("data", fill("doctor.data_fine", &[("dir", &data.display())])),
    }
}

fn space(report: &mut Report, config: &Config) {
    let Some(free) = system::free(&config.data) else {
        return report.note("space", State::Warning, text("doctor.space_unknown"));
    };
    let megabytes = ::lang::number(i64::try_from(free >> 20).unwrap_or(i64::MAX));
    let words = fill("doctor.space", &[("n", &megabytes)]);
    match free {
        0..FULL => report.note(
            "space",
            State::Fault,
            format!("{words} {}", text("doctor.space_full")),
        ),
        FULL..TIGHT => report.note(
            "space",
            State::Warning,
            format!("{words} {}", text("doctor.space_tight")),
        ),
        _ => report.fine("space", words),
    }
}

/// The database as it is; the product over it when it can be used.
async fn database(report: &mut Report, config: &Config) -> Option<App> {
    if let Err(none) = open::must_exist(config) {
        report.note("database", State::Fault, none.words());
        return None;
    }
    let db = match open::untouched(config).await {
        Ok(db) => db,
        Err(why) => {
            report.note("database", State::Fault, why.words());
            return None;
        }
    };
    match db.standing().await {
        Ok(standing) if standing.open.is_empty() => {}
        Ok(standing) => {
            let (fine, words) = upgrade::announce(&standing, config);
            let state = if fine { State::Warning } else { State::Fault };
            report.note("database", state, words);
            return None;
        }
        Err(why) => {
            report.note("database", State::Fault, Exit::from(why).words());
            return None;
        }
    }
    let organization = match open::organization(&db).await {
        Ok(Some(id)) => id,
        Ok(None) => {
            report.note("database", State::Warning, text("cli.not_set_up"));
            return None;
        }
        Err(why) => {
            report.note("database", State::Fault, why.words());
            return None;
        }
    };
    let app = App::new(db, Clock::System, config.clone(), &organization);
    match system::damage(&app, &Actor::machine()).await {
        Ok(damage) if damage.is_empty() => {
            let shown = settings::without_password(&config.database_url);
            let shown = if shown.is_empty() {
                text("doctor.embedded").to_owned()
            } else {
                shown
            };
            report.fine("database", fill("doctor.database_fine", &[("what", &shown)]));
        }
        Ok(damage) => report.note(
            "database",
            State::Fault,
            fill("doctor.damaged", &[("why", &damage)]),
        ),
        Err(why) => report.note("database", State::Fault, Exit::from(why).words()),
    }
    Some(app)
}

async fn trail(report: &mut Report, app: &App) {
    match app::audit::verify_audit(app, &[]).await {
        Ok(found) => match found.fault {
            None => {
                let words = fill("cli.verify_fine", &[("n", &found.chained)]);
                report.fine("audit", format!("{words} {}", found.hash));
            }
            Some(fault) => report.note("audit", State::Fault, crate::verify::sentence(&fault)),
        },
        Err(why) => report.note("audit", State::Fault, Exit::from(why).words()),
    }
}

struct LastEntry(String);

impl Act for LastEntry {
    type Out = Option<i64>;
    async fn run(&self, tx: &mut Tx) -> store::Result<Option<i64>> {
        let newest = store::audit::list(tx, &self.0, &store::audit::Filter::default(), 1).await?;
        Ok(newest.first().map(|link| link.entry.acted_at))
    }
}

/// What to say when the clock lies before the last audit entry: everything from now on would be back-dated (N1).
pub async fn behind(app: &App) -> Option<String> {
    let last = app.db().read(LastEntry(app.organization().to_owned())).await;
    let last = last
        .ok()
        .flatten()
        .filter(|last| *last > Clock::System.now() + SLACK)?;
    let last = app.local(last).strftime("%Y-%m-%d %H:%M").to_string();
    Some(fill("doctor.clock_behind", &[("last", &last)]))
}

/// The machine's clock against the last thing that happened here.
async fn clock(report: &mut Report, app: Option<&App>) {
    let now = Clock::System.now();
    if now < FIRST_DAY {
        return report.note("clock", State::Fault, text("doctor.clock_early"));
    }
    let Some(app) = app else {
        return report.fine("clock", text("doctor.clock_fine"));
    };
    let shown = app.local(now).strftime("%Y-%m-%d %H:%M").to_string();
    let words = fill("doctor.clock", &[("now", &shown), ("zone", &app.config().zone)]);
    match behind(app).await {
        Some(behind) => report.note("clock", State::Fault, format!("{words} {behind}")),
        None => report.fine("clock", words),
    }
}

/// Whether the holidays of the deadlines ahead are known: those of this year, and from November on of the next.
fn holidays(report: &mut Report, config: &Config) {
    if let Err(why) = open::calendar(config) {
        return report.note("holidays", State::Fault, why.words());
    }
    let Some(today) = Instant(Clock::System.now()).date_in(&config.zone) else {
        return;
    };
    let ahead = [today.year(), today.year() + i16::from(today.month() >= 11)];
    let calendar = Calendar::in_force();
    match ahead.into_iter().find(|year| !calendar.knows(*year)) {
        Some(year) => report.note(
            "holidays",
            State::Warning,
            fill("doctor.holidays_missing", &[("year", &year)]),
        ),
        None => report.fine("holidays", fill("doctor.holidays_fine", &[("year", &ahead[1])])),
    }
}

struct Names(String);

impl Act for Names {
    type Out = Vec<(String, String)>;
    async fn run(&self, tx: &mut Tx) -> store::Result<Self::Out> {
        let people = store::person::all(tx, &self.0, false).await?;
        Ok(people.into_iter().map(|p| (p.name, p.post)).collect())
    }
}

/// Which face each style really got, and whose name cannot be printed whole.
async fn fonts(report: &mut Report, config: &Config, app: Option<&App>) {
    let added = serve::add_fonts(config);
    let faces: Vec<_> = documents::fonts::faces()
        .into_iter()
        .map(|(style, family)| {
            let style = ::lang::text(lang(), &format!("font_style.{style}")).to_owned();
            format!("{style} {family}")
        })
        .collect();
    let faces = faces.join(text("cli.list_comma"));
    match added {
        Ok(_) => report.fine("fonts", faces),
        // The server does not start with them; which names could be printed is known once they are mended.
        Err(why) => return report.note("fonts", State::Fault, why.words()),
    }
    let Some(app) = app else { return };
    let Ok(people) = app.db().read(Names(app.organization().to_owned())).await else {
        return;
    };
    let mut missing: Vec<String> = Vec::new();
    for (name, post) in &people {
        let lost: String = documents::fonts::unprintable(&format!("{name}{post}"))
            .into_iter()
            .collect();
        if !lost.is_empty() {
            missing.push(format!("{name} ({lost})"));
        }
    }
    if missing.is_empty() {
        let n = people.len();
        return report.fine("glyphs", fill("doctor.glyphs_fine", &[("n", &n)]));
    }
    let names = missing.join(text("cli.list_comma"));
    report.note(
        "glyphs",
        State::Warning,
        fill("doctor.glyphs_missing", &[("names", &names)]),
    );
}

fn address(report: &mut Report, config: &Config) {
    let url = config.public_url.as_str();
    match url {
        "" => report.note("address", State::Warning, text("doctor.address_none")),
        url if config.secure() => report.fine("address", url),
        url => report.note(
            "address",
            State::Warning,
            fill("doctor.address_plain", &[("url", &url)]),
        ),
    }
}

fn backups(report: &mut Report, config: &Config) {
    let folder = config.data.join("backups");
    match system::backups(&config.data).first() {
        Some(newest) => report.fine(
            "backup",
            fill("doctor.backup", &[("name", &folder.join(&newest.name).display())]),
        ),
        None => report.note("backup", State::Warning, text("doctor.backup_none")),
    }
}
