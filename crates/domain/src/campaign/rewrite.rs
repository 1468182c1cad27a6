//! Writing a changed template into the text it was read from, so that its comments and its order stay.

use super::template::Template;
use toml::Value as Plain;
use toml_edit::{Array, DocumentMut, InlineTable, Item, TableLike, Value};

impl Template {
    /// This template as TOML in the words of `text`, which was read as `before`: only what differs is written anew. Where
    /// that does not read as this template again, everything is.
    ///
    /// # Errors
    /// The writer's words; a template that was read can always be written.
    pub fn rewritten(&self, before: &Template, text: &str) -> Result<String, String> {
        let whole = self.to_toml()?;
        let plain = |text: &str| text.parse::<toml::Table>().ok();
        let before = before.to_toml()?;
        let (Ok(mut document), Some(old), Some(new)) =
            (text.parse::<DocumentMut>(), plain(&before), plain(&whole))
        else {
            return Ok(whole);
        };
        write_table(document.as_table_mut(), &old, &new);
        let written = document.to_string();
        let reads = super::parse(&written).is_ok_and(|again| again == *self);
        Ok(if reads { written } else { whole })
    }
}

fn write_table(table: &mut dyn TableLike, old: &toml::Table, new: &toml::Table) {
    for key in old.keys().filter(|key| !new.contains_key(*key)) {
        table.remove(key);
    }
    for (key, new) in new {
        match (table.get_mut(key), old.get(key)) {
            (_, Some(old)) if old == new => {}
            (Some(item), Some(old)) => write_item(item, old, new),
            _ => drop(table.insert(key, Item::Value(value(new)))),
        }
    }
}

fn write_item(item: &mut Item, old: &Plain, new: &Plain) {
    match (old, new) {
        (Plain::Table(old), Plain::Table(new)) => {
            if let Some(table) = item.as_table_like_mut() {
                return write_table(table, old, new);
            }
        }
        (Plain::Array(old), Plain::Array(new)) if old.len() == new.len() => {
            if let Some(tables) = item.as_array_of_tables_mut().filter(|t| t.len() == new.len()) {
                let pairs = old
                    .iter()
                    .zip(new)
                    .map(|(old, new)| (old.as_table(), new.as_table()));
                for (table, pair) in tables.iter_mut().zip(pairs) {
                    if let (Some(old), Some(new)) = pair {
                        write_table(table, old, new);
                    }
                }
                return;
            }
        }
        _ => {}
    }
    let mut value = value(new);
    if let Some(old) = item.as_value() {
        // What stands before and behind, a comment of the line among it.
        value.decor_mut().clone_from(old.decor());
    }
    *item = Item::Value(value);
}

fn value(plain: &Plain) -> Value {
    match plain {
        Plain::String(text) => text.into(),
        Plain::Integer(n) => (*n).into(),
        Plain::Float(x) => (*x).into(),
        Plain::Boolean(yes) => (*yes).into(),
        // Dates of a template are texts; this is for whatever is to come.
        Plain::Datetime(at) => at.to_string().into(),
        Plain::Array(all) => Value::Array(all.iter().map(value).collect::<Array>()),
        Plain::Table(all) => {
            let pairs = all.iter().map(|(key, plain)| (key.as_str(), value(plain)));
            Value::InlineTable(pairs.collect::<InlineTable>())
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::campaign::{parse, shipped};
    use crate::time::add_days;

    #[test]
    fn comments_stay_when_dates_move() {
        for (key, text) in shipped() {
            let template = parse(text).expect("shipped");
            let first = template.starts_on.unwrap_or(jiff::civil::date(2027, 3, 1));
            let moved = template.shift(add_days(first, 400));
            let written = moved.rewritten(&template, text).expect("written");
            let comments = |text: &str| -> Vec<String> {
                let lines = text.lines().map(str::trim).filter(|l| l.starts_with('#'));
                lines.map(str::to_owned).collect()
            };
            assert_eq!(comments(&written), comments(text), "{key}");
            assert!(!comments(text).is_empty(), "{key}");
            let again = parse(&written).expect("reads");
            assert_eq!(again, moved, "{key}");
            assert_ne!(written, *text, "{key}");
        }
    }

    #[test]
    fn what_is_not_changed_is_not_touched() {
        let (_, text) = shipped().first().expect("one");
        let template = parse(text).expect("shipped");
        assert_eq!(template.rewritten(&template, text).as_deref(), Ok(*text));
        // A line's own comment stays behind its new value; a value that was left out comes in.
        let marked = text.replacen("\nversion = ", "\n# Why this version.\nversion = ", 1);
        let mut changed = parse(&marked).expect("reads");
        let before = changed.clone();
        changed.public_fields.pop();
        let written = changed.rewritten(&before, &marked).expect("written");
        assert!(written.contains("# Why this version.\nversion = "));
        assert_eq!(
            parse(&written).expect("reads").public_fields,
            changed.public_fields
        );
        // A text that is no TOML any more is written as a whole.
        assert_eq!(changed.rewritten(&before, "= broken"), changed.to_toml());
    }
}
