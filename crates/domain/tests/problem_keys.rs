//! Every refusal of this crate has its sentence in both languages, with the places its arguments fill.

use std::collections::BTreeSet;
use std::path::Path;

use lang::Lang;

fn keys_in(dir: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(dir).expect("source folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            keys_in(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).expect("source");
            let quoted = text.split('"').filter(|part| part.starts_with("problem."));
            found.extend(quoted.filter(|k| k.len() > 8 && k.is_ascii()).map(str::to_owned));
        }
    }
}

#[test]
fn every_refusal_has_its_sentence() {
    let mut found = BTreeSet::new();
    keys_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 80, "the search found the source: {}", found.len());
    for lang in Lang::ALL {
        let missing: Vec<_> = found
            .iter()
            .filter(|key| lang::find(lang, key).is_none())
            .collect();
        assert!(missing.is_empty(), "{lang:?}: {missing:?}");
    }
}
