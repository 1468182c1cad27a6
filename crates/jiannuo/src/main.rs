//! The one binary. Each command is a thin shell round use cases; its manual lives in `i18n/*/command.toml`.

#![forbid(unsafe_code)]

mod admin;
mod advise;
mod backup;
mod bench;
mod cli;
mod demo;
mod doctor;
mod draw;
mod exit;
mod export;
mod export_forms;
mod import;
mod import_ledger;
mod import_sheet;
#[cfg(test)]
mod manuals;
mod moving;
mod open;
mod package;
mod restore;
mod serve;
mod settings;
mod template;
mod upgrade;
mod verify;

use clap::ArgMatches;
use exit::Exit;
use std::io::IsTerminal;
use std::process::ExitCode;

/// What a shell reports of a program that wrote into a closed pipe: 128 and the number of SIGPIPE.
const CLOSED_PIPE: i32 = 141;

fn main() -> ExitCode {
    let matches = match cli::command(exit::lang()).try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::from(Exit::USAGE)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("JIANNUO_LOG")
        .unwrap_or_else(|_| "warn,jiannuo=info".into());
    let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal() && !plain)
        .with_writer(std::io::stderr)
        .init();
    quiet_when_nobody_reads();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Exit::failed(&error).report(),
    };
    match runtime.block_on(run(&matches)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(exit) => exit.report(),
    }
}

/// A pipe that was closed (`… | head`) ends the program as the signal would, not with a report of a fault.
fn quiet_when_nobody_reads() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let said = info.payload().downcast_ref::<String>();
        if said.is_some_and(|words| words.starts_with("failed printing to stdout")) {
            std::process::exit(CLOSED_PIPE);
        }
        before(info);
    }));
}

async fn run(matches: &ArgMatches) -> Result<(), Exit> {
    let (name, m) = matches.subcommand().ok_or_else(Exit::usage)?;
    match (name, m.subcommand()) {
        ("serve", _) => serve::run(m).await,
        ("demo", _) => demo::run(m).await,
        ("bench", _) => bench::run(m).await,
        ("advise", _) => advise::run(m),
        ("config", _) => settings::show(m),
        ("doctor", _) => doctor::run(m).await,
        ("backup", _) => backup::run(m).await,
        ("restore", _) => restore::run(m).await,
        ("healthcheck", _) => serve::healthcheck(m).await,
        ("import", Some(("roster", m))) => import::roster(m).await,
        ("import", Some(("ledger", m))) => import_ledger::ledger(m).await,
        ("import", Some(("sheet", m))) => import_sheet::sheet(m).await,
        ("import", Some(("campaign", m))) => moving::import(m).await,
        ("export", Some(("campaign", m))) => moving::export(m).await,
        ("export", Some(("ledger", m))) => export::ledger(m).await,
        ("export", Some(("package", m))) => package::export(m).await,
        ("export", Some(("forms", m))) => export_forms::forms(m).await,
        ("verify", Some(("package", m))) => package::verify(m),
        ("verify", Some(("audit", m))) => verify::audit(m).await,
        ("draw", Some(("replay", m))) => draw::replay(m),
        ("template", Some(("check", m))) => template::check(m),
        ("admin", Some(("slip", m))) => admin::slip(m).await,
        _ => Err(Exit::usage()),
    }
}
