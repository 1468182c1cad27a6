//! The printed manuals of `docs/generated` are those the program gives; `UPDATE=1` writes them anew.

use crate::cli;
use crate::settings::{SETTINGS, shown};
use clap::Command;
use lang::{Lang, text};
use std::fmt::Write;
use std::path::Path;

fn manuals(lang: Lang) -> String {
    let mut out = format!("# jiannuo\n\n{}\n", text(lang, "manual_page.cli"));
    let mut all = cli::command(lang).term_width(100);
    all.build();
    walk(&all, "", &mut out);
    out
}

fn walk(command: &Command, path: &str, out: &mut String) {
    let path = format!("{path} {}", command.get_name()).trim().to_owned();
    let help = command.clone().term_width(100).render_long_help().to_string();
    let lines: Vec<_> = help.lines().map(str::trim_end).collect();
    let _ = write!(out, "\n## {path}\n\n```text\n{}\n```\n", lines.join("\n").trim());
    for inside in command.get_subcommands() {
        walk(inside, &path, out);
    }
}

fn settings(lang: Lang) -> String {
    let t = |key: &'static str| text(lang, key);
    let mut out = format!(
        "# {}\n\n{}\n\n| {} | {} | {} | {} | {} |\n|---|---|---|---|---|\n",
        t("manual_page.settings"),
        t("manual_page.settings_order"),
        t("manual_page.key"),
        t("manual_page.flag"),
        t("manual_page.env"),
        t("manual_page.default"),
        t("manual_page.meaning"),
    );
    for (setting, value) in SETTINGS.iter().zip(shown(&app::Config::default())) {
        let code = |text: &str| match text {
            "" => String::new(),
            text => format!("`{text}`"),
        };
        let flag = match setting.env {
            "" => String::new(),
            _ => format!("--{}", setting.key.replace('_', "-")),
        };
        let value = match value {
            serde_json::Value::String(text) => text,
            serde_json::Value::Null => String::new(),
            other => other.to_string(),
        };
        let meaning = text(lang, &format!("setting.{}", setting.key)).to_owned();
        let cells = [
            code(setting.key),
            code(&flag),
            code(setting.env),
            code(&value),
            meaning,
        ];
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    out
}

#[test]
fn the_printed_manuals_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated");
    let renew = std::env::var("UPDATE").is_ok_and(|v| v == "1");
    for (name, words) in [
        ("cli", manuals(Lang::En)),
        ("cli.zh-CN", manuals(Lang::Zh)),
        ("config", settings(Lang::En)),
        ("config.zh-CN", settings(Lang::Zh)),
    ] {
        let file = folder.join(format!("{name}.md"));
        if renew {
            std::fs::write(&file, &words).expect("written");
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            kept == words,
            "docs/generated/{name}.md is stale: run `just update`"
        );
    }
}
