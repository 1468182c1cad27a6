//! How a reader wants to see pages.

use super::SIZES;
use lang::Lang;

/// How a reader wants pages: what the address asks for, else what the browser keeps, else what it speaks.
pub(super) struct Taste {
    pub(super) lang: Lang,
    pub(super) size: u8,
    pub(super) contrast: bool,
    pub(super) elder: bool,
    pub(super) chosen: bool,
}

impl Taste {
    /// `kept`: the cookie of earlier choices. `spoken`: the header of languages.
    pub(super) fn read(query: &[(String, String)], kept: Option<&str>, spoken: Option<&str>) -> Taste {
        let asked = |name: &str| query.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        let kept: Vec<&str> = kept.map(|v| v.split('.').collect()).unwrap_or_default();
        let kept = |i: usize| kept.get(i).copied();
        let lang = asked("lang")
            .or_else(|| kept(0))
            .and_then(Lang::from_tag)
            .or_else(|| spoken.and_then(preferred))
            .unwrap_or_default();
        let size = asked("fs")
            .or_else(|| kept(1))
            .and_then(|s| s.parse().ok())
            .filter(|s| SIZES.contains(s));
        let flag = |name: &str, i: usize| asked(name).or_else(|| kept(i)).is_some_and(|v| v == "1");
        let (contrast, elder) = (flag("hc", 2), flag("elder", 3));
        let size = size.unwrap_or(if elder { 20 } else { 16 });
        Taste {
            lang,
            size: if elder { size.max(20) } else { size },
            contrast,
            elder,
            chosen: ["lang", "fs", "hc", "elder"].iter().any(|n| asked(n).is_some()),
        }
    }
}

fn preferred(accept: &str) -> Option<Lang> {
    accept
        .split(',')
        .find_map(|tag| Lang::from_tag(tag.split(';').next()?))
}
