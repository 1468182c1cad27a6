//! Compiles the files of `migrations/` in: adding a file is all it takes.
//!
//! `NNNN_name.sql` serves both databases; `NNNN_name.sqlite.sql` and `NNNN_name.postgres.sql` come
//! only as a pair. A wrong name, a number used twice or half a pair stops the build.

#[path = "build/tables.rs"]
mod tables;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The files of one migration.
#[derive(Default)]
struct Files {
    name: String,
    shared: Option<PathBuf>,
    sqlite: Option<PathBuf>,
    postgres: Option<PathBuf>,
}

fn main() {
    let here = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let folder = Path::new(&here).join("../../migrations");
    println!("cargo:rerun-if-changed={}", folder.display());
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=build/tables.rs");
    let made = files(&folder).and_then(|found| Ok((list(&found)?, tables::list(&texts(&found)?)?)));
    let (list, tables) = made.unwrap_or_else(|problem| {
        eprintln!("migrations: {problem}");
        std::process::exit(1);
    });
    std::fs::write(Path::new(&out).join("migrations.rs"), list).expect("OUT_DIR can be written");
    std::fs::write(Path::new(&out).join("tables.rs"), tables).expect("OUT_DIR can be written");
}

/// The files by number.
fn files(folder: &Path) -> Result<BTreeMap<i64, Files>, String> {
    let mut found: BTreeMap<i64, Files> = BTreeMap::new();
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|e| e.to_string())?.path();
        if path.extension().is_some_and(|end| end == "sql") {
            sort_in(&mut found, path)?;
        }
    }
    Ok(found)
}

/// What makes the tables: both databases have the same.
fn texts(found: &BTreeMap<i64, Files>) -> Result<Vec<String>, String> {
    let of = |files: &Files| files.shared.clone().or(files.sqlite.clone());
    let read = |path: PathBuf| std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()));
    found.values().filter_map(of).map(read).collect()
}

/// The Rust source of the list of migrations.
fn list(found: &BTreeMap<i64, Files>) -> Result<String, String> {
    let mut source = String::from("&[\n");
    for (version, files) in found {
        let (sqlite, postgres) = match (&files.shared, &files.sqlite, &files.postgres) {
            (Some(both), None, None) => (both, both),
            (None, Some(sqlite), Some(postgres)) => (sqlite, postgres),
            _ => {
                return Err(format!(
                    "{version:04}_{}: one shared file, or a full pair",
                    files.name
                ));
            }
        };
        writeln!(
            source,
            "Migration {{ version: {version}, name: {:?}, sqlite: include_str!({sqlite:?}), postgres: include_str!({postgres:?}) }},",
            files.name
        )
        .map_err(|e| e.to_string())?;
    }
    source.push(']');
    Ok(source)
}

fn sort_in(found: &mut BTreeMap<i64, Files>, path: PathBuf) -> Result<(), String> {
    let file = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
        .to_owned();
    let wrong = || format!("{file}: expected NNNN_name.sql, NNNN_name.sqlite.sql or NNNN_name.postgres.sql");
    let mut parts = file.trim_end_matches(".sql").split('.');
    let (number, name) = parts
        .next()
        .and_then(|stem| stem.split_once('_'))
        .ok_or_else(wrong)?;
    let digits = number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    let version = number.parse().ok().filter(|_| digits).ok_or_else(wrong)?;
    let files = found.entry(version).or_default();
    if !files.name.is_empty() && files.name != name {
        return Err(format!("{number} is used by {} and by {name}", files.name));
    }
    files.name = name.to_owned();
    let place = match (parts.next(), parts.next()) {
        (None, None) => &mut files.shared,
        (Some("sqlite"), None) => &mut files.sqlite,
        (Some("postgres"), None) => &mut files.postgres,
        _ => return Err(wrong()),
    };
    *place = Some(path);
    Ok(())
}
