//! The catalogue of every sentence shown to anyone, in Chinese and English, and the writing of dates and
//! numbers in both. No I/O at run time: the texts of `i18n/` are compiled in.
//!
//! A key is `table.name` as it stands in the TOML files; the file a key lies in does not matter. Places for
//! arguments are written `{name}`. An English text that differs for one thing has a twin `name_one`.

#![forbid(unsafe_code)]

mod write;

use rustc_hash::FxHashMap;
use std::fmt::Display;
use std::sync::LazyLock;

pub use write::{date, date_short, month, number, percent, time_of_day, weekday};

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    /// Simplified Chinese: first and complete.
    #[default]
    Zh,
    /// English: second and complete.
    En,
}

impl Lang {
    /// Both, in the order of the switch.
    pub const ALL: [Lang; 2] = [Lang::Zh, Lang::En];

    /// The BCP 47 tag that goes into `lang` attributes.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }

    /// The language the switch leads to.
    pub fn other(self) -> Lang {
        match self {
            Lang::Zh => Lang::En,
            Lang::En => Lang::Zh,
        }
    }

    /// Reads a tag as people and browsers write it (`zh`, `zh-CN`, `en-US`).
    pub fn from_tag(tag: &str) -> Option<Lang> {
        match tag.trim().get(..2)?.to_ascii_lowercase().as_str() {
            "zh" => Some(Lang::Zh),
            "en" => Some(Lang::En),
            _ => None,
        }
    }
}

struct Catalogue {
    texts: [FxHashMap<String, String>; 2],
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let mut texts = [FxHashMap::default(), FxHashMap::default()];
    for (lang, file, text) in FILES {
        let at = usize::from(*lang == "en");
        match text.parse::<toml::Table>() {
            Ok(table) => flatten("", &table, &mut texts[at]),
            // A broken file must not pass unnoticed, nor stop a server that runs: the test reads it.
            Err(fault) => {
                texts[at].insert(format!("broken.{file}"), fault.to_string());
            }
        }
    }
    Catalogue { texts }
});

fn flatten(prefix: &str, table: &toml::Table, out: &mut FxHashMap<String, String>) {
    for (name, value) in table {
        let key = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        match value {
            toml::Value::String(text) => {
                out.insert(key, text.clone());
            }
            toml::Value::Table(inner) => flatten(&key, inner, out),
            _ => {
                out.insert(format!("broken.{key}"), "not a text".to_owned());
            }
        }
    }
}

/// The text behind a key, or `None` where the catalogue has none.
pub fn find(lang: Lang, key: &str) -> Option<&'static str> {
    CATALOGUE.texts[lang as usize].get(key).map(String::as_str)
}

/// The text behind a key. A missing key shows itself as the key; a test keeps that from happening.
pub fn text(lang: Lang, key: &str) -> &str {
    find(lang, key).unwrap_or(key)
}

/// The text behind a key with its arguments set in. The argument `n` chooses the English singular.
pub fn fill(lang: Lang, key: &str, args: &[(&str, &dyn Display)]) -> String {
    let one = args
        .iter()
        .any(|(name, value)| *name == "n" && value.to_string() == "1");
    let singular = if one {
        find(lang, &format!("{key}_one"))
    } else {
        None
    };
    put(singular.unwrap_or_else(|| text(lang, key)), args)
}

/// Sets arguments into a text. Argument values are never read as places themselves.
pub fn put(text: &str, args: &[(&str, &dyn Display)]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let Some(close) = rest.find('}') else { break };
        match args.iter().find(|(name, _)| *name == &rest[1..close]) {
            Some((_, value)) => out.push_str(&value.to_string()),
            None => out.push_str(&rest[..=close]),
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}

/// Every key of one language, sorted: for the tests that compare the two.
pub fn keys(lang: Lang) -> Vec<&'static str> {
    let mut keys: Vec<_> = CATALOGUE.texts[lang as usize]
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<&str> {
        let mut found: Vec<_> = text
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(name, _)| name)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn both_languages_have_the_same_keys_and_places() {
        let (zh, en) = (keys(Lang::Zh), keys(Lang::En));
        let broken: Vec<_> = zh
            .iter()
            .chain(&en)
            .filter(|k| k.starts_with("broken."))
            .collect();
        assert!(broken.is_empty(), "unreadable: {broken:?}");
        let only_zh: Vec<_> = zh.iter().filter(|k| find(Lang::En, k).is_none()).collect();
        let only_en: Vec<_> = en
            .iter()
            .filter(|k| !k.ends_with("_one") && find(Lang::Zh, k).is_none())
            .collect();
        assert!(
            only_zh.is_empty() && only_en.is_empty(),
            "only zh {only_zh:?}, only en {only_en:?}"
        );
        for key in zh {
            assert_eq!(
                places(text(Lang::Zh, key)),
                places(text(Lang::En, key)),
                "places of {key}"
            );
        }
    }

    #[test]
    fn arguments_are_set_in_once() {
        assert_eq!(put("{a}、{b}、{c}", &[("a", &"{b}"), ("b", &2)]), "{b}、2、{c}");
        assert_eq!(put("open { end", &[]), "open { end");
    }

    #[test]
    fn tags_as_browsers_write_them() {
        assert_eq!(Lang::from_tag("zh-Hans-CN"), Some(Lang::Zh));
        assert_eq!(Lang::from_tag("EN"), Some(Lang::En));
        assert_eq!(Lang::from_tag("f"), None);
    }
}
