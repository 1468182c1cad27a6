//! What programs send: JSON that is read whole, or refused with the name of the field that does not read.

use domain::problem::Problem;
use serde::de::DeserializeOwned;

/// Reads what a program sent.
///
/// # Errors
/// `problem.json_missing` or `problem.json_unreadable` on the field, named as in other refusals (`items.0.due_date`; `body` when it is no JSON),
/// with its line and column.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut json);
    let read = read.map_err(|e| unreadable(&field(&e.path().to_string(), e.inner()), e.inner()))?;
    json.end().map_err(|e| unreadable("body", &e))?;
    Ok(read)
}

fn unreadable(field: &str, why: &serde_json::Error) -> Problem {
    // What is not there cannot be unreadable.
    let key = match why.to_string().starts_with("missing field `") {
        true => "problem.json_missing",
        false => "problem.json_unreadable",
    };
    Problem::invalid(key)
        .on(field)
        .with("field", field)
        .with("line", why.line())
        .with("column", why.column())
}

/// `items[0].due_date` as `items.0.due_date`, with the field that is missing or that nobody knows behind its place.
fn field(path: &str, why: &serde_json::Error) -> String {
    if !why.is_data() {
        return "body".to_owned();
    }
    let mut at = path.replace('[', ".").replace(']', "");
    if at == "." {
        at.clear();
    }
    let said = why.to_string();
    let named = ["missing field `", "unknown field `"]
        .iter()
        .find_map(|start| said.strip_prefix(start)?.split('`').next());
    match named {
        Some(name) if at.is_empty() => name.to_owned(),
        // The place of an unknown field is named already.
        Some(name) if at != name && !at.ends_with(&format!(".{name}")) => format!("{at}.{name}"),
        _ if at.is_empty() => "body".to_owned(),
        _ => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its names are looked at")]
    struct Sent {
        revision: i64,
        #[serde(default)]
        items: Vec<One>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its names are looked at")]
    struct One {
        content: String,
    }

    #[test]
    fn what_does_not_read_is_named() {
        for (sent, name) in [
            (r#"{}"#, "revision"),
            (r#"{"revision": "1"}"#, "revision"),
            (r#"{"revision": 1, "colour": 2}"#, "colour"),
            (
                r#"{"revision": 1, "items": [{"content": "a"}, {"content": 7}]}"#,
                "items.1.content",
            ),
            (r#"{"revision": 1, "items": [{}]}"#, "items.0.content"),
            (
                r#"{"revision": 1, "items": [{"content": "a", "b": 1}]}"#,
                "items.0.b",
            ),
            (r#"{"revision": 1"#, "body"),
            (r#"{"revision": 1} {}"#, "body"),
            ("", "body"),
            (r#"{"revision": 1, "items": [{"content": "\ud800"}]}"#, "body"),
        ] {
            let refused = read::<Sent>(sent.as_bytes()).expect_err(sent);
            assert_eq!(refused.field.as_deref(), Some(name), "{sent}");
            let missing = matches!(sent, "{}" | r#"{"revision": 1, "items": [{}]}"#);
            let key = if missing {
                "problem.json_missing"
            } else {
                "problem.json_unreadable"
            };
            assert_eq!(refused.key, key, "{sent}");
            assert!(refused.arg("line").is_some() && refused.arg("column").is_some());
        }
        assert!(read::<Sent>(br#" {"revision": 1, "items": []} "#).is_ok());
    }
}
