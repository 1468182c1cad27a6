//! Names of files made from names of people and branches.

/// Names are cut after so many bytes: the shortest limit of usual file systems is 255.
pub const LONGEST: usize = 180;

/// A name every file system takes; `other` when nothing is left of it.
#[must_use]
pub fn safe(name: &str, other: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        let unseen = matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
        let kept = match c {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            _ if unseen => continue,
            _ if c.is_control() => '_',
            _ => c,
        };
        if out.len() + kept.len_utf8() > LONGEST {
            break;
        }
        out.push(kept);
    }
    let out = out.trim().trim_matches('.').trim();
    // Names Windows keeps for devices.
    let base = out.split('.').next().unwrap_or("").to_ascii_uppercase();
    let device = matches!(base.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (base.len() == 4 && (base.starts_with("COM") || base.starts_with("LPT")));
    match out {
        "" => other.to_owned(),
        _ if device => format!("_{out}"),
        _ => out.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe() {
        assert_eq!(safe("../../etc/passwd", "x"), "_.._etc_passwd");
        assert_eq!(safe("CX-2010-0388 王䶮", "x"), "CX-2010-0388 王䶮");
        assert_eq!(safe(" ..\u{202E} ", "x"), "x");
        assert_eq!(safe("con", "x"), "_con");
        assert_eq!(safe("a:b*c?\n", "x"), "a_b_c__");
        assert!(safe(&"𰻞".repeat(60), "x").len() <= LONGEST);
    }
}
