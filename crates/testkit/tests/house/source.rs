//! Reads the sources of the workspace: files by ending, string literals of Rust without comments and tests,
//! quoted words of templates.

use std::path::{Path, PathBuf};

/// A piece of text between quotes.
pub struct Literal {
    /// What stands between the quotes, escapes as written.
    pub text: String,
    /// Its line, from 1.
    pub line: usize,
}

impl Literal {
    /// File and line, as editors read it.
    pub fn place(&self, file: &Path) -> String {
        let short = file.strip_prefix(root()).unwrap_or(file);
        format!("{}:{}", short.display(), self.line)
    }
}

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("crates/testkit lies two folders deep")
        .to_owned()
}

/// The text of a file.
pub fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|fault| panic!("{}: {fault}", file.display()))
}

/// All files below a folder of the workspace with one of these endings (`""`: none), sorted. What tools
/// write (target, node_modules, .git) is left out.
pub fn walk(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("readable").path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let ending = path
                .extension()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_dir() {
                if !["target", "node_modules", ".git", "out"].contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if endings.contains(&ending.as_str()) && !name.starts_with(".git") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The literals of a file: of Rust those outside comments and tests, of anything else every quoted piece.
pub fn literals(file: &Path) -> Vec<Literal> {
    let text = read(file);
    let is = |end: &str| file.extension().is_some_and(|e| e == end);
    if !is("rs") {
        return quoted(&text);
    }
    let tests = file.file_name().is_some_and(|n| n == "tests.rs")
        || file
            .components()
            .any(|c| c.as_os_str() == "tests" || c.as_os_str() == "benches");
    if tests { Vec::new() } else { literals_of(&text) }
}

fn quoted(text: &str) -> Vec<Literal> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let pieces = line.split(['"', '\'']).map(|text| Literal {
            text: text.to_owned(),
            line: at + 1,
        });
        found.extend(pieces);
    }
    found
}

/// The literals of a Rust text outside comments and `#[cfg(test)]` items.
pub fn literals_of(text: &str) -> Vec<Literal> {
    let mut reader = Reader {
        rest: text,
        line: 1,
        found: Vec::new(),
        depth: 0,
        hidden: None,
    };
    while let Some(c) = reader.rest.chars().next() {
        reader.step(c);
    }
    reader.found
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    found: Vec<Literal>,
    depth: usize,
    /// Inside an item that only tests see: the depth of braces at which it stands.
    hidden: Option<usize>,
}

impl Reader<'_> {
    fn step(&mut self, c: char) {
        if self.rest.starts_with("//") {
            self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("/*") {
            self.take(self.rest.find("*/").map_or(self.rest.len(), |end| end + 2));
        } else if self.rest.starts_with("#[cfg(test)]") {
            self.hidden.get_or_insert(self.depth);
            self.take("#[cfg(test)]".len());
        } else if let Some(hashes) = raw_start(self.rest) {
            let start = self.rest.find('"').unwrap_or(0) + 1;
            let close = format!("\"{}", "#".repeat(hashes));
            let end = self.rest[start..]
                .find(&close)
                .map_or(self.rest.len(), |end| start + end);
            self.keep(start, end, close.len());
        } else if c == '"' {
            let end = string_end(&self.rest[1..]) + 1;
            self.keep(1, end, 1);
        } else if let Some(end) = char_end(self.rest) {
            self.keep(1, end, 1);
        } else if c.is_alphanumeric() || c == '_' {
            let end = self
                .rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(self.rest.len());
            self.take(end);
        } else {
            self.brace(c);
            self.take(c.len_utf8());
        }
    }

    fn brace(&mut self, c: char) {
        match c {
            '{' => self.depth += 1,
            '}' => {
                self.depth = self.depth.saturating_sub(1);
                if self.hidden == Some(self.depth) {
                    self.hidden = None;
                }
            }
            ';' if self.hidden == Some(self.depth) => self.hidden = None,
            _ => {}
        }
    }

    fn keep(&mut self, start: usize, end: usize, close: usize) {
        if self.hidden.is_none() {
            self.found.push(Literal {
                text: self.rest[start..end].to_owned(),
                line: self.line,
            });
        }
        self.take((end + close).min(self.rest.len()));
    }

    fn take(&mut self, bytes: usize) {
        let (gone, rest) = self.rest.split_at(bytes);
        self.line += gone.matches('\n').count();
        self.rest = rest;
    }
}

/// The number of `#` when a raw string begins here.
fn raw_start(text: &str) -> Option<usize> {
    let after = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    text.len()
}

/// Where a character literal that begins here ends; a lifetime is none.
fn char_end(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('\'')?;
    if inner.starts_with('\\') {
        return inner[2..].find('\'').map(|end| end + 3);
    }
    let c = inner.chars().next()?;
    inner[c.len_utf8()..]
        .starts_with('\'')
        .then_some(1 + c.len_utf8())
}
