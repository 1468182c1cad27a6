//! The one binary. Each command is a thin shell round use cases; its manual lives in `i18n/*/cli.toml`.

#![forbid(unsafe_code)]

mod advise;
mod bench;
mod cli;
mod demo;
mod draw;
mod exit;
mod export;
mod import;
mod open;
mod serve;
mod verify;

use exit::Exit;
use std::process::ExitCode;

fn main() -> ExitCode {
    let matches = match cli::command().try_get_matches() {
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
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Exit::failed(&error).report(),
    };
    let done = runtime.block_on(async {
        match matches.subcommand() {
            Some(("serve", m)) => serve::run(m).await,
            Some(("demo", m)) => demo::run(m).await,
            Some(("bench", m)) => bench::run(m).await,
            Some(("import", m)) => match m.subcommand() {
                Some(("roster", m)) => import::roster(m).await,
                _ => Err(Exit::usage()),
            },
            Some(("export", m)) => match m.subcommand() {
                Some(("ledger", m)) => export::ledger(m).await,
                _ => Err(Exit::usage()),
            },
            Some(("verify", m)) => match m.subcommand() {
                Some(("audit", m)) => verify::audit(m).await,
                _ => Err(Exit::usage()),
            },
            Some(("draw", m)) => match m.subcommand() {
                Some(("replay", m)) => draw::replay(m),
                _ => Err(Exit::usage()),
            },
            Some(("advise", m)) => advise::run(m),
            Some(("healthcheck", m)) => serve::healthcheck(m).await,
            _ => Err(Exit::usage()),
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(exit) => exit.report(),
    }
}
