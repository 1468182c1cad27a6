//! Posts in the remarks of a roster.

use super::*;

/// What a remark says of posts: those in the branch, the title to show, and whether it makes a leading cadre.
pub(super) fn posts(remark: &str) -> (Vec<BranchPost>, String, bool) {
    let mut own = vec![];
    let mut title: Vec<String> = vec![];
    let mut leading = false;
    for word in value::words(remark) {
        let named = WORDS
            .posts
            .iter()
            .find(|(_, words)| words.iter().any(|w| *w == word))
            .map(|(name, _)| name.as_str());
        let post = match named {
            Some("secretary") => Some(BranchPost::Secretary),
            Some("deputy_secretary") => Some(BranchPost::DeputySecretary),
            Some("commissioner") => Some(BranchPost::Commissioner),
            Some(_) => Some(BranchPost::Other),
            None => None,
        };
        let is_leading = WORDS.leading.remarks.iter().any(|w| *w == word);
        leading |= is_leading || WORDS.leading.flags.iter().any(|w| w.eq_ignore_ascii_case(&word));
        own.extend(post);
        if is_leading || post.is_some() {
            title.push(word.into_owned());
        }
    }
    (own, title.join("\u{3001}"), leading)
}
