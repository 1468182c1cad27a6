//! Names to sign in with: the pinyin of the person's name, with a number when it is taken.

use std::collections::{HashMap, HashSet};

use crate::pinyin::{is_unread, sort_key};

/// The pinyin of a name as one word of small letters and digits; `user` when nothing of it can be typed. A character
/// that nobody can read is an x: a surname is not dropped without a trace.
#[must_use]
pub fn stem(name: &str) -> String {
    // Everybody types v for the vowel that has no key of its own.
    let named: String = name.chars().map(|c| if is_unread(c) { 'x' } else { c }).collect();
    let typed: String = sort_key(&named)
        .replace('\u{FC}', "v")
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .take(32)
        .collect();
    if typed.is_empty() {
        "user".to_owned()
    } else {
        typed
    }
}

/// The names that are taken.
#[derive(Debug, Default)]
pub struct Logins {
    taken: HashSet<String>,
    next: HashMap<String, u32>,
}

impl Logins {
    /// Begins with names that exist.
    pub fn new(taken: impl IntoIterator<Item = String>) -> Self {
        Self {
            taken: taken.into_iter().collect(),
            next: HashMap::new(),
        }
    }

    /// A free name for a person; it is taken from now on.
    pub fn take(&mut self, name: &str) -> String {
        let stem = stem(name);
        if self.taken.insert(stem.clone()) {
            return stem;
        }
        let number = self.next.entry(stem.clone()).or_insert(2);
        loop {
            let login = format!("{stem}{number}");
            *number += 1;
            if self.taken.insert(login.clone()) {
                return login;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pinyin_and_a_number_when_taken() {
        assert_eq!(stem("吕子思"), "lvzisi");
        assert_eq!(
            (stem("𠮷明"), stem("\u{3FFFD}明")),
            ("jiming".to_owned(), "xming".to_owned())
        );
        let mut logins = Logins::new(["wangyan".to_owned(), "wangyan3".to_owned()]);
        for (name, login) in [
            ("王䶮", "wangyan2"),
            ("王艳", "wangyan4"),
            ("欧阳岚媛", "ouyanglanyuan"),
            ("阿卜杜拉·买买提", "abodulamaimaiti"),
            ("O'Neil", "oneil"),
            ("\u{E863}", "yan"),
            ("\u{F8F0}", "user"),
            ("\u{F8F1}", "user2"),
        ] {
            assert_eq!(logins.take(name), login, "{name}");
        }
    }
}
