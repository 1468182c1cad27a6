//! The shipped templates stand the check; broken ones are told where.

use super::super::shipped;
use super::*;

#[test]
fn shipped_templates_have_no_fault_and_survive_writing() {
    for (key, text) in shipped() {
        let template = parse(text).unwrap_or_else(|faults| panic!("{key}: {faults:?}"));
        assert_eq!(template.key, *key);
        let again = parse(&template.to_toml().expect("written")).expect("read again");
        assert_eq!(again, template);
        let dated = template.shift(jiff::civil::date(2026, 12, 1));
        assert_eq!(parse(&dated.to_toml().expect("written")), Ok(dated));
    }
}

#[test]
fn every_sentence_is_in_both_languages_with_equal_places() {
    for (_, text) in shipped() {
        let template = parse(text).expect("shipped");
        for sentence in &template.sentences {
            let places = |t: &str| t.matches('{').count();
            assert!(places(&sentence.text.zh) > 1, "{:?}", sentence.text);
            assert_eq!(
                places(&sentence.text.zh),
                places(&sentence.text.en),
                "{:?}",
                sentence.text
            );
        }
    }
}

/// DOMAIN.md 1.3, one trap after the other, as far as a template can fall into it.
#[test]
fn the_traps_of_the_notice() {
    let seed = parse(shipped()[0].1).expect("shipped");
    // 1: the label is the notice's, the identifier the right word, the remark explains.
    let deed = seed
        .kinds
        .iter()
        .find(|k| k.key == "practical_deed")
        .expect("kind");
    assert_eq!(deed.label.zh, "事实承诺");
    assert!(deed.note.zh.contains("实事承诺"));
    // 2: neighbouring stages share their day, the last has no end.
    for pair in seed.stages.windows(2) {
        assert_eq!(pair[0].ends_on, pair[1].starts_on);
    }
    assert_eq!(seed.stages[4].ends_on, None);
    // 3: stage 2 ends on a Sunday that nobody works.
    let end = seed.stages[1].ends_on.expect("end");
    assert!(!crate::time::Calendar::in_force().is_working_day(end));
    // 4: the page's date is kept apart from the campaign's.
    let notice = seed.notice.as_ref().expect("notice");
    assert_eq!(notice.original_published_on, Some(jiff::civil::date(2014, 5, 24)));
    assert_eq!(notice.dated_on, None);
    // 5: responsibility is many to many.
    assert_eq!(seed.stages[3].responsible.len(), 4);
    assert_eq!(seed.stages[3].responsible_text, "党群办 信息部 监审部 各党支部");
    // 6: the secretary's own pledge goes to the line leader.
    let route = seed.route_for(Audience::BranchSecretary).expect("route");
    assert_eq!(route.steps[0].role, crate::access::Role::LineLeader);
    // 7: two seals on the branch form; nothing private can be named as public.
    let seals = seed.form_for(Audience::Branch).expect("form").fields.iter();
    assert_eq!(seals.filter(|f| f.label.zh.contains("签章")).count(), 2);
    for private in [
        "phone",
        "ethnicity",
        "birth_month",
        "education",
        "joined_month",
        "sex",
    ] {
        let text = shipped()[0]
            .1
            .replace("public_fields = [", &format!("public_fields = [\"{private}\", "));
        assert_eq!(
            parse(&text).expect_err(private)[0].key,
            "campaign.template.unknown_word"
        );
    }
    // 8: three kinds, one block.
    assert_eq!(seed.kinds.len(), 3);
    // 9: the voluntary ones are not in the denominator.
    use crate::organization::PersonClass::{
        ApplicantActivist, FullMember, NonPartyCadre, ProbationaryMember,
    };
    assert_eq!(seed.scope.must, [FullMember, ProbationaryMember]);
    assert_eq!(seed.scope.may, [ApplicantActivist, NonPartyCadre]);
    // 10: reports to the office are a requirement that the template carries.
    assert!(
        seed.requirements
            .iter()
            .any(|r| r.text.zh.contains("报院创先争优办公室"))
    );
}

#[test]
fn the_bands_of_the_province() {
    let seed = parse(shipped()[0].1).expect("shipped");
    for (score, grade) in [
        (100, "good"),
        (95, "good"),
        (94, "medium"),
        (80, "medium"),
        (79, "poor"),
        (0, "poor"),
    ] {
        assert_eq!(
            seed.grade_of(score).map(|g| g.key.as_str()),
            Some(grade),
            "{score}"
        );
    }
    assert_eq!(seed.grade_of(101), None);
}

#[test]
fn leading_cadres_answer_more_questions_and_departments_have_their_route() {
    let seed = parse(shipped()[0].1).expect("shipped");
    assert_eq!(seed.questions_for(Audience::Participant).count(), 5);
    assert_eq!(seed.questions_for(Audience::LeadingCadre).count(), 7);
    let yearly = parse(shipped()[1].1).expect("shipped");
    let steps = |departments| {
        let rules = yearly.route_rules(departments);
        rules
            .iter()
            .find(|r| r.audience.contains(&review::Audience::Branch))
            .map(|r| r.steps.len())
    };
    assert_eq!((steps(false), steps(true)), (Some(3), Some(2)));
    assert!(
        yearly
            .kind_rules(Audience::Participant)
            .iter()
            .all(|k| k.kind.as_str() != "duty_commitment")
    );
}

#[test]
fn faults_say_where() {
    let text = shipped()[0].1;
    let line = |needle: &str| text.lines().position(|l| l.starts_with(needle)).map(|at| at + 1);
    for (from, to, key, path, at) in [
        (
            "ends_on = \"2010-09-29\"",
            "ends_on = \"2010-09-30\"",
            "stage_days",
            "stages[0].ends_on",
            line("ends_on"),
        ),
        (
            "end_day = 9",
            "end_day = -1",
            "stage_order",
            "stages[0].end_day",
            line("end_day"),
        ),
        ("weight = 40", "weight = 50", "weights", "appraisal.voices", None),
        ("from = 80", "from = 99", "bands", "appraisal.grades", None),
    ] {
        let faults = parse(&text.replacen(from, to, 1)).expect_err(to);
        let fault = faults
            .iter()
            .find(|f| f.path == path)
            .unwrap_or_else(|| panic!("{path} in {faults:?}"));
        assert_eq!(fault.key.trim_start_matches("campaign.template."), key);
        assert!(fault.line.is_some());
        if at.is_some() {
            assert_eq!(fault.line, at);
        }
    }
    let broken = parse("key = \"x\"\nversion = \"two\"").expect_err("broken");
    let told = broken.iter().map(|f| (f.key, f.line));
    assert!(
        told.clone()
            .any(|t| t == ("campaign.template.wrong_type", Some(2))),
        "{broken:?}"
    );
}

/// The mistakes of a text by line, with the last word of their keys.
fn told(text: &str) -> Vec<(usize, &'static str)> {
    let faults = parse(text).expect_err("it has mistakes");
    let short = |key: &'static str| key.trim_start_matches("campaign.template.");
    faults
        .iter()
        .map(|f| (f.line.unwrap_or(0), short(f.key)))
        .collect()
}

#[test]
fn every_mistake_is_told_in_one_reading() {
    let text = shipped()[1].1;
    // Each alone first; then all of them in one file say the same.
    let mistakes = [
        ("guidance = {", "guidence = {"),
        ("acts = [\"survey\"]", "acts = [\"servey\"]"),
        ("objection_days = 7", "objection_days = \"seven\""),
        ("version = 1", "version = -1"),
        ("max_score = 100\n", "max_score = 100\nmin_score = 0\n"),
        ("roles = [\"campaign_office\"]", "roles = [\"office\"]"),
    ];
    let mut all = text.to_owned();
    let mut each = Vec::new();
    for (from, to) in mistakes {
        assert!(all.contains(from), "{from}");
        let found = told(&text.replacen(from, to, 1));
        assert_eq!(found.len(), 1, "{to} {found:?}");
        each.push(found[0].1);
        all = all.replacen(from, to, 1);
    }
    let found = told(&all);
    let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
    assert!(lines.is_sorted() && lines[0] > 0, "{found:?}");
    let mut keys: Vec<&str> = found.iter().map(|(_, key)| *key).collect();
    keys.sort_unstable();
    each.sort_unstable();
    assert_eq!(keys, each, "{found:?}");
    for (line, _) in found {
        let written = all.lines().nth(line - 1).unwrap_or("");
        assert!(
            mistakes
                .iter()
                .any(|(_, to)| written.contains(to.lines().last().unwrap_or(to))),
            "{written}"
        );
    }
}

#[test]
fn a_missing_section_does_not_hide_the_rest() {
    let text = shipped()[1].1;
    let start = text.find("[scope]").expect("a section");
    let end = start + text[start..].find("\n\n").expect("its end");
    let without = format!("{}{}", &text[..start], &text[end..]);
    assert_eq!(told(&without), [(1, "field_missing")]);
    // And of two, one of which is a list, both, with a mistake far below.
    let rest = without.replacen("[[questions]]", "[[question]]", 50).replacen(
        "max_score = 100",
        "max_score = \"all\"",
        1,
    );
    let found = told(&rest);
    let keys: Vec<&str> = found.iter().map(|(_, key)| *key).collect();
    for key in ["field_missing", "unknown_field", "wrong_type"] {
        assert!(keys.contains(&key), "{key} {found:?}");
    }
    // A text with nothing in it is told what a template has.
    let nothing = told("");
    assert!(
        nothing.len() > 5 && nothing.iter().all(|(_, key)| *key == "field_missing"),
        "{nothing:?}"
    );
}

#[test]
fn what_is_missing_and_what_is_no_toml_is_told_with_the_rest() {
    let text = shipped()[1].1;
    let lines = |text: &str| told(text).into_iter().map(|(_, key)| key).collect::<Vec<_>>();
    // A missing key does not hide what comes later, nor does a value that is none.
    let holes = text
        .replacen("max_score = 100\n", "", 1)
        .replacen("weight = 40", "weight = 50", 1);
    let found = lines(&holes);
    assert!(found.contains(&"field_missing"), "{found:?}");
    let broken = text.replacen("version = 1", "version = ", 1).replacen(
        "acts = [\"survey\"]",
        "acts = [\"servey\"]",
        1,
    );
    assert_eq!(lines(&broken), ["syntax", "unknown_word"], "{:?}", told(&broken));
    let twice = text.replacen(
        "objection_days = 7",
        "objection_days = 7\nobjection_days = \"8\"",
        1,
    );
    assert_eq!(lines(&twice), ["field_twice"]);
    // Any text at all gets an answer.
    for wild in [
        "",
        "[[[",
        "key = {",
        "= = =",
        "\u{0}",
        "key = \"x\"\nversion = \"two\"",
    ] {
        assert!(!told(wild).is_empty(), "{wild:?}");
    }
}
