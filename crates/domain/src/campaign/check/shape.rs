//! What the reader of TOML says about a text that is no template, told apart so that it can be said in both languages.

use super::{TemplateFault, line_at};

/// The fault the reader stopped at, with its line.
///
/// Keys: `unknown_field` (`{key}`, `{known}`), `field_missing` (`{key}`), `unknown_word` (`{key}`, `{known}`),
/// `wrong_type` (`{found}`, `{expected}`), `negative` (`{found}`), `no_day`, `field_twice`, else `unreadable` with the reader's own words as `{detail}`.
pub(super) fn fault(text: &str, error: &toml::de::Error) -> TemplateFault {
    let (key, args) = told(error.message());
    TemplateFault {
        path: String::new(),
        key,
        args,
        line: error.span().map(|span| line_at(text, span.start)),
    }
}

/// The fault of a text that is not TOML, with line and column: `syntax` (`{line}`, `{column}`, and the reader's own words,
/// which are English, as `{detail}`), or `field_twice`.
pub(super) fn syntax(text: &str, at: usize, message: &str) -> TemplateFault {
    let line = line_at(text, at);
    let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let column = text[start..at].chars().count() + 1;
    let (key, args) = match message.starts_with("duplicate key") {
        true => ("campaign.template.field_twice", vec![]),
        false => (
            "campaign.template.syntax",
            vec![
                ("line", line.to_string()),
                ("column", column.to_string()),
                ("detail", message.to_owned()),
            ],
        ),
    };
    TemplateFault {
        path: String::new(),
        key,
        args,
        line: Some(line),
    }
}

/// What the reader stopped at, as far as a stand-in can be found for it.
pub(super) enum Wrong {
    /// A key it does not know, with those it knows there.
    Field {
        /// The key.
        key: String,
        /// Those it knows.
        known: Vec<String>,
    },
    /// A word that is none of a list.
    Word {
        /// The list.
        known: Vec<String>,
    },
    /// A key that is missing.
    Missing(String),
    /// A value of another type.
    Type {
        /// The type, in the reader's words.
        expected: String,
    },
    /// Anything else.
    Other,
}

pub(super) fn wrong(message: &str) -> Wrong {
    let mut words = quoted(message);
    let first = if words.is_empty() {
        String::new()
    } else {
        words.remove(0)
    };
    if message.starts_with("unknown field") {
        return Wrong::Field {
            key: first,
            known: words,
        };
    }
    if message.starts_with("unknown variant") {
        return Wrong::Word { known: words };
    }
    if message.starts_with("missing field") {
        return Wrong::Missing(first);
    }
    let of_type = message.starts_with("invalid type") || message.starts_with("invalid value");
    match message.rsplit_once(", expected ").filter(|_| of_type) {
        Some((_, expected)) => Wrong::Type {
            expected: expected.to_owned(),
        },
        None => Wrong::Other,
    }
}

type Told = (&'static str, Vec<(&'static str, String)>);

fn told(message: &str) -> Told {
    let first = quoted(message).into_iter().next().unwrap_or_default();
    if message.starts_with("unknown field") {
        let known = known(message);
        return (
            "campaign.template.unknown_field",
            vec![("key", first), ("known", known)],
        );
    }
    if message.starts_with("unknown variant") {
        let known = known(message);
        return (
            "campaign.template.unknown_word",
            vec![("key", first), ("known", known)],
        );
    }
    if message.starts_with("missing field") {
        return ("campaign.template.field_missing", vec![("key", first)]);
    }
    if message.starts_with("duplicate key") {
        return ("campaign.template.field_twice", vec![]);
    }
    if let Some((found, expected)) = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))
        .and_then(|rest| rest.rsplit_once(", expected "))
    {
        // Both are whole numbers to the reader; what is wrong is the sign.
        if found.starts_with("integer `-") && expected.starts_with('u') {
            return ("campaign.template.negative", vec![("found", first)]);
        }
        let args = vec![("found", found.to_owned()), ("expected", expected.to_owned())];
        return ("campaign.template.wrong_type", args);
    }
    if message.contains("date is not valid") || message.contains("failed to parse") {
        return ("campaign.template.no_day", vec![]);
    }
    (
        "campaign.template.unreadable",
        vec![("detail", message.to_owned())],
    )
}

/// The words between backticks, in order.
fn quoted(message: &str) -> Vec<String> {
    message.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The words that would have been understood, as a list.
fn known(message: &str) -> String {
    quoted(message).into_iter().skip(1).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::super::shipped;
    use super::super::parse;

    #[test]
    fn every_mistake_of_form_is_told_with_its_line_and_what_would_do() {
        let text = shipped()[1].1;
        let line = |needle: &str| text.lines().position(|l| l.starts_with(needle)).map(|at| at + 1);
        for (from, to, key, at, arg) in [
            (
                "guidance = {",
                "guidence = {",
                "unknown_field",
                line("guidance = {"),
                ("key", "guidence"),
            ),
            (
                "acts = [\"survey\"]",
                "acts = [\"servey\"]",
                "unknown_word",
                line("acts = [\"survey\"]"),
                ("key", "servey"),
            ),
            (
                "objection_days = 7",
                "objection_days = \"七\"",
                "wrong_type",
                line("objection_days"),
                ("expected", "u32"),
            ),
            (
                "objection_days = 7",
                "objection_days = -5",
                "negative",
                line("objection_days"),
                ("found", "-5"),
            ),
            (
                "max_score = 100\n",
                "",
                "field_missing",
                line("[appraisal]"),
                ("key", "max_score"),
            ),
            (
                "objection_days = 7",
                "objection_days = 7\nobjection_days = 8",
                "field_twice",
                line("objection_days").map(|at| at + 1),
                ("", ""),
            ),
        ] {
            let faults = parse(&text.replacen(from, to, 1)).expect_err(to);
            let fault = &faults[0];
            let told = fault.key.trim_start_matches("campaign.template.");
            assert_eq!(told, key, "{fault:?}");
            assert_eq!(fault.line, at, "{fault:?}");
            let found = fault
                .args
                .iter()
                .find(|(n, _)| *n == arg.0)
                .map_or("", |(_, v)| v.as_str());
            assert_eq!(found, arg.1, "{fault:?}");
        }
    }

    #[test]
    fn a_day_no_calendar_has_is_told_in_the_reader_s_words() {
        let text = shipped()[1].1;
        let dated = text.replacen("version = 1\n", "version = 1\nstarts_on = \"2010-02-30\"\n", 1);
        let faults = parse(&dated).expect_err("no such day");
        let keys: Vec<&str> = faults.iter().map(|f| f.key).collect();
        assert_eq!(keys, ["campaign.template.no_day"], "{faults:?}");
    }

    #[test]
    fn what_would_do_is_named_and_broken_toml_has_its_line() {
        let text = shipped()[1].1;
        let missing = parse(&text.replacen("guidance = {", "guidence = {", 1)).expect_err("spelled wrongly");
        assert!(
            missing[0]
                .args
                .iter()
                .any(|(n, v)| *n == "known" && v.contains("guidance"))
        );
        let open = parse(&text.replacen("version = 1", "version = ", 1)).expect_err("no value");
        assert_eq!(open[0].key, "campaign.template.syntax");
        let line = text
            .lines()
            .position(|l| l.starts_with("version = 1"))
            .map(|at| at + 1);
        assert_eq!(open[0].line, line);
        let arg = |name: &str| {
            open[0]
                .args
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, v)| v.clone())
        };
        assert_eq!(arg("line"), line.map(|n| n.to_string()));
        assert!(arg("column").is_some_and(|c| c.parse::<usize>().is_ok_and(|c| c >= 10)));
        assert!(arg("detail").is_some_and(|d| !d.is_empty()));
    }
}
