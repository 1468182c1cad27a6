//! The order of a life story: what happened first stands first, and what one act wrote in one moment stands in the order
//! of the notice.

/// The kinds of lines of a life story, in the order in which they follow on each other within a day.
const STORY: [&str; 16] = [
    "demand",
    "submitted",
    "confirmed",
    "amended",
    "published",
    "objection",
    "progress",
    "inspection",
    "feedback",
    "appraisal",
    "criticism",
    "rectification",
    "follow_up",
    "closed",
    "taken_down",
    "correction",
];

/// The place of a kind in [`STORY`]; one that is not known comes last.
fn story_rank(kind: &str) -> usize {
    STORY.iter().position(|k| *k == kind).unwrap_or(STORY.len())
}

/// Puts the lines of a life story in order. `key` gives the day (ISO), the moment it was written down (microseconds UTC)
/// and the kind of a line; lines alike in all three keep the order they had.
pub fn story_sort<T>(lines: &mut [T], key: impl Fn(&T) -> (&str, i64, &str)) {
    lines.sort_by(|a, b| {
        let ((day, at, kind), (other_day, other_at, other_kind)) = (key(a), key(b));
        (day, at, story_rank(kind)).cmp(&(other_day, other_at, story_rank(other_kind)))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_act_writes_its_lines_in_the_order_of_the_notice() {
        let sorted = |mut lines: Vec<(&'static str, i64, &'static str)>| {
            story_sort(&mut lines, |l| *l);
            lines.into_iter().map(|l| l.2).collect::<Vec<_>>()
        };
        let day = "2010-10-15";
        assert_eq!(
            sorted(vec![
                (day, 5, "published"),
                (day, 5, "confirmed"),
                (day, 5, "demand")
            ]),
            ["demand", "confirmed", "published"]
        );
        assert_eq!(
            sorted(vec![(day, 5, "rectification"), (day, 5, "criticism")]),
            ["criticism", "rectification"]
        );
        // The day and the moment come before the kind.
        assert_eq!(
            sorted(vec![
                (day, 6, "progress"),
                (day, 5, "closed"),
                ("2010-10-14", 9, "correction")
            ]),
            ["correction", "closed", "progress"]
        );
        assert!(
            STORY
                .iter()
                .all(|kind| story_rank(kind) < story_rank("something new"))
        );
    }
}
