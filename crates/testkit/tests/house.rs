//! The rules of the house that no compiler keeps: direction of the crates, texts in the catalogue and nowhere
//! else, short files, no address of somebody's machine.

#[path = "house/source.rs"]
mod source;

use lang::Lang;
use source::{Literal, literals, read, root, walk};
use std::collections::{BTreeMap, BTreeSet};

/// What each crate may stand on (DESIGN.md: `lang ← domain ← {store, documents} ← app ← web ← jiannuo`).
const DIRECTION: [(&str, &[&str]); 8] = [
    ("lang", &[]),
    ("domain", &["lang"]),
    ("store", &["lang", "domain"]),
    ("documents", &["lang", "domain"]),
    ("app", &["lang", "domain", "store", "documents"]),
    ("web", &["lang", "domain", "documents", "app"]),
    ("jiannuo", &["lang", "domain", "store", "documents", "app", "web"]),
    ("testkit", &["lang", "domain", "store", "documents", "app", "web"]),
];

/// Rust files that hold Chinese letters as data, each with its reason.
const CHINESE_DATA: [(&str, &str); 0] = [];

/// Keys built from two parts in code, which the search for literals cannot see whole: a prefix, or a suffix
/// after `*`.
// `pages/opinion.rs` shows one form under two headings.
const DYNAMIC_KEYS: [&str; 2] = ["opinion.", "suggest."];

/// Literals that look like keys and are not: a prefix each, with its reason.
const NOT_KEYS: [(&str, &str); 1] = [("appraisal.grades", "a place inside a campaign template")];

/// Hosts a text of the repository may point to.
const HOSTS: [&str; 25] = [
    "github.com",
    "127.0.0.1",
    "localhost",
    "example.org",
    "example.com",
    "www.rust-lang.org",
    "www.gnu.org",
    "www.fsf.org",
    "fsf.org",
    "keepachangelog.com",
    "semver.org",
    "www.w3.org",
    // Names of XML vocabularies in Word and OFD files: nothing is fetched from them.
    "schemas.openxmlformats.org",
    "schemas.microsoft.com",
    "purl.org",
    "www.ofdspec.org",
    "schema.org",
    "www.sitemaps.org",
    "spec.openapis.org",
    "json-schema.org",
    "www.rfc-editor.org",
    "datatracker.ietf.org",
    "c2sp.org",
    "www.apache.org",
    "openfontlicense.org",
];

#[test]
fn crates_depend_in_one_direction() {
    for (name, allowed) in DIRECTION {
        let manifest: toml::Table = read(&root().join("crates").join(name).join("Cargo.toml"))
            .parse()
            .expect("a manifest");
        for table in ["dependencies", "build-dependencies"] {
            let Some(wanted) = manifest.get(table).and_then(toml::Value::as_table) else {
                continue;
            };
            for other in wanted.keys() {
                let ours = DIRECTION.iter().any(|(ours, _)| ours == other);
                assert!(
                    !ours || allowed.contains(&other.as_str()),
                    "{name} must not stand on {other}; see ARCHITECTURE.md"
                );
            }
        }
    }
    let found = walk("crates", &["toml"]);
    let crates = found.iter().filter(|f| f.ends_with("Cargo.toml")).count();
    assert_eq!(crates, DIRECTION.len(), "a crate is missing in DIRECTION");
}

#[test]
fn nobody_uses_sql_outside_store() {
    for file in walk("crates", &["rs"]) {
        if ["store", "testkit"]
            .iter()
            .any(|c| file.starts_with(root().join("crates").join(c)))
        {
            continue;
        }
        for literal in literals(&file) {
            let text = literal.text.trim_start().to_uppercase();
            let sql = ["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE "]
                .iter()
                .any(|start| text.starts_with(start));
            assert!(!sql, "{}: SQL belongs into `store`", literal.place(&file));
        }
    }
}

#[test]
fn no_chinese_in_rust_outside_tests() {
    let mut found = Vec::new();
    for file in walk("crates", &["rs"]) {
        if file.starts_with(root().join("crates/testkit"))
            || CHINESE_DATA.iter().any(|(f, _)| file.ends_with(f))
        {
            continue;
        }
        let chinese = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}');
        found.extend(
            literals(&file)
                .iter()
                .filter(|l| l.text.chars().any(chinese))
                .map(|l| format!("{} {:?}", l.place(&file), l.text)),
        );
    }
    assert!(
        found.is_empty(),
        "texts belong into i18n/ or templates-campaign/:\n{}",
        found.join("\n")
    );
}

#[test]
fn files_stay_short() {
    let long: Vec<_> = ["crates", "journeys", "scripts"]
        .iter()
        .flat_map(|folder| walk(folder, &["rs", "html", "mjs", "js", ""]))
        .map(|file| (read(&file).lines().count(), file))
        .filter(|(lines, _)| *lines > 500)
        .collect();
    assert!(long.is_empty(), "split by feature: {long:?}");
}

/// Words of one kind of house; the product's own texts are of any.
const ONE_HOUSE: [&str; 9] = [
    "全院",
    "本院",
    "院党委",
    "医院",
    "科室",
    "患者",
    "hospital",
    "clinical",
    "patient",
];

#[test]
fn no_house_is_taken_for_a_hospital() {
    let about = |key: &str| {
        key.starts_with("cli.demo") || key.starts_with("command.demo") || key.starts_with("manual.")
    };
    let mut found = Vec::new();
    for lang in Lang::ALL {
        for key in lang::keys(lang) {
            // The name of a kind of unit, as PRODUCT.md has it.
            let text = lang::text(lang, key).to_lowercase().replace("业务科室", "");
            if !about(key) && ONE_HOUSE.iter().any(|word| text.contains(word)) {
                found.push(format!("{key}: {text}"));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn languages_have_equal_keys_and_places() {
    let places = |text: &str| -> BTreeSet<String> {
        text.split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    let (zh, en) = (lang::keys(Lang::Zh), lang::keys(Lang::En));
    for key in &zh {
        let english = lang::find(Lang::En, key).unwrap_or_else(|| panic!("{key} has no English text"));
        let chinese = lang::text(Lang::Zh, key);
        assert_eq!(places(chinese), places(english), "places of {key}");
        assert!(
            !chinese.trim().is_empty() && !english.trim().is_empty(),
            "{key} is empty"
        );
    }
    for key in en {
        let twin = key.strip_suffix("_one").is_some_and(|base| zh.contains(&base));
        assert!(zh.contains(&key) || twin, "{key} has no Chinese text");
    }
}

/// Every literal of code, templates and campaign templates that could name a key, with its place.
fn candidates() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for file in walk("crates", &["rs", "html", "txt", "xml"]) {
        if file.starts_with(root().join("crates/testkit"))
            || file.components().any(|c| c.as_os_str() == "tests")
        {
            continue;
        }
        for literal in literals(&file) {
            all.entry(literal.text.clone())
                .or_insert_with(|| literal.place(&file));
        }
    }
    for file in walk("templates-campaign", &["toml"]) {
        for (at, text) in read(&file).split('"').enumerate().filter(|(at, _)| at % 2 == 1) {
            all.entry(text.to_owned())
                .or_insert_with(|| format!("{} text {at}", file.display()));
        }
    }
    all
}

/// Tables whose texts are chosen by a name at run time: `v.t_of("table", name)`.
fn chosen_tables() -> BTreeSet<String> {
    let mut tables = BTreeSet::new();
    for file in walk("crates", &["rs", "html"]) {
        for rest in read(&file).split("t_of(").skip(1) {
            let rest = rest.trim_start().trim_start_matches("self,").trim_start();
            if let Some((table, _)) = rest.strip_prefix('"').and_then(|r| r.split_once('"')) {
                tables.insert(format!("{table}."));
            }
        }
    }
    tables
}

fn looks_like_key(text: &str, tables: &BTreeSet<&str>) -> bool {
    let file = [
        "toml", "html", "sql", "rs", "js", "css", "svg", "xlsx", "pdf", "json", "csv", "txt", "xml", "db",
    ];
    let parts: Vec<_> = text.split('.').collect();
    parts.len() >= 2
        && tables.contains(parts[0])
        && !file.contains(&parts[parts.len() - 1])
        && parts.iter().all(|p| {
            !p.is_empty()
                && p.chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        })
}

#[test]
fn every_key_used_exists_and_every_key_is_used() {
    let keys: BTreeSet<_> = lang::keys(Lang::Zh).into_iter().collect();
    let tables: BTreeSet<_> = keys.iter().filter_map(|k| k.split('.').next()).collect();
    let used = candidates();
    let missing: Vec<_> = used
        .iter()
        .filter(|(text, _)| looks_like_key(text, &tables) && !keys.contains(text.as_str()))
        // Names of acts have their text under `audit_act`, with an underscore for the dot.
        .filter(|(text, _)| !keys.contains(format!("audit_act.{}", text.replace('.', "_")).as_str()))
        .filter(|(text, _)| !NOT_KEYS.iter().any(|(start, _)| text.starts_with(start)))
        .map(|(text, place)| format!("{place} {text}"))
        .collect();
    // `format!("pledge.state.{name}")` and `concat("pledge.state.", name)` use all keys that begin so.
    let starts: Vec<_> = used
        .keys()
        .filter_map(|text| {
            text.split_once('{')
                .map(|(start, _)| start)
                .or(text.ends_with(['.', '_']).then_some(text))
        })
        .filter(|start| start.contains('.') && start.split('.').next().is_some_and(|t| tables.contains(t)))
        .collect();
    let chosen = chosen_tables();
    let unused: Vec<_> = keys
        .iter()
        .filter(|key| !chosen.iter().any(|table| key.starts_with(table)))
        // The singular goes with its plural.
        .filter(|key| {
            !key.strip_suffix("_one")
                .is_some_and(|plural| used.contains_key(plural))
        })
        .filter(|key| !used.contains_key(**key) && !starts.iter().any(|start| key.starts_with(*start)))
        .filter(|key| {
            !DYNAMIC_KEYS.iter().any(|d| match d.strip_prefix('*') {
                Some(end) => key.ends_with(end),
                None => key.starts_with(d),
            })
        })
        .copied()
        .collect();
    assert!(
        missing.is_empty(),
        "not in the catalogue:\n{}",
        missing.join("\n")
    );
    assert!(
        unused.is_empty(),
        "nobody shows these texts:\n{}",
        unused.join("\n")
    );
}

#[test]
fn no_address_of_a_machine() {
    let folders: Vec<String> = ["work", "root", "home", "Users", "workspace"]
        .iter()
        .map(|name| format!("/{name}/"))
        .collect();
    let generated = ["LICENSE", "Cargo.lock", "package-lock.json"];
    let mut found = Vec::new();
    for file in walk(
        "",
        &[
            "rs", "toml", "md", "html", "mjs", "js", "json", "sql", "css", "service", "conf", "sh", "",
        ],
    ) {
        if generated.iter().any(|name| file.ends_with(name)) {
            continue;
        }
        let text = read(&file);
        for (at, line) in text.lines().enumerate() {
            let place = || format!("{}:{}", file.display(), at + 1);
            if folders.iter().any(|folder| line.contains(folder.as_str())) {
                found.push(format!("{} names a folder of a machine", place()));
            }
            found.extend(foreign_hosts(line).map(|host| format!("{} points to {host}", place())));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn foreign_hosts(line: &str) -> impl Iterator<Item = &str> {
    line.split("://").skip(1).filter_map(|rest| {
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')))
            .unwrap_or(rest.len());
        let host = rest[..end].trim_end_matches('.');
        let real = host.contains('.') && !host.ends_with(".example") && !host.ends_with(".example.org");
        (real && !HOSTS.contains(&host)).then_some(host)
    })
}

#[test]
fn the_searches_find_what_they_are_for() {
    let found = source::literals_of(
        "fn a() { f(\"one\", 'x', r#\"raw \"two\"\"#); /* \"no\" */ } // \"no\"\nstruct B<'a>(&'a str);\n\
         #[cfg(test)]\nmod tests { const C: &str = \"hidden\"; }\nconst D: &str = \"a\\\"b\";",
    );
    let texts: Vec<_> = found.iter().map(|Literal { text, .. }| text.as_str()).collect();
    assert_eq!(texts, ["one", "x", "raw \"two\"", "a\\\"b"]);
    assert_eq!(found[3].line, 5);
    let line = ["see https://example.org/a and http:", "//a.b.c:80/"].concat();
    assert_eq!(foreign_hosts(&line).collect::<Vec<_>>(), ["a.b.c"]);
    let tables = BTreeSet::from(["pledge"]);
    assert!(looks_like_key("pledge.state.kept", &tables));
    assert!(!looks_like_key("pledge.html", &tables) && !looks_like_key("other.state", &tables));
}
