//! Numbers of blank forms (N20, N21) as people type them and as scanners send them.

use crate::text::narrow;

/// The number of a blank form as it is kept, for example `2026-Z04-K0007`, from what was typed: full width or lower
/// case, with spaces or without hyphens, with words before it, or the whole address that its code to scan holds.
/// `None` when no such number can be read.
#[must_use]
pub fn blank_number(typed: &str) -> Option<String> {
    let upper = narrow(typed).to_ascii_uppercase();
    let said = upper
        .rsplit_once("NUMBER=")
        .map_or(upper.as_str(), |(_, tail)| tail);
    let said = said.split('&').next().unwrap_or("");
    let signs: String = said.chars().filter(char::is_ascii_alphanumeric).collect();
    let signs = signs.trim_start_matches(|c: char| !c.is_ascii_digit());
    let (year, rest) = signs.split_once('Z')?;
    let (branch, running) = rest.split_once('K')?;
    let digits = |text: &str| {
        let fine = (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        fine.then(|| text.parse::<u32>().ok()).flatten()
    };
    let fine = year.len() == 4;
    let (year, branch, running) = (digits(year).filter(|_| fine)?, digits(branch)?, digits(running)?);
    Some(format!("{year:04}-Z{branch:02}-K{running:04}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_understood_however_it_is_typed() {
        for typed in [
            "2026-Z04-K0007",
            " 2026 - z04 - k0007 ",
            "\u{7a7a}\u{767d} 2026-Z04-K0007",
            "Blank 2026-Z04-K0007",
            "2026z4k7",
            "\u{ff12}\u{ff10}\u{ff12}\u{ff16}\u{ff0d}\u{ff3a}\u{ff10}\u{ff14}\u{ff0d}\u{ff4b}\u{ff10}\u{ff10}\u{ff10}\u{ff17}",
            "https://example.org/branch-pledge/on-behalf?number=2026-Z04-K0007",
        ] {
            assert_eq!(blank_number(typed).as_deref(), Some("2026-Z04-K0007"), "{typed}");
        }
        assert_eq!(
            blank_number("2026-Z104-K12345").as_deref(),
            Some("2026-Z104-K12345")
        );
    }

    #[test]
    fn what_is_no_number_is_none() {
        for typed in [
            "",
            "K0007",
            "2026-Z04-0007",
            "26-Z04-K0007",
            "2026-Z04-K",
            "2026-ZK7",
            "2026-Z04-K0007X",
            "2026-Z04-K00000007",
        ] {
            assert_eq!(blank_number(typed), None, "{typed}");
        }
    }
}
