//! A person as typed into a form, checked.

use super::person::{NAME_MAX, PersonClass, Sex, read_ethnicity, read_sex};
use super::roster::{PersonRecord, folded, tidy_name};
use crate::pinyin::PLACE_MAX;
use crate::problem::{Problem, Problems};
use crate::text::{TextRule, check_text};
use crate::time::parse_month;

/// What was typed.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each is the field of the form it is named after")]
pub struct PersonEntry {
    pub name: String,
    pub class: String,
    pub leading_cadre: bool,
    pub title: String,
    pub post: String,
    pub sex: String,
    pub ethnicity: String,
    pub education: String,
    pub birth_month: String,
    pub joined_month: String,
    pub phone: String,
    pub place: String,
}

fn month(problems: &mut Problems, field: &'static str, typed: &str) -> String {
    if typed.trim().is_empty() {
        return String::new();
    }
    match parse_month(typed) {
        Ok(month) => month.to_string(),
        Err(_) => {
            problems.push(
                Problem::invalid("problem.person.month")
                    .on(field)
                    .with("text", typed.trim()),
            );
            String::new()
        }
    }
}

fn place(problems: &mut Problems, typed: &str) -> u32 {
    let text = folded(typed);
    if text.is_empty() {
        return 0;
    }
    match text.parse() {
        Ok(place @ 1..=PLACE_MAX) => place,
        _ => {
            let refused = Problem::invalid("problem.person.place").on("place");
            problems.push(refused.with("text", typed.trim()).with("most", PLACE_MAX));
            0
        }
    }
}

/// A box of a member's form as it is kept: sex and months as the roster keeps them, so that the form shows what was
/// typed and asks for it once.
///
/// # Errors
/// `problem.text.…`, `problem.pledge.sex`, `problem.person.month`, on the name of the box.
pub fn read_box(name: &str, typed: &str) -> Result<String, Problem> {
    check_text(name, typed, TextRule::line(100).optional())?;
    let text = typed.trim();
    let refused = |key| Problem::invalid(key).on(name).with("text", text);
    match name {
        _ if text.is_empty() => Ok(String::new()),
        "sex" => match read_sex(text) {
            Some(sex @ (Sex::Male | Sex::Female)) => Ok(sex.name().to_owned()),
            _ => Err(refused("problem.pledge.sex")),
        },
        "birth_month" | "joined_month" => parse_month(text)
            .map(|month| month.to_string())
            .map_err(|_| refused("problem.person.month")),
        _ => Ok(text.to_owned()),
    }
}

/// Checks an entry for a branch (its name); everything wrong is told at once.
///
/// # Errors
/// `problem.text.…`, `problem.person.…`.
pub fn check_entry(entry: &PersonEntry, branch: &str) -> Result<PersonRecord, Problems> {
    let mut problems = Problems::new();
    problems.note(check_text("name", &entry.name, TextRule::line(NAME_MAX)));
    for (field, text, max) in [
        ("title", &entry.title, 100),
        ("post", &entry.post, 200),
        ("education", &entry.education, 50),
        ("ethnicity", &entry.ethnicity, 30),
        ("phone", &entry.phone, 40),
    ] {
        problems.note(check_text(field, text, TextRule::line(max).optional()));
    }
    let class = PersonClass::from_name(&entry.class);
    if class.is_none() {
        problems.push(Problem::invalid("problem.person.class").on("class"));
    }
    let birth_month = month(&mut problems, "birth_month", &entry.birth_month);
    let joined_month = month(&mut problems, "joined_month", &entry.joined_month);
    // ISO months compare as text.
    if !birth_month.is_empty() && !joined_month.is_empty() && joined_month <= birth_month {
        problems.push(Problem::invalid("problem.person.joined_before_birth").on("joined_month"));
    }
    let phone = folded(&entry.phone);
    if !phone
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | '(' | ')'))
    {
        problems.push(Problem::invalid("problem.person.phone").on("phone"));
    }
    let typed = entry.ethnicity.trim();
    let ethnicity = read_ethnicity(typed).unwrap_or(typed).to_owned();
    let record = PersonRecord {
        name: tidy_name(&entry.name),
        branch: branch.to_owned(),
        class: class.unwrap_or(PersonClass::FullMember),
        leading_cadre: entry.leading_cadre,
        title: entry.title.trim().to_owned(),
        post: entry.post.trim().to_owned(),
        sex: read_sex(&entry.sex),
        ethnicity,
        education: entry.education.trim().to_owned(),
        birth_month,
        joined_month,
        phone,
        place: place(&mut problems, &entry.place),
    };
    problems.or(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> PersonEntry {
        PersonEntry {
            name: " 姜\u{3000}𬭎 ".into(),
            class: "full_member".into(),
            ethnicity: "汉".into(),
            birth_month: "1974.1".into(),
            joined_month: "1998年12月".into(),
            phone: "１３８ ００１３ ８０００".into(),
            place: " ３ ".into(),
            ..PersonEntry::default()
        }
    }

    #[test]
    fn what_people_type_is_understood() {
        let record = check_entry(&entry(), "产科党支部").expect("all right");
        assert_eq!((record.name.as_str(), record.place), ("姜𬭎", 3));
        assert_eq!(
            (record.birth_month.as_str(), record.joined_month.as_str()),
            ("1974-01", "1998-12")
        );
        assert_eq!(
            (record.ethnicity.as_str(), record.phone.as_str()),
            ("汉族", "13800138000")
        );
    }

    #[test]
    fn boxes_are_kept_as_the_roster_keeps_them() {
        for (name, typed, kept) in [
            ("sex", " 女 ", Some("female")),
            ("sex", "F", Some("female")),
            ("sex", "1", Some("male")),
            ("sex", "male", Some("male")),
            ("sex", "", Some("")),
            ("sex", "雌", None),
            ("sex", "9", None),
            ("birth_month", "1974年1月", Some("1974-01")),
            ("joined_month", "明年", None),
            ("ethnicity", " 汉 ", Some("汉")),
            ("phone", "a\u{202E}b", None),
        ] {
            let read = read_box(name, typed);
            assert_eq!(read.as_deref().ok(), kept, "{name} {typed}");
            if let Err(problem) = read {
                assert_eq!(problem.field.as_deref(), Some(name));
            }
        }
    }

    #[test]
    fn everything_wrong_is_told_at_once_with_its_field() {
        type Change = fn(&mut PersonEntry);
        let table: &[(Change, &str, &str)] = &[
            (|e| e.name = " ".into(), "name", "problem.text.missing"),
            (|e| e.class = "boss".into(), "class", "problem.person.class"),
            (
                |e| e.birth_month = "last year".into(),
                "birth_month",
                "problem.person.month",
            ),
            (
                |e| e.joined_month = "1974.01".into(),
                "joined_month",
                "problem.person.joined_before_birth",
            ),
            (|e| e.phone = "分机 12".into(), "phone", "problem.person.phone"),
            (|e| e.post = "a\u{202E}b".into(), "post", "problem.text.bidi"),
            (|e| e.place = "0".into(), "place", "problem.person.place"),
            (|e| e.place = "1000".into(), "place", "problem.person.place"),
        ];
        let mut all = entry();
        for (change, field, key) in table {
            let mut one = entry();
            change(&mut one);
            change(&mut all);
            let problems = check_entry(&one, "b").expect_err(field);
            assert_eq!(problems.0.len(), 1, "{field}");
            assert_eq!(
                (problems.0[0].field.as_deref(), problems.0[0].key),
                (Some(*field), *key)
            );
        }
        let told = check_entry(&all, "b").expect_err("all").0;
        for (_, field, _) in table {
            // Whether a date lies before birth nobody knows where the birth cannot be read.
            let told = told.iter().any(|p| p.field.as_deref() == Some(field));
            assert!(told || *field == "joined_month", "{field}");
        }
    }
}
