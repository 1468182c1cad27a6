//! How a command ends: 0 done, 1 failed, 2 called wrongly, 3 checked and found wrong.

use lang::Lang;
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

    /// A check that did not hold.
    pub fn wrong(words: impl Into<String>) -> Exit {
        Exit {
            code: Exit::WRONG,
            words: words.into(),
        }
    }

    /// Says why on standard error and gives the exit code.
    pub fn report(self) -> ExitCode {
        eprintln!("jiannuo: {}", self.words);
        ExitCode::from(self.code)
    }
}

impl From<app::Error> for Exit {
    fn from(error: app::Error) -> Self {
        let words = match error.problems() {
            Some(problems) => problems.0.iter().map(say).collect::<Vec<_>>().join("\n"),
            None => error.to_string(),
        };
        Exit {
            code: Exit::FAILED,
            words,
        }
    }
}

impl From<store::Error> for Exit {
    fn from(error: store::Error) -> Self {
        Exit::failed(&error)
    }
}

impl From<std::io::Error> for Exit {
    fn from(error: std::io::Error) -> Self {
        Exit::failed(&error)
    }
}

/// The language of the command line: that of the environment.
pub fn lang() -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|n| std::env::var(n).ok().filter(|v| !v.is_empty()));
    set.and_then(|v| Lang::from_tag(&v)).unwrap_or(Lang::En)
}

/// A text of the command line.
pub fn text(key: &'static str) -> &'static str {
    lang::text(lang(), key)
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
