//! Every mistake of form in one reading. The reader of TOML stops at the first; here what it stopped at is noted, a
//! stand-in is written over it, and the text is read again. Nothing of the stand-ins is ever kept or shown.

use std::collections::BTreeSet;
use std::ops::Range;

use super::shape::{Wrong, wrong};
use super::{TemplateFault, line_at};
use crate::campaign::template::Template;

/// So many mistakes of form are told at once; whoever has more mends these first.
const MOST: usize = 60;
/// What stands in for a text. No template holds this sign.
const STAND_IN: &str = "\u{F8FE}";

/// Stands behind the table put in for a section that is missing.
const SECTION: &str = "# \u{F8FE}";

/// A template with mistakes of form: the faults, and the template as it would read with stand-ins, where that far is got.
pub(super) struct Mended {
    /// The mistakes of form.
    pub faults: Vec<TemplateFault>,
    /// What can be checked further.
    pub template: Option<Template>,
    /// Lines of the text as written that hold a stand-in: what is wrong there is told already.
    pub touched: BTreeSet<usize>,
}

/// The text while it is mended. Lines put in have the number of the line before them.
struct Bench {
    text: String,
    numbers: Vec<usize>,
    faults: Vec<TemplateFault>,
    touched: BTreeSet<usize>,
}

impl Bench {
    /// The line as written that a place of the text lies in.
    fn line(&self, at: usize) -> usize {
        let here = line_at(&self.text, at);
        self.numbers.get(here - 1).copied().unwrap_or(here)
    }

    fn put(&mut self, span: Range<usize>, by: &str) {
        let line = self.line(span.start);
        self.touched.insert(line);
        // What stood on several lines leaves them empty, so that the lines below keep their numbers.
        let old = self.text.get(span.clone()).unwrap_or("");
        let ends = "\n".repeat(old.matches('\n').count());
        self.text.replace_range(span, &format!("{by}{ends}"));
    }

    /// Whether the place holds a stand-in already.
    fn stands_in(&self, span: &Range<usize>) -> bool {
        self.text
            .get(span.clone())
            .is_some_and(|part| part.contains(STAND_IN))
    }

    /// Whether the place is a table put in for a section that is missing: it is told already, whole.
    fn is_put_in(&self, span: &Range<usize>) -> bool {
        let rest = self.text.get(span.end..).and_then(|rest| rest.lines().next());
        rest.is_some_and(|rest| rest.trim_start().starts_with(SECTION))
    }
}

/// Reads a text that is no template as it stands.
pub(super) fn mend(text: &str) -> Mended {
    let lines = text.matches('\n').count() + 1;
    let mut bench = Bench {
        text: text.to_owned(),
        numbers: (1..=lines).collect(),
        faults: Vec::new(),
        touched: BTreeSet::new(),
    };
    let broken = syntax(&mut bench);
    let mut template = None;
    if !broken || toml::de::DeTable::parse(&bench.text).is_ok() {
        template = form(&mut bench);
    }
    bench.faults.sort_by_key(|f| f.line);
    bench.faults.dedup();
    Mended {
        faults: bench.faults,
        template,
        touched: bench.touched,
    }
}

/// Notes what is not TOML, and writes over the values it cannot read; whether there was anything.
fn syntax(bench: &mut Bench) -> bool {
    let (_, errors) = toml::de::DeTable::parse_recoverable(&bench.text);
    let mut lines = BTreeSet::new();
    let mut places = Vec::new();
    for error in &errors {
        let at = error.span().map_or(0, |s| s.start.min(bench.text.len()));
        // What follows from a mistake on the same line is not told again.
        if lines.insert(bench.line(at)) {
            bench
                .faults
                .push(super::shape::syntax(&bench.text, at, error.message()));
            places.push((at, error.message().starts_with("duplicate key")));
        }
    }
    for (at, twice) in places.into_iter().rev() {
        let start = bench.text[..at].rfind('\n').map_or(0, |n| n + 1);
        let end = bench.text[start..]
            .find('\n')
            .map_or(bench.text.len(), |n| start + n);
        let line = bench.text[start..end].to_owned();
        let by = match line.split_once('=') {
            Some((key, _)) if !twice && is_bare(key.trim()) => format!("{key}= \"{STAND_IN}\""),
            _ => String::new(),
        };
        bench.put(start..end, &by);
    }
    !errors.is_empty()
}

fn is_bare(key: &str) -> bool {
    !key.is_empty()
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Notes what is TOML and no template, until the rest reads.
fn form(bench: &mut Bench) -> Option<Template> {
    for _ in 0..4 * MOST {
        let error = match toml::from_str::<Template>(&bench.text) {
            Ok(template) => return Some(template),
            Err(error) => error,
        };
        // What is missing in the whole text has no place of its own.
        let span = error.span().unwrap_or(0..bench.text.len());
        let fault = super::shape::fault(&bench.text, &error);
        let fault = TemplateFault {
            line: Some(bench.line(span.start)),
            ..fault
        };
        // A stand-in of the wrong type is no mistake of the writer.
        let missing = matches!(wrong(error.message()), Wrong::Missing(_)) && !bench.is_put_in(&span);
        if !bench.stands_in(&span) && !bench.is_put_in(&span) || missing {
            if bench.faults.contains(&fault) || bench.faults.len() >= MOST {
                return None;
            }
            bench.faults.push(fault);
        }
        replace(bench, &span, &wrong(error.message()))?;
    }
    None
}

/// Writes a stand-in over what the reader stopped at; `None` where none would do.
fn replace(bench: &mut Bench, span: &Range<usize>, wrong: &Wrong) -> Option<()> {
    match wrong {
        Wrong::Field { known, key } => {
            // Most unknown keys are known ones misspelt.
            let near = known.iter().min_by_key(|k| apart(k, key));
            let near = near.filter(|k| apart(k, key) <= 2 && fits(bench, span, k));
            match near {
                Some(near) => bench.put(span.clone(), near),
                None => unkey(bench, span)?,
            }
        }
        Wrong::Word { known } => bench.put(span.clone(), &format!("\"{}\"", known.first()?)),
        Wrong::Missing(key) => add(bench, span, key)?,
        Wrong::Type { expected } => {
            match of_type(expected) {
                Some(by) => bench.put(span.clone(), by),
                // A section that is missing: its own fields are asked for one after the other.
                None if expected.starts_with("struct ") && bench.stands_in(span) => {
                    bench.put(span.clone(), &section(bench, span));
                }
                None => return None,
            }
        }
        Wrong::Other => return None,
    }
    Some(())
}

/// An empty table in place of a stand-in; its mark only where nothing follows on the line.
fn section(bench: &Bench, span: &Range<usize>) -> String {
    let rest = bench.text.get(span.end..).and_then(|rest| rest.lines().next());
    match rest.is_none_or(|rest| rest.trim().is_empty()) {
        true => format!("{{}} {SECTION}"),
        false => "{}".to_owned(),
    }
}

/// Whether a key can stand here: its table has none of this name yet.
fn fits(bench: &Bench, span: &Range<usize>, key: &str) -> bool {
    let mut text = bench.text.clone();
    text.replace_range(span.clone(), key);
    toml::de::DeTable::parse(&text).is_ok()
}

/// A value of the type the reader expected.
fn of_type(expected: &str) -> Option<&'static str> {
    let number = ["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64"];
    match expected {
        e if number.contains(&e) || e.contains("integer") => Some("1"),
        e if e.contains("bool") => Some("true"),
        e if e.contains("sequence") || e.contains("array") => Some("[]"),
        "struct Text" => Some("{ zh = \"\u{F8FE}\" }"),
        e if e.contains("string") => Some("\"\u{F8FE}\""),
        _ => None,
    }
}

/// Takes an unknown key and its value away: the line in a table, the part up to the comma in braces.
fn unkey(bench: &mut Bench, span: &Range<usize>) -> Option<()> {
    let table = toml::de::DeTable::parse(&bench.text).ok()?;
    let value = value_behind(table.get_ref(), span)?;
    drop(table);
    let rest = bench.text.get(value.end..)?;
    let comma = rest.len() - rest.trim_start_matches([' ', ',']).len();
    bench.put(span.start..value.end + comma, "");
    Some(())
}

/// Where the value of the key at this place lies.
fn value_behind(table: &toml::de::DeTable<'_>, key: &Range<usize>) -> Option<Range<usize>> {
    use toml::de::DeValue;
    fn inside(value: &DeValue<'_>, key: &Range<usize>) -> Option<Range<usize>> {
        match value {
            DeValue::Table(table) => value_behind(table, key),
            DeValue::Array(array) => array.iter().find_map(|v| inside(v.get_ref(), key)),
            _ => None,
        }
    }
    table.iter().find_map(|(k, v)| {
        if k.span() == *key {
            return Some(v.span());
        }
        inside(v.get_ref(), key)
    })
}

/// Puts a missing key into its table: within the braces, or on a line of its own behind the head of the table.
fn add(bench: &mut Bench, span: &Range<usize>, key: &str) -> Option<()> {
    let part = bench.text.get(span.start..)?;
    if let Some(inside) = part.strip_prefix('{') {
        let comma = if inside.trim_start().starts_with('}') {
            ""
        } else {
            ", "
        };
        let by = format!("{{ {key} = \"{STAND_IN}\"{comma}");
        bench.put(span.start..span.start + 1, &by);
        return Some(());
    }
    // The whole text may begin with the head of a table; what is missing in it stands before that.
    let whole = span.start == 0 && span.end >= bench.text.trim_end().len();
    let head = part.starts_with('[') && !whole;
    let end = part.find('\n').map_or(bench.text.len(), |n| span.start + n + 1);
    let at = if head { end } else { 0 };
    let line = line_at(&bench.text, span.start);
    let number = bench.line(span.start);
    bench.text.insert_str(at, &format!("{key} = \"{STAND_IN}\"\n"));
    bench.numbers.insert(if head { line } else { 0 }, number);
    bench.touched.insert(number);
    Some(())
}

/// How many letters two keys are apart (changed, left out, put in).
fn apart(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut above = i;
        for (j, y) in b.iter().enumerate() {
            let up = row.get(j + 1).copied().unwrap_or(0);
            let cell = (above + usize::from(x != *y)).min(up + 1).min(left + 1);
            above = up;
            if let Some(old) = row.get_mut(j) {
                *old = left;
            }
            left = cell;
        }
        if let Some(last) = row.last_mut() {
            *last = left;
        }
    }
    row.last().copied().unwrap_or(0)
}
