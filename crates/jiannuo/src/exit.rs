//! How a command ends: 0 done, 1 failed, 2 called wrongly, 3 checked and found wrong.

use domain::problem::Problems;
use lang::Lang;
use std::fmt::Display;
use std::process::ExitCode;

/// Why a command did not end well.
#[derive(Debug)]
pub struct Exit {
    code: u8,
    words: String,
}

impl Exit {
    /// Something could not be done.
    pub const FAILED: u8 = 1;
    /// The command line makes no sense.
    pub const USAGE: u8 = 2;
    /// A check was made and did not hold.
    pub const WRONG: u8 = 3;

    /// Failed, for a reason that is not a rule of the product.
    pub fn failed(why: &dyn std::fmt::Display) -> Exit {
        Exit {
            code: Exit::FAILED,
            words: why.to_string(),
        }
    }

    /// Called without a command.
    pub fn usage() -> Exit {
        Exit {
            code: Exit::USAGE,
            words: text("cli.try_help").to_owned(),
        }
    }

    /// Called with something that cannot be meant.
    pub fn misused(words: impl Into<String>) -> Exit {
        Exit {
            code: Exit::USAGE,
            words: words.into(),
        }
    }

    /// A check that did not hold.
    pub fn wrong(words: impl Into<String>) -> Exit {
        Exit {
            code: Exit::WRONG,
            words: words.into(),
        }
    }

    /// What it says.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// Says why on standard error and gives the exit code.
    pub fn report(self) -> ExitCode {
        eprintln!("jiannuo: {}", self.words);
        ExitCode::from(self.code)
    }
}

impl From<Problems> for Exit {
    fn from(problems: Problems) -> Self {
        let words: Vec<_> = problems.0.iter().map(say).collect();
        Exit::failed(&words.join("\n"))
    }
}

impl From<app::Error> for Exit {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::Refused(problems) => problems.into(),
            app::Error::Store(error) => error.into(),
        }
    }
}

impl From<store::Error> for Exit {
    fn from(error: store::Error) -> Self {
        use store::{Error, Unfit};
        let words = match &error {
            Error::Busy => text("cli.db_busy").to_owned(),
            Error::Full => text("cli.db_full").to_owned(),
            Error::Unfit(Unfit::CannotOpen(why)) => fill("cli.db_cannot_open", &[("why", &reason(why))]),
            Error::Unfit(Unfit::Newer { found, known }) => {
                fill("cli.db_newer", &[("found", found), ("known", known)])
            }
            Error::Unfit(Unfit::Changed { version, .. }) => {
                fill("cli.db_other_build", &[("version", version)])
            }
            Error::Unfit(Unfit::Collation { found }) => fill("cli.db_collation", &[("found", found)]),
            Error::Unfit(Unfit::Encoding { found }) => fill("cli.db_encoding", &[("found", found)]),
            Error::Unfit(Unfit::NoFileBackup) => text("cli.db_no_file_backup").to_owned(),
            other => other.to_string(),
        };
        Exit::failed(&words)
    }
}

impl From<std::io::Error> for Exit {
    fn from(error: std::io::Error) -> Self {
        Exit::failed(&reason(&error))
    }
}

/// The language of the command line: that of the environment.
pub fn lang() -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|n| std::env::var(n).ok().filter(|v| !v.is_empty()));
    set.and_then(|v| Lang::from_tag(&v)).unwrap_or(Lang::En)
}

/// The language of what is written to paper or file: that of the notice unless asked otherwise. A night job runs in no
/// language at all, and the forms are the notice's.
pub fn paper_lang(m: &clap::ArgMatches) -> Lang {
    let asked = m.get_one::<String>("lang").and_then(|tag| Lang::from_tag(tag));
    asked.unwrap_or(Lang::Zh)
}

/// A text of the command line.
pub fn text(key: &'static str) -> &'static str {
    lang::text(lang(), key)
}

/// A text of the command line with its arguments set in.
pub fn fill(key: &'static str, args: &[(&str, &dyn Display)]) -> String {
    lang::fill(lang(), key, args)
}

/// What the operating system or the network says, and the key of the same in words.
const REASONS: [(&str, &str); 11] = [
    ("os error 2)", "cli_why.missing"),
    ("entity not found", "cli_why.missing"),
    ("os error 13)", "cli_why.forbidden"),
    ("permission denied", "cli_why.forbidden"),
    ("os error 17)", "cli_why.there_already"),
    ("os error 20)", "cli_why.no_folder"),
    ("os error 21)", "cli_why.is_folder"),
    ("os error 28)", "cli_why.full"),
    ("os error 30)", "cli_why.read_only"),
    ("error connecting to server", "cli_why.no_server"),
    ("os error 98)", "cli_why.in_use"),
];

/// A cause in the words of the reader; one that is not known stays as it was said.
pub fn reason(why: &dyn Display) -> String {
    let said = why.to_string();
    let known = REASONS.iter().find(|(end, _)| said.contains(end));
    known.map_or(said.clone(), |(_, key)| text(key).to_owned())
}

/// A refusal in words.
pub fn say(problem: &domain::problem::Problem) -> String {
    let args: Vec<(&str, &dyn std::fmt::Display)> = problem
        .args
        .iter()
        .map(|(n, v)| (*n, v as &dyn std::fmt::Display))
        .collect();
    lang::fill(lang(), problem.key, &args)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_told_in_the_words_of_the_reader() {
        let missing = std::fs::read("no such place/at all").expect_err("not there");
        for why in [missing.to_string(), "entity not found".to_owned()] {
            let said = reason(&why);
            assert_eq!(said, text("cli_why.missing"), "{why}");
            assert!(!said.contains("os error") && !said.contains("cli_why"), "{said}");
        }
        assert_eq!(reason(&"something else"), "something else");
        for (_, key) in REASONS {
            assert_ne!(text(key), key);
        }
    }
}
