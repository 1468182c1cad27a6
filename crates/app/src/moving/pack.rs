//! Writing the archive.

use super::{FORMAT, MANIFEST, Manifest, SUMS, TableCount, file_entry, schema, table_entry};
use crate::App;
use crate::error::{Error, Result};
use crate::files::hex;
use domain::problem::{Problem, ProblemKind, Problems};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use store::moving::{Held, LEFT_BEHIND, Table, moved};
use store::{Act, Tx};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// How many rows are read at once.
const STEP: i64 = 5_000;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// What the archive says of itself.
    pub manifest: Manifest,
    /// SHA-256 of the archive, hexadecimal.
    pub sha256: String,
}

/// An archive that is being written: each entry is summed as it passes.
struct Draft {
    archive: ZipWriter<BufWriter<File>>,
    sums: String,
    current: Sha256,
}

impl Draft {
    fn create(to: &Path) -> io::Result<Draft> {
        let mut how = std::fs::OpenOptions::new();
        // A re-run of the act begins anew.
        how.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
        Ok(Draft {
            archive: ZipWriter::new(BufWriter::new(how.open(to)?)),
            sums: String::new(),
            current: Sha256::new(),
        })
    }

    fn begin(&mut self, name: &str, packed: bool) -> io::Result<()> {
        let method = match packed {
            true => CompressionMethod::Deflated,
            false => CompressionMethod::Stored,
        };
        let how = SimpleFileOptions::default()
            .compression_method(method)
            .large_file(true);
        self.archive.start_file(name, how)?;
        self.current = Sha256::new();
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.current.update(bytes);
        self.archive.write_all(bytes)
    }

    fn end(&mut self, name: &str) {
        let sum = hex(&std::mem::take(&mut self.current).finalize());
        self.sums.push_str(&format!("{sum}  {name}\n"));
    }

    fn whole(&mut self, name: &str, bytes: &[u8], packed: bool) -> io::Result<()> {
        self.begin(name, packed)?;
        self.write(bytes)?;
        self.end(name);
        Ok(())
    }
}

/// A row as one line: an object with the columns in their order.
fn line(table: &Table, row: &[Held]) -> String {
    let mut out = String::from("{");
    for (column, held) in table.columns.iter().zip(row) {
        if out.len() > 1 {
            out.push(',');
        }
        out.push_str(&serde_json::Value::from(column.name).to_string());
        out.push(':');
        match held {
            Held::Nothing => out.push_str("null"),
            Held::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Held::Number(number) => out.push_str(&number.to_string()),
            Held::Text(text) => out.push_str(&serde_json::Value::from(text.as_str()).to_string()),
        }
    }
    out.push_str("}\n");
    out
}

/// Every table as of one moment.
struct Tables {
    organization: String,
    to: PathBuf,
}

/// An archive with its tables, and what is still to be added.
struct Filled {
    draft: Draft,
    counts: Vec<TableCount>,
    name: String,
    attachments: BTreeSet<String>,
}

impl Tables {
    async fn table(&self, tx: &mut Tx, table: &Table, filled: &mut Filled) -> store::Result<usize> {
        let place = |name: &str| table.columns.iter().position(|c| c.name == name);
        let (entry, mut rows) = (table_entry(table.name), 0_usize);
        filled.draft.begin(&entry, true).map_err(unwritable)?;
        loop {
            let from = i64::try_from(rows).map_err(|e| store::Error::Bug(e.to_string()))?;
            let next = table.rows(tx, &self.organization, from, STEP).await?;
            for row in &next {
                filled
                    .draft
                    .write(line(table, row).as_bytes())
                    .map_err(unwritable)?;
                let text = |name: &str| match place(name).and_then(|at| row.get(at)) {
                    Some(Held::Text(text)) => Some(text.clone()),
                    _ => None,
                };
                match table.name {
                    "file" => filled.attachments.extend(text("sha256")),
                    "organization" => filled.name = text("name").unwrap_or_default(),
                    _ => {}
                }
            }
            rows += next.len();
            if i64::try_from(next.len()).unwrap_or(STEP) < STEP {
                filled.draft.end(&entry);
                return Ok(rows);
            }
        }
    }
}

impl Act for Tables {
    type Out = Filled;

    async fn run(&self, tx: &mut Tx) -> store::Result<Filled> {
        let mut filled = Filled {
            draft: Draft::create(&self.to).map_err(unwritable)?,
            counts: Vec::new(),
            name: String::new(),
            attachments: BTreeSet::new(),
        };
        for table in moved() {
            let rows = self.table(tx, table, &mut filled).await?;
            filled.counts.push(TableCount {
                name: table.name.to_owned(),
                rows,
            });
        }
        Ok(filled)
    }
}

/// A disk that is full is known by its own name; anything else is told to whoever asked for the file.
fn unwritable(why: io::Error) -> store::Error {
    match why.kind() {
        io::ErrorKind::StorageFull => store::Error::Full,
        _ => {
            let problem = Problem::new(ProblemKind::Unavailable, "problem.moving.unwritable");
            store::Error::refuse(Problems::from(problem.with("why", why)))
        }
    }
}

/// Writes the whole campaign into a file, over one that is there: callers write beside and rename.
///
/// # Errors
/// A file that cannot be written; whatever the database reports.
pub async fn pack(app: &App, to: &Path) -> Result<Packed> {
    // What waits for its chain would wait at the new place as well; better it arrives chained.
    crate::sequencer::chain_audit(app).await?;
    let tables = Tables {
        organization: app.organization().to_owned(),
        to: to.to_owned(),
    };
    let filled = app.db().read(tables).await?;
    let (files, organization, to) = (app.files().clone(), app.organization().to_owned(), to.to_owned());
    let work = move || {
        let manifest = finish(filled, &files, organization).map_err(unwritable)?;
        let sha256 = crate::system::checksum(&to).map_err(unwritable)?;
        Ok::<_, store::Error>(Packed { manifest, sha256 })
    };
    let done = tokio::task::spawn_blocking(work).await.map_err(Error::bug)?;
    Ok(done?)
}

fn finish(filled: Filled, files: &crate::files::Files, organization: String) -> io::Result<Manifest> {
    let (mut draft, mut missing, mut count) = (filled.draft, Vec::new(), 0);
    for hash in filled.attachments {
        let bytes = files.get(&hash);
        match (file_entry(&hash), bytes) {
            (Some(entry), Ok(bytes)) if hex(&Sha256::digest(&bytes)) == hash => {
                draft.whole(&entry, &bytes, false)?;
                count += 1;
            }
            _ => missing.push(hash),
        }
    }
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema: schema(),
        organization,
        name: filled.name,
        tables: filled.counts,
        files: count,
        missing,
        left_behind: LEFT_BEHIND.iter().map(|name| (*name).to_owned()).collect(),
    };
    draft.whole(MANIFEST, &serde_json::to_vec_pretty(&manifest)?, true)?;
    let sums = std::mem::take(&mut draft.sums);
    draft.whole(SUMS, sums.as_bytes(), true)?;
    draft
        .archive
        .finish()?
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?
        .sync_all()?;
    Ok(manifest)
}
