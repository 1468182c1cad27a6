//! The command line. Every word of it lives in the catalogue: `command.…` says in a line what a command does,
//! `manual.…` is what its `--help` adds.

use clap::{Arg, ArgAction, Command, value_parser};
use lang::{Lang, find, text};
use std::path::PathBuf;

/// Writes the command line in one language.
struct Manual(Lang);

/// The whole command line, in a language.
pub fn command(lang: Lang) -> Command {
    let m = Manual(lang);
    let template = format!(
        "{{about-with-newline}}\n{}{{usage}}\n\n{{all-args}}{{after-help}}",
        m.t("cli.heading_usage")
    );
    let all = Command::new("jiannuo")
        .bin_name("jiannuo")
        .version(env!("CARGO_PKG_VERSION"))
        .about(m.t("cli.about"))
        .after_help(m.t("cli.exit_codes"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help(m.t("cli.version"))
                .help_heading(m.t("cli.heading_options")),
        )
        .subcommands([
            m.serve(),
            m.demo(),
            m.import(),
            m.export(),
            m.verify(),
            m.draw(),
            crate::advise::command(lang),
            m.template(),
            m.admin(),
            m.configuration(),
            m.doctor(),
            m.backup(),
            m.restore(),
            m.healthcheck(),
            m.bench(),
        ]);
    m.dress(all, &template)
}

impl Manual {
    fn t(&self, key: &'static str) -> &'static str {
        text(self.0, key)
    }

    /// A command by the name of its texts; the last part of the name is what one types.
    fn of(&self, name: &'static str, typed: &'static str) -> Command {
        let about = find(self.0, &format!("command.{name}")).unwrap_or(name);
        let made = Command::new(typed).about(about);
        match find(self.0, &format!("manual.{name}")) {
            Some(manual) => made
                .long_about(manual.trim_end())
                .after_long_help(self.t("cli.exit_codes")),
            None => made,
        }
    }

    /// Gives a command and all below it the headings of the language.
    fn dress(&self, command: Command, template: &str) -> Command {
        let help = Arg::new("help")
            .short('h')
            .long("help")
            .action(ArgAction::Help)
            .help(self.t("cli.help"))
            .help_heading(self.t("cli.heading_options"));
        let arguments = self.t("cli.heading_arguments");
        let options = self.t("cli.heading_options");
        command
            .help_template(template.to_owned())
            .subcommand_help_heading(self.t("cli.heading_commands"))
            .disable_help_flag(true)
            .mut_args(|a| {
                let heading = if a.is_positional() { arguments } else { options };
                // What is set may hold a password; help is no place for it.
                a.help_heading(heading).hide_env_values(true)
            })
            .arg(help)
            .mut_subcommands(|c| self.dress(c, template))
    }

    fn flag(&self, name: &'static str, help: &'static str) -> Arg {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(self.t(help))
    }

    fn value(&self, name: &'static str, shown: &'static str, help: &'static str) -> Arg {
        Arg::new(name).long(name).value_name(shown).help(self.t(help))
    }

    fn number(&self, name: &'static str, help: &'static str, default: &'static str) -> Arg {
        self.value(name, "N", help)
            .value_parser(value_parser!(usize))
            .default_value(default)
    }

    fn file(&self, help: &'static str) -> Arg {
        Arg::new("file")
            .value_name("FILE")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help(self.t(help))
    }

    fn folder(&self, help: &'static str) -> Arg {
        Arg::new("folder")
            .value_name("OUT_DIR")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help(self.t(help))
    }

    /// The language of what is written out, whatever the command line speaks.
    fn paper_lang(&self) -> Arg {
        self.value("lang", "LANG", "cli.paper_lang")
            .value_parser(["zh", "en"])
            .default_value("zh")
    }

    fn json(&self) -> Arg {
        self.flag("json", "cli.json")
    }

    /// What says which database is meant; every command that touches one takes them.
    fn place(&self) -> [Arg; 3] {
        [
            self.value("data", "DIR", "cli.data")
                .value_parser(value_parser!(PathBuf))
                .env("JIANNUO_DATA"),
            self.value("database-url", "URL", "cli.database_url")
                .env("JIANNUO_DATABASE_URL"),
            self.value("config", "FILE", "cli.config")
                .value_parser(value_parser!(PathBuf))
                .env("JIANNUO_CONFIG"),
        ]
    }

    fn listening(&self) -> [Arg; 2] {
        [
            self.value("listen", "ADDR", "cli.listen").env("JIANNUO_LISTEN"),
            self.value("public-url", "URL", "cli.public_url")
                .env("JIANNUO_PUBLIC_URL"),
        ]
    }

    fn group(&self, name: &'static str, inside: Command) -> Command {
        self.of(name, name).subcommand_required(true).subcommand(inside)
    }

    fn serve(&self) -> Command {
        self.of("serve", "serve")
            .args(self.place())
            .args(self.listening())
            .arg(self.flag("upgrade-without-backup", "cli.upgrade_without_backup"))
    }

    fn demo(&self) -> Command {
        let stages = ["survey", "propose", "review", "publicise", "appraise", "original"];
        self.of("demo", "demo")
            .arg(
                self.value("listen", "ADDR", "cli.listen")
                    .default_value("127.0.0.1:8080"),
            )
            .arg(
                self.value("stage", "STAGE", "cli.demo_stage")
                    .value_parser(stages)
                    .default_value("appraise"),
            )
            .args(self.place())
            .arg(self.number("people", "cli.demo_people", "430"))
            .arg(
                self.value("seed", "N", "cli.demo_seed")
                    .value_parser(value_parser!(u64))
                    .default_value("2010"),
            )
            .arg(self.json())
    }

    fn import(&self) -> Command {
        let roster = self
            .of("import_roster", "roster")
            .arg(self.file("cli.import_file"))
            .args(self.place())
            .arg(self.value("organization", "NAME", "cli.import_organization"))
            .arg(self.flag("dry-run", "cli.import_dry_run"))
            .arg(self.flag("whole", "cli.import_whole"))
            .arg(self.json());
        let ledger = self
            .of("import_ledger", "ledger")
            .arg(self.file("cli.import_ledger_file"))
            .arg(self.value("campaign", "N", "cli.package_campaign"))
            .args(self.place())
            .arg(self.paper_lang())
            .arg(self.json());
        self.group("import", roster)
            .subcommand(ledger)
            .subcommand(self.import_sheet())
            .subcommand(self.import_campaign())
    }

    fn import_sheet(&self) -> Command {
        self.of("import_sheet", "sheet")
            .arg(self.file("cli.sheet_file"))
            .arg(self.value("by", "LOGIN", "cli.sheet_by").required(true))
            .arg(self.value("unit", "NAME", "cli.sheet_unit"))
            .arg(self.value("reason", "TEXT", "cli.sheet_reason"))
            .arg(self.flag("leave-out", "cli.sheet_leave_out"))
            .arg(self.flag("dry-run", "cli.import_dry_run"))
            .args(self.place())
            .arg(self.json())
    }

    fn import_campaign(&self) -> Command {
        self.of("import_campaign", "campaign")
            .arg(self.file("cli.moving_import_file"))
            .args(self.place())
            .arg(self.flag("check", "cli.moving_check"))
            .arg(self.json())
    }

    fn export_campaign(&self) -> Command {
        self.of("export_campaign", "campaign")
            .arg(self.file("cli.moving_export_file"))
            .args(self.place())
            .arg(self.json())
    }

    fn export(&self) -> Command {
        let ledger = self
            .of("export_ledger", "ledger")
            .arg(self.file("cli.export_file"))
            .arg(self.value("campaign", "N", "cli.package_campaign"))
            .args(self.place())
            .arg(self.paper_lang())
            .arg(self.json());
        self.group("export", ledger)
            .subcommand(self.export_forms())
            .subcommand(self.export_package())
            .subcommand(self.export_campaign())
    }

    fn export_package(&self) -> Command {
        self.of("export_package", "package")
            .arg(self.folder("cli.package_folder"))
            .arg(self.value("campaign", "N", "cli.package_campaign"))
            .args(self.place())
            .arg(self.paper_lang())
            .arg(self.json())
    }

    fn verify_package(&self) -> Command {
        self.of("verify_package", "package")
            .arg(self.folder("cli.package_check").value_name("DIR"))
            .arg(self.value("key", "ID", "cli.package_wanted"))
            .arg(self.json())
    }

    fn export_forms(&self) -> Command {
        self.of("export_forms", "forms")
            .arg(self.folder("cli.export_folder"))
            .arg(self.value("campaign", "N", "cli.package_campaign"))
            .arg(
                self.value("format", "FORMAT", "cli.export_format")
                    .value_parser(["pdf", "docx", "ofd", "html"])
                    .default_value("pdf"),
            )
            .args(self.place())
            .arg(self.paper_lang())
            .arg(self.json())
    }

    fn verify(&self) -> Command {
        let audit = self
            .of("verify_audit", "audit")
            .args(self.place())
            .arg(
                self.value("checkpoint", "N:HASH", "cli.verify_checkpoint")
                    .action(ArgAction::Append),
            )
            .arg(self.json());
        self.group("verify", audit).subcommand(self.verify_package())
    }

    fn draw(&self) -> Command {
        let replay = self
            .of("draw_replay", "replay")
            .arg(self.file("cli.draw_file"))
            .arg(self.json());
        self.group("draw", replay)
    }

    fn template(&self) -> Command {
        let check = self
            .of("template_check", "check")
            .arg(self.file("cli.template_file"))
            .arg(self.json());
        self.group("template", check)
    }

    fn admin(&self) -> Command {
        let login = Arg::new("login")
            .value_name("LOGIN")
            .required(true)
            .help(self.t("cli.admin_login"));
        let slip = self
            .of("admin_slip", "slip")
            .arg(login)
            .args(self.place())
            .args(self.listening())
            .arg(self.json());
        self.group("admin", slip)
    }

    fn configuration(&self) -> Command {
        self.of("config", "config")
            .args(self.place())
            .args(self.listening())
            .arg(self.json())
    }

    fn doctor(&self) -> Command {
        self.of("doctor", "doctor")
            .args(self.place())
            .args(self.listening())
            .arg(self.json())
    }

    fn backup(&self) -> Command {
        self.of("backup", "backup")
            .arg(self.file("cli.backup_file"))
            .args(self.place())
            .arg(self.json())
    }

    fn restore(&self) -> Command {
        self.of("restore", "restore")
            .arg(self.file("cli.restore_file"))
            .args(self.place())
            .arg(self.flag("check", "cli.restore_check"))
            .arg(self.json())
    }

    fn healthcheck(&self) -> Command {
        self.of("healthcheck", "healthcheck").arg(
            self.value("url", "URL", "cli.healthcheck_url")
                .default_value("http://127.0.0.1:8080/healthz"),
        )
    }

    fn bench(&self) -> Command {
        self.of("bench", "bench")
            .arg(self.number("items", "cli.bench_items", "10000"))
            .arg(self.number("branches", "cli.bench_branches", "40"))
            .arg(self.number("forms", "cli.bench_forms", "10000"))
            .arg(self.number("roster", "cli.bench_roster", "100000"))
            .arg(self.json())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_fits_together_in_both_languages() {
        for lang in Lang::ALL {
            command(lang).debug_assert();
        }
    }

    #[test]
    fn every_command_has_a_manual() {
        fn walk(command: &Command, path: &str) {
            for inside in command.get_subcommands() {
                let path = format!("{path} {}", inside.get_name());
                assert!(inside.get_about().is_some(), "{path}");
                let long = inside.get_long_about().is_some() || inside.has_subcommands();
                assert!(long, "{path} has no manual");
                walk(inside, &path);
            }
        }
        for lang in Lang::ALL {
            walk(&command(lang), "jiannuo");
        }
    }
}
