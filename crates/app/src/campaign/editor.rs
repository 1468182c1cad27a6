//! The template of a campaign as a text in the office's hands: read, checked and kept while the campaign is a draft.

use super::acts::{fault, row};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Scope};
use domain::campaign::{self as rules, CampaignState, Template};
use domain::canonical::sha256_hex;
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text};
use lang::Lang;
use std::fmt::Display;
use store::Tx;
use store::campaign as rows;

/// Longest template, in characters: the longest that ships has a tenth of it.
pub const TEMPLATE_MAX: usize = 200_000;

/// What tells one text of a template from another: it goes back with a change.
#[must_use]
pub fn template_mark(text: &str) -> String {
    sha256_hex(text.as_bytes())
}

/// The text as it is kept: without the mark editors on Windows begin a file with, and with line ends of one kind.
#[must_use]
pub fn plain_template(text: &str) -> String {
    text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n")
}

/// Reads a template; everything that is wrong with it stands on `toml`, with `line` where it is known.
///
/// # Errors
/// `campaign.template_too_long`, `problem.text.…` for characters nobody sees, `campaign.template.…`.
pub fn read_template(text: &str) -> Result<Template, Problems> {
    let count = text.chars().count();
    if count > TEMPLATE_MAX {
        let problem = Problem::invalid("campaign.template_too_long").on("toml");
        return Err(problem.with("max", TEMPLATE_MAX).with("count", count).into());
    }
    let mut problems = Problems::new();
    for (at, line) in text.lines().enumerate() {
        let checked = check_text("toml", line, TextRule::area(TEMPLATE_MAX).optional());
        problems.note(checked.map_err(|p| p.with("line", at + 1)));
    }
    problems.or(())?;
    rules::parse(text).map_err(|faults| Problems(faults.into_iter().map(fault).collect()))
}

/// The sentence of a mistake in a template; identifiers that have a name are named.
#[must_use]
pub fn fault_said(lang: Lang, key: &str, args: &[(&'static str, String)]) -> String {
    let named = args.iter().map(|(name, value)| {
        let known = match *name {
            "act" => lang::find(lang, &format!("gated_act.{value}")),
            "audience" => lang::find(lang, &format!("audience.{value}")),
            "expected" | "found" => lang::find(lang, &format!("cli.template_{}", type_word(value))),
            _ => None,
        };
        (*name, known.map_or_else(|| value.clone(), str::to_owned))
    });
    let named: Vec<(&str, String)> = named.collect();
    let args: Vec<(&str, &dyn Display)> = named.iter().map(|(n, v)| (*n, v as &dyn Display)).collect();
    lang::fill(lang, key, &args)
}

/// What the reader of TOML calls a type, in one word: `a sequence`, `struct Text`, `string "x"`, `u32`.
fn type_word(told: &str) -> &str {
    let told = told
        .strip_prefix("a ")
        .or(told.strip_prefix("an "))
        .unwrap_or(told);
    match told.split([' ', '`']).next().unwrap_or(told) {
        "struct" => "map",
        "usize" | "u64" | "u8" => "u32",
        "i64" => "i32",
        word => word,
    }
}

/// Keeps a new text of the template of a campaign that is still a draft.
pub struct SaveTemplate {
    /// The campaign.
    pub id: String,
    /// [`template_mark`] of the text that was on the screen.
    pub seen: String,
    /// The new text.
    pub text: String,
}

impl UseCase for SaveTemplate {
    type Out = ();

    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageCampaign)
    }

    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        ctx.require(Permission::ManageCampaign, Scope::Organization)?;
        let mut row = row(ctx, tx, &self.id).await?;
        if row.state != CampaignState::Draft.name() {
            return Err(Problem::conflict("campaign.not_draft").into());
        }
        if template_mark(&row.template) != self.seen {
            return Err(Problem::conflict("campaign.template_moved").on("toml").into());
        }
        let text = plain_template(&self.text);
        let template = read_template(&text)?;
        // The campaign keeps a title of its own; one that was the template's goes with the template.
        if rules::parse(&row.template).is_ok_and(|before| before.title.zh == row.title) {
            row.title.clone_from(&template.title.zh);
        }
        row.template = text;
        rows::update(tx, &ctx.organization, &row).await?;
        Ok(())
    }

    fn event(&self, (): &()) -> Event {
        let now = template_mark(&plain_template(&self.text));
        Event::new("campaign.edit_template", "campaign", &self.id)
            .with(serde_json::json!({ "sha256": now, "before": self.seen }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_named_in_the_readers_language() {
        let said = |found: &str, expected: &str| {
            let args = [("found", found.to_owned()), ("expected", expected.to_owned())];
            fault_said(Lang::Zh, "campaign.template.wrong_type", &args)
        };
        for (found, expected) in [
            ("string \"七\"", "u32"),
            ("integer `7`", "a string"),
            ("map", "a sequence"),
            ("sequence", "struct Text"),
            ("boolean `true`", "i32"),
            ("floating point `1.5`", "a boolean"),
        ] {
            let text = said(found, expected);
            let rest = text.replace("true 或 false", "");
            assert!(!rest.contains(|c: char| c.is_ascii_alphabetic()), "{text}");
        }
    }

    #[test]
    fn hidden_characters_and_mistakes_are_told_by_line() {
        let text = rules::shipped()[1].1;
        assert!(read_template(text).is_ok());
        let lines = |text: &str| -> Vec<Option<String>> {
            let problems = read_template(text).expect_err("wrong");
            problems
                .0
                .iter()
                .map(|p| p.arg("line").map(str::to_owned))
                .collect()
        };
        let hidden = format!("# a\n# b\u{202E}\n{text}");
        assert_eq!(lines(&hidden), [Some("2".to_owned())]);
        assert_eq!(lines(&format!("kye = 1\n{text}")), [Some("1".to_owned())]);
        let long = "#".repeat(TEMPLATE_MAX + 1);
        assert_eq!(lines(&long), [None]);
        assert_eq!(plain_template("\u{FEFF}a = 1\r\nb = 2\r\n"), "a = 1\nb = 2\n");
    }
}
