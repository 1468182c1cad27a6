//! Model sentences: fill-in-the-blank help while writing (N8). A place to fill is written `{name}`.

use std::sync::LazyLock;

use jiff::civil::Date;

use crate::advice::{Measure, Rules, measured};
use crate::problem::Problem;
use crate::time::parse_date;

/// What stands in the text where a place is not filled yet.
pub const OPEN: &str = "＿＿";

/// A piece of a model sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Fixed words.
    Words(String),
    /// A place to fill, with its name.
    Place(String),
}

/// The pieces of a model sentence in order. A brace that is not closed is plain text.
#[must_use]
pub fn pieces(sentence: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else {
            break;
        };
        if !before.is_empty() {
            out.push(Piece::Words(before.to_owned()));
        }
        out.push(Piece::Place(name.to_owned()));
        rest = tail;
    }
    if !rest.is_empty() {
        out.push(Piece::Words(rest.to_owned()));
    }
    out
}

/// The sentence with its places filled, and the writer's own words behind it. Places left open show [`OPEN`].
#[must_use]
pub fn compose(sentence: &str, blanks: &[String], rest: &str) -> String {
    let mut out = String::new();
    let mut next = blanks.iter();
    for piece in pieces(sentence) {
        match piece {
            Piece::Words(words) => out.push_str(&words),
            Piece::Place(_) => match next.next().map(|b| b.trim()) {
                Some(filled) if !filled.is_empty() => out.push_str(filled),
                _ => out.push_str(OPEN),
            },
        }
    }
    let rest = rest.trim();
    if !rest.is_empty() && !out.is_empty() && !out.ends_with(['，', '。', '；', ',', '.', ';', ' ']) {
        out.push(if out.is_ascii() { ' ' } else { '，' });
    }
    out.push_str(rest);
    out
}

/// Refuses a text that still has an open place.
///
/// # Errors
/// `problem.pledge.place_open` on `items.N.content`.
pub fn check_places(place: usize, content: &str) -> Result<(), Problem> {
    if content.contains(OPEN) {
        return Err(Problem::invalid("problem.pledge.place_open")
            .on(format!("items.{place}.content"))
            .with("number", place + 1));
    }
    Ok(())
}

/// The last whole date written out in a text: the day by which it is done. Words behind the date (before, until) do
/// not matter; a day without a year is the next such day from `today` on.
#[must_use]
pub fn date_in(text: &str, today: Date) -> Option<Date> {
    let deadlines = measured(text, Rules::shipped())
        .into_iter()
        .filter(|m| m.measure == Measure::Deadline);
    let read = |words: &str| {
        let ends = words.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
        ends.filter_map(|end| words.get(..end))
            .find_map(|w| parse_date(w, today).ok())
    };
    deadlines.filter_map(|m| text.get(m.range).and_then(read)).max()
}

static POSTS: LazyLock<Vec<(String, Vec<String>)>> = LazyLock::new(|| {
    let table: toml::Table = toml::from_str(include_str!("../../data/post-words.toml")).unwrap_or_default();
    let words = |value: toml::Value| value.try_into::<Vec<String>>().unwrap_or_default();
    table
        .into_iter()
        .map(|(group, value)| (group, words(value)))
        .collect()
});

/// The group of posts whose sentences suit a post, among the groups a template has: the group with the longest
/// word found in it. `None` leaves the choice to the writer.
#[must_use]
pub fn post_group<'a>(post: &str, groups: &[&'a str]) -> Option<&'a str> {
    let found = groups.iter().filter_map(|group| {
        let (_, words) = POSTS.iter().find(|(name, _)| name == group)?;
        let longest = words
            .iter()
            .filter(|w| post.contains(w.as_str()))
            .map(|w| w.chars().count())
            .max()?;
        Some((longest, *group))
    });
    // Of equally long words the group named first in the template wins.
    found
        .fold(None, |best: Option<(usize, &str)>, next| match best {
            Some(best) if best.0 >= next.0 => Some(best),
            _ => Some(next),
        })
        .map(|(_, group)| group)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_sentence_is_filled_in_order() {
        let sentence = "{期限}前为{对象}讲解{次数}次";
        let blanks = ["2011年6月30日".to_owned(), "初产妇".to_owned()];
        assert_eq!(
            compose(sentence, &blanks, ""),
            "2011年6月30日前为初产妇讲解＿＿次"
        );
        assert!(check_places(0, &compose(sentence, &blanks, "")).is_err());
        let blanks = ["6月30日".to_owned(), "初产妇".to_owned(), "40".to_owned()];
        assert_eq!(
            compose(sentence, &blanks, "由本人讲"),
            "6月30日前为初产妇讲解40次，由本人讲"
        );
        assert_eq!(compose("", &[], " 每周义诊一次 "), "每周义诊一次");
        assert_eq!(
            compose("Help {n} people.", &["3".to_owned()], "Daily."),
            "Help 3 people.Daily."
        );
        assert_eq!(pieces("{a"), vec![Piece::Words("{a".to_owned())]);
    }

    #[test]
    fn a_date_in_the_words_is_found() {
        let today = Date::new(2010, 10, 1).expect("a day");
        for (text, want) in [
            ("2011年6月30日前，为产妇做讲解，共40人", Some((2011, 6, 30))),
            ("每月随访20人，到2011年3月31日止", Some((2011, 3, 31))),
            ("12月31日前完成两次义诊", Some((2010, 12, 31))),
            ("每月义诊2次，每次2小时", None),
            ("", None),
        ] {
            let want = want.map(|(y, m, d)| Date::new(y, m, d).expect("a day"));
            assert_eq!(date_in(text, today), want, "{text}");
        }
    }

    #[test]
    fn the_post_finds_its_group() {
        let groups = ["doctor", "nurse", "technician", "administration", "logistics"];
        for (post, want) in [
            ("产科 助产士", Some("nurse")),
            ("检验科 主管技师", Some("technician")),
            ("儿科 主治医师", Some("doctor")),
            ("党群办 科员", Some("administration")),
            ("总务科 电工", Some("logistics")),
            ("志愿者", None),
        ] {
            assert_eq!(post_group(post, &groups), want, "{post}");
        }
        assert_eq!(
            post_group("助产士", &["doctor"]),
            None,
            "a template without the group"
        );
    }

    proptest! {
        #[test]
        fn any_text_composes(sentence in ".*", blanks in proptest::collection::vec(".*", 0..4), rest in ".*") {
            let _ = compose(&sentence, &blanks, &rest);
            let _ = date_in(&rest, Date::constant(2010, 10, 1));
            let joined: String = pieces(&sentence).into_iter().map(|p| match p {
                Piece::Words(w) => w,
                Piece::Place(n) => format!("{{{n}}}"),
            }).collect();
            prop_assert_eq!(joined, sentence);
        }
    }
}
