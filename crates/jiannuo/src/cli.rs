//! The command line. Every word of it lives in the catalogue.

use crate::exit::text;
use clap::{Arg, ArgAction, Command, value_parser};
use std::path::PathBuf;

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::SetTrue)
        .help(text(help))
}

fn value(name: &'static str, shown: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(shown).help(text(help))
}

fn data() -> Arg {
    value("data", "DIR", "cli.data")
        .value_parser(value_parser!(PathBuf))
        .env("JIANNUO_DATA")
}

fn database() -> Arg {
    value("database-url", "URL", "cli.database_url").env("JIANNUO_DATABASE_URL")
}

/// The whole command line.
pub fn command() -> Command {
    Command::new("jiannuo")
        .version(env!("CARGO_PKG_VERSION"))
        .about(text("cli.about"))
        .after_help(text("cli.exit_codes"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(serve())
        .subcommand(demo())
        .subcommand(import())
        .subcommand(export())
        .subcommand(verify())
        .subcommand(draw())
        .subcommand(crate::advise::command(crate::exit::lang()))
        .subcommand(
            Command::new("bench")
                .about(text("cli.bench"))
                .long_about(text("cli.bench_long"))
                .arg(
                    value("items", "N", "cli.bench_items")
                        .value_parser(value_parser!(usize))
                        .default_value("10000"),
                )
                .arg(
                    value("branches", "N", "cli.bench_branches")
                        .value_parser(value_parser!(usize))
                        .default_value("40"),
                )
                .arg(flag("json", "cli.json")),
        )
        .subcommand(
            Command::new("healthcheck").about(text("cli.healthcheck")).arg(
                value("url", "URL", "cli.healthcheck_url").default_value("http://127.0.0.1:8080/healthz"),
            ),
        )
}

fn serve() -> Command {
    Command::new("serve")
        .about(text("cli.serve"))
        .long_about(text("cli.serve_long"))
        .arg(data())
        .arg(database())
        .arg(value("listen", "ADDR", "cli.listen").env("JIANNUO_LISTEN"))
        .arg(value("public-url", "URL", "cli.public_url").env("JIANNUO_PUBLIC_URL"))
        .arg(
            value("config", "FILE", "cli.config")
                .value_parser(value_parser!(PathBuf))
                .env("JIANNUO_CONFIG"),
        )
}

fn demo() -> Command {
    Command::new("demo")
        .about(text("cli.demo"))
        .long_about(text("cli.demo_long"))
        .arg(value("listen", "ADDR", "cli.listen").default_value("127.0.0.1:8080"))
        .arg(
            value("stage", "STAGE", "cli.demo_stage")
                .value_parser(["survey", "propose", "review", "publicise", "appraise", "original"])
                .default_value("appraise"),
        )
        .arg(data())
        .arg(database())
        .arg(
            value("people", "N", "cli.demo_people")
                .value_parser(value_parser!(usize))
                .default_value("430"),
        )
        .arg(
            value("seed", "N", "cli.demo_seed")
                .value_parser(value_parser!(u64))
                .default_value("2010"),
        )
        .arg(flag("json", "cli.json"))
}

fn import() -> Command {
    let roster = Command::new("roster")
        .about(text("cli.import_roster"))
        .long_about(text("cli.import_roster_long"))
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help(text("cli.import_file")),
        )
        .arg(data())
        .arg(database())
        .arg(value("organization", "NAME", "cli.import_organization"))
        .arg(flag("dry-run", "cli.import_dry_run"))
        .arg(flag("whole", "cli.import_whole"))
        .arg(flag("json", "cli.json"));
    Command::new("import")
        .about(text("cli.import"))
        .subcommand_required(true)
        .subcommand(roster)
}

fn export() -> Command {
    let ledger = Command::new("ledger")
        .about(text("cli.export_ledger"))
        .long_about(text("cli.export_ledger_long"))
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .help(text("cli.export_file"))
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(data())
        .arg(database())
        .arg(flag("json", "cli.json"));
    Command::new("export")
        .about(text("cli.export"))
        .subcommand_required(true)
        .subcommand(ledger)
}

fn verify() -> Command {
    let audit = Command::new("audit")
        .about(text("cli.verify_audit"))
        .long_about(text("cli.verify_audit_long"))
        .arg(data())
        .arg(database())
        .arg(flag("json", "cli.json"));
    Command::new("verify")
        .about(text("cli.verify"))
        .subcommand_required(true)
        .subcommand(audit)
}

fn draw() -> Command {
    let replay = Command::new("replay")
        .about(text("cli.draw_replay"))
        .long_about(text("cli.draw_replay_long"))
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help(text("cli.draw_file")),
        )
        .arg(flag("json", "cli.json"));
    Command::new("draw")
        .about(text("cli.draw"))
        .subcommand_required(true)
        .subcommand(replay)
}
