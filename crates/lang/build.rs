//! Lists the files of `i18n/` so that a new feature only has to add one.
use std::{env, fs, path::Path};

fn main() {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("set by cargo")).join("../../i18n");
    let mut out = String::from("pub(crate) const FILES: &[(&str, &str, &str)] = &[\n");
    for lang in ["zh-CN", "en"] {
        println!("cargo::rerun-if-changed={}", root.join(lang).display());
        let mut files: Vec<_> = fs::read_dir(root.join(lang))
            .expect("i18n folder")
            .map(|f| f.expect("readable").path())
            .filter(|f| f.extension().is_some_and(|e| e == "toml"))
            .collect();
        files.sort();
        for file in files {
            println!("cargo::rerun-if-changed={}", file.display());
            let path = file.canonicalize().expect("a real file");
            let name = file.file_stem().expect("named").to_string_lossy().into_owned();
            out.push_str(&format!("    ({lang:?}, {name:?}, include_str!({path:?})),\n"));
        }
    }
    out.push_str("];\n");
    fs::write(
        Path::new(&env::var("OUT_DIR").expect("set by cargo")).join("files.rs"),
        out,
    )
    .expect("written");
}
