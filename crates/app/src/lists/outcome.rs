//! What became of the promises, as those who made them report and as the public says it: for the evidence package.

use super::{Words, day};
use documents::table::Table;
use domain::campaign::template::Satisfaction;
use store::feedback::PublicFeedback;
use store::progress::Reported;

/// Every report on a promise, with whose it is: number and name (N13).
pub fn progress(words: Words<'_>, all: &[((String, String), Reported)]) -> Table {
    words
        .sheet(words.t("list.progress"), "", all)
        .column("package.number", |(whose, _): &((String, String), Reported)| {
            whose.0.as_str()
        })
        .column("list.who", |(whose, _)| whose.1.as_str())
        .column("list.promise", |(_, r)| r.content.as_str())
        .column("list.reported_on", |(_, r)| day(&r.reported_on))
        .column("list.claim", |(_, r)| {
            r.claim
                .as_deref()
                .map_or(String::new(), |c| words.t_of("claim", c))
        })
        .column("list.amount", |(_, r)| r.amount.as_str())
        .column("list.words", |(_, r)| r.words.as_str())
        .column("list.reason", |(_, r)| r.reason.as_str())
        .column("list.by", |(_, r)| r.reported_name.as_str())
        .done()
}

/// What the public said and was answered, as far as both were published: nobody's name is in it (N13).
pub fn published_feedback(
    words: Words<'_>,
    scale: &[Satisfaction],
    all: &[((String, String), PublicFeedback)],
) -> Table {
    words
        .sheet(words.t("list.published_feedback"), "", all)
        .column("list.unit", |(place, _): &((String, String), PublicFeedback)| {
            place.0.as_str()
        })
        .column("list.who", |(place, _)| place.1.as_str())
        .column("list.grade", |(_, f)| {
            let grade = scale.iter().find(|s| i64::from(s.score) == f.grade);
            grade.map_or(String::new(), |s| s.label.get(words.lang).to_owned())
        })
        .column("list.words", |(_, f)| f.words.as_str())
        .column("list.said_on", |(_, f)| day(&f.said_on))
        .column("list.answer", |(_, f)| f.reply.as_str())
        .column("list.answered_on", |(_, f)| day(&f.replied_on))
        .done()
}
