//! `jiannuo template check`: a campaign template read before anybody loads it. It touches no database.

use crate::exit::{Exit, fill, lang, text};
use crate::open;
use clap::ArgMatches;
use domain::campaign::{Template, TemplateFault, parse};
use lang::find;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Reads a template and says every mistake with its line.
///
/// # Errors
/// A file that cannot be read or is not UTF-8; 3 when the template has mistakes.
pub fn check(m: &ArgMatches) -> Result<(), Exit> {
    let file = m.get_one::<PathBuf>("file").ok_or_else(Exit::usage)?;
    let bytes = open::read(file)?;
    let Ok(written) = std::str::from_utf8(&bytes) else {
        let line = bytes
            .utf8_chunks()
            .next()
            .map_or(1, |c| c.valid().lines().count().max(1));
        return Err(Exit::failed(&fill(
            "cli.template_encoding",
            &[("file", &file.display()), ("line", &line)],
        )));
    };
    // Editors on Windows begin a file with a mark that TOML does not know.
    let found = parse(written.trim_start_matches('\u{FEFF}'));
    if m.get_flag("json") {
        println!("{}", told(&found));
    } else {
        match &found {
            Ok(template) => print!("{}", summary(template)),
            Err(faults) => faults.iter().for_each(|f| println!("{}", line(file, f))),
        }
    }
    match found {
        Ok(_) => Ok(()),
        Err(faults) => Err(Exit::wrong(fill("cli.template_wrong", &[("n", &faults.len())]))),
    }
}

/// The sentence of a fault.
fn says(fault: &TemplateFault) -> String {
    app::campaign::fault_said(lang(), fault.key, &fault.args)
}

/// One fault as compilers write it, so that editors jump to it.
fn line(file: &Path, fault: &TemplateFault) -> String {
    let at = fault.line.map_or_else(String::new, |n| format!(":{n}"));
    let path = if fault.path.is_empty() {
        String::new()
    } else {
        format!(" ({})", fault.path)
    };
    format!("{}{at}: {}{path}", file.display(), says(fault))
}

fn summary(t: &Template) -> String {
    let (lang, count) = (lang(), |n: usize| n.to_string());
    let tiers = t.review_routes.iter().map(|r| r.steps.len()).max().unwrap_or(0);
    let last = t.stages.iter().filter_map(|s| s.end_day).max().unwrap_or(0);
    let bands: Vec<String> = t
        .appraisal
        .grades
        .iter()
        .map(|g| format!("{} {}", g.label.get(lang), g.from))
        .collect();
    let who: Vec<&str> = domain::access::Role::ALL
        .iter()
        .filter(|role| {
            t.stages
                .iter()
                .any(|s| s.responsible.iter().any(|r| r.roles.contains(role)))
        })
        .filter_map(|role| find(lang, &format!("role.{}", role.name())))
        .collect();
    let mut out = format!(
        "{}\n",
        fill(
            "cli.template_fine",
            &[("title", &t.title.get(lang)), ("key", &t.key)]
        )
    );
    for (key, value) in [
        ("cli.template_stages", count(t.stages.len())),
        ("cli.template_days", count(usize::try_from(last).unwrap_or(0) + 1)),
        ("cli.template_kinds", count(t.kinds.len())),
        ("cli.template_questions", count(t.questions.len())),
        ("cli.template_tiers", count(tiers)),
        ("cli.template_sentences", count(t.sentences.len())),
        ("cli.template_grades", bands.join(text("cli.list_comma"))),
        ("cli.template_roles", who.join(text("cli.list_comma"))),
    ] {
        out.push_str(&format!("  {}\n", fill(key, &[("n", &value)])));
    }
    out
}

fn told(found: &Result<Template, Vec<TemplateFault>>) -> serde_json::Value {
    let faults = found.as_ref().err().map_or(&[][..], Vec::as_slice);
    let faults: Vec<_> = faults
        .iter()
        .map(|f| json!({ "line": f.line, "path": f.path, "kind": f.key.rsplit('.').next(), "says": says(f) }))
        .collect();
    json!({
        "key": found.as_ref().ok().map(|t| t.key.as_str()),
        "fine": found.is_ok(),
        "faults": faults,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::campaign::shipped;

    #[test]
    fn a_fault_is_one_line_that_editors_can_jump_to() {
        let text = shipped()[0].1.replacen("weight = 40", "weight = 50", 1);
        let faults = parse(&text).expect_err("110 percent");
        let told = line(Path::new("my.toml"), &faults[0]);
        let at = faults[0].line.expect("known");
        assert!(
            told.starts_with(&format!("my.toml:{at}: ")) && told.contains("110"),
            "{told}"
        );
        assert!(!told.contains('\n'));
    }

    #[test]
    fn every_shipped_template_is_summed_up() {
        for (key, text) in shipped() {
            let said = summary(&parse(text).expect("shipped"));
            assert!(said.contains(key) && said.lines().count() > 6, "{said}");
        }
    }

    #[test]
    fn no_fault_is_without_words() {
        let text = shipped()[0].1;
        for (from, to) in [
            ("acts = [\"survey\"]", "acts = []"),
            (
                "must_units = [\"party_branch\"]",
                "must_units = [\"party_branch\", \"clinical_department\"]",
            ),
            ("max_score = 100", "max_score = \"100\""),
        ] {
            let faults = parse(&text.replacen(from, to, 1)).expect_err(to);
            for fault in &faults {
                let said = says(fault);
                assert!(
                    !said.contains("campaign.template") && !said.contains('{'),
                    "{said}"
                );
            }
        }
    }
}
