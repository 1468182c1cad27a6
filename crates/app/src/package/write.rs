//! Writes a package as it is handed on, into a folder or into a ZIP that somebody is downloading.

use super::feed::{Piece, feed};
use super::{
    CATALOGUE, Entry, INDEX, METADATA, Meta, Outline, SHA256SUMS, SM3SUMS, certificate_file, face, key_file,
    signature_of, unwritable,
};
use crate::App;
use crate::error::{Error, Result};
use crate::files::hex;
use crate::signer::certificate;
use domain::problem::{Problem, ProblemKind};
use lang::Lang;
use sha2::{Digest, Sha256};
use sm3::Sm3;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc::{Receiver, channel};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

/// Where files go, one after the other.
pub trait Shelf: Send + 'static {
    /// Begins a file; its folders are made.
    ///
    /// # Errors
    /// The disk or the reader.
    fn open(&mut self, path: &str) -> io::Result<()>;
    /// The next bytes of the file.
    ///
    /// # Errors
    /// The disk or the reader.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Everything is there and may be looked at.
    ///
    /// # Errors
    /// The disk or the reader.
    fn finish(self) -> io::Result<()>;
}

/// A folder that appears under its name when it is whole; until then it is called `NAME.partial`.
#[derive(Debug)]
pub struct FolderShelf {
    to: PathBuf,
    partial: PathBuf,
    file: Option<BufWriter<File>>,
    whole: bool,
}

/// The name a folder has while it is being written.
fn partial(to: &Path) -> PathBuf {
    let mut name = to.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    to.with_file_name(name)
}

impl FolderShelf {
    /// Takes a name nothing stands under.
    ///
    /// # Errors
    /// `problem.package.not_empty`, `problem.package.partial`, `problem.package.unwritable`.
    pub fn new(to: &Path) -> Result<FolderShelf, Problem> {
        let shown = |key, path: &Path| Problem::conflict(key).with("folder", path.display());
        let failed = |why: io::Error| {
            let problem = Problem::new(ProblemKind::Unavailable, "problem.package.unwritable");
            problem.with("why", format!("{}: {why}", to.display()))
        };
        // `a/.` and `a/` mean a.
        let to: PathBuf = to.components().collect();
        if to.file_name().is_none() {
            return Err(shown("problem.package.not_empty", &to));
        }
        let occupied = match std::fs::read_dir(&to) {
            Ok(mut inside) => inside.next().is_some(),
            // A file of this name.
            Err(why) => why.kind() != io::ErrorKind::NotFound,
        };
        if occupied {
            return Err(shown("problem.package.not_empty", &to));
        }
        let partial = partial(&to);
        if partial.symlink_metadata().is_ok() {
            return Err(shown("problem.package.partial", &partial));
        }
        private_folder(&partial).map_err(failed)?;
        Ok(FolderShelf {
            to,
            partial,
            file: None,
            whole: false,
        })
    }

    fn close(&mut self) -> io::Result<()> {
        match self.file.take() {
            Some(file) => file
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?
                .sync_all(),
            None => Ok(()),
        }
    }
}

/// The papers hold personal data: nobody else reads them, not even for a moment.
fn private_folder(path: &Path) -> io::Result<()> {
    let mut how = std::fs::DirBuilder::new();
    how.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut how, 0o700);
    how.create(path)
}

impl Shelf for FolderShelf {
    fn open(&mut self, path: &str) -> io::Result<()> {
        self.close()?;
        let path = self.partial.join(path);
        private_folder(path.parent().unwrap_or(&self.partial))?;
        let mut how = std::fs::OpenOptions::new();
        how.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
        self.file = Some(BufWriter::new(how.open(path)?));
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.file {
            Some(file) => file.write_all(bytes),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn finish(mut self) -> io::Result<()> {
        self.close()?;
        if self.to.exists() {
            std::fs::remove_dir(&self.to)?;
        }
        std::fs::rename(&self.partial, &self.to)?;
        self.whole = true;
        Ok(())
    }
}

impl Drop for FolderShelf {
    fn drop(&mut self) {
        if !self.whole {
            let _ = std::fs::remove_dir_all(&self.partial);
        }
    }
}

/// A ZIP written in one go to somebody who reads it at the same time.
pub struct ZipShelf<W: Write + Send + 'static> {
    archive: ZipWriter<StreamWriter<W>>,
    top: String,
}

impl<W: Write + Send + 'static> ZipShelf<W> {
    /// A ZIP whose files lie in one folder of this name.
    pub fn new(to: W, top: &str) -> ZipShelf<W> {
        ZipShelf {
            archive: ZipWriter::new_stream(to),
            top: top.to_owned(),
        }
    }
}

impl<W: Write + Send + 'static> Shelf for ZipShelf<W> {
    fn open(&mut self, path: &str) -> io::Result<()> {
        let how = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let name = format!("{}/{path}", self.top);
        Ok(self.archive.start_file(name, how)?)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.archive.write_all(bytes)
    }

    fn finish(self) -> io::Result<()> {
        self.archive.finish()?.into_inner().flush()
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files, lists and signatures not counted.
    pub files: usize,
    /// Items (件).
    pub items: usize,
    /// Bytes of the files.
    pub bytes: u64,
    /// Files with characters that no font has.
    pub boxes: usize,
}

/// Files on their way to the shelf, summed as they pass.
struct Tray<S> {
    shelf: S,
    lang: Lang,
    open: Option<(Meta, String)>,
    sha256: Sha256,
    sm3: Sm3,
    size: u64,
    entries: Vec<Entry>,
    taken: BTreeSet<String>,
}

impl<S: Shelf> Tray<S> {
    fn begin(&mut self, meta: Meta, path: String) -> io::Result<()> {
        self.end();
        self.shelf.open(&path)?;
        self.open = Some((meta, path));
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sha256.update(bytes);
        self.sm3.update(bytes);
        self.size += bytes.len() as u64;
        self.shelf.write(bytes)
    }

    fn end(&mut self) {
        let (sha256, sm3) = (std::mem::take(&mut self.sha256), std::mem::take(&mut self.sm3));
        let size = std::mem::take(&mut self.size);
        if let Some((meta, path)) = self.open.take() {
            self.entries.push(Entry {
                meta,
                path,
                size,
                sha256: hex(&sha256.finalize()),
                sm3: hex(&sm3.finalize()),
            });
        }
    }

    /// A file of the package itself.
    fn whole(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.begin(Meta::default(), path.to_owned())?;
        self.write(bytes)?;
        self.end();
        Ok(())
    }

    /// The place of a paper: year, department, retention, series. Two that come out alike, also for a file system
    /// that does not tell capitals from small letters, are told apart by a figure.
    fn place(&mut self, outline: &Outline, meta: &Meta) -> String {
        let Some(series) = meta.series else {
            return meta.file.clone();
        };
        let label = |table: &str, name: &str| lang::text(self.lang, &format!("{table}.{name}")).to_owned();
        let kept = outline.plan.retention(series);
        let department = outline.department(meta.department);
        let department = crate::names::safe(&format!("{:03} {department}", meta.department), "_");
        let folder = format!(
            "{}/{department}/{}/{}",
            outline.year,
            label("package_retention", kept.name()),
            label("package_series", series.name()),
        );
        let (stem, ending) = meta.file.rsplit_once('.').unwrap_or((&meta.file, ""));
        let mut path = format!("{folder}/{stem}.{ending}");
        let mut next = 2;
        while !self.taken.insert(path.to_lowercase()) {
            path = format!("{folder}/{stem} ({next}).{ending}");
            next += 1;
        }
        path
    }

    /// Catalogue, page, metadata and public keys; then the lists, and last the signatures over them.
    fn close(mut self, app: &App, outline: &Outline) -> Result<Written> {
        self.end();
        let signers = app.signers().all()?;
        let mut keys = Vec::new();
        for signer in signers {
            let name = signer.algorithm().name();
            self.whole(&key_file(name), signer.public_pem().as_bytes())
                .map_err(unwritable)?;
            let certificate = certificate(signer.as_ref(), &outline.house, outline.today)?;
            self.whole(&certificate_file(name), certificate.as_bytes())
                .map_err(unwritable)?;
            keys.push((name, signer.id()));
        }
        let face = face::Face::of(self.lang, outline, &self.entries, keys);
        let written = face.written();
        let catalogue = face.catalogue()?;
        let (index, metadata) = (face.index(), face.metadata()?);
        for (path, bytes) in [
            (CATALOGUE, catalogue),
            (INDEX, index.into_bytes()),
            (METADATA, metadata),
        ] {
            self.whole(path, &bytes).map_err(unwritable)?;
        }
        self.entries.sort_by(|a, b| a.path.cmp(&b.path));
        let list = |of: fn(&Entry) -> &str| -> String {
            let lines = self.entries.iter().map(|e| format!("{}  {}\n", of(e), e.path));
            lines.collect()
        };
        let lists = [(SM3SUMS, list(|e| &e.sm3)), (SHA256SUMS, list(|e| &e.sha256))];
        for (name, text) in &lists {
            self.whole(name, text.as_bytes()).map_err(unwritable)?;
        }
        for signer in signers {
            for (name, text) in &lists {
                let signature = signer.sign(text.as_bytes())?;
                let file = signature_of(name, signer.algorithm().name());
                self.whole(&file, &signature).map_err(unwritable)?;
            }
        }
        self.shelf.finish().map_err(unwritable)?;
        Ok(written)
    }
}

/// Why a writer stopped.
enum Stopped {
    /// Whoever fed it stopped first.
    Cut,
    /// It could not write.
    Failed(Error),
}

fn run<S: Shelf>(
    mut tray: Tray<S>,
    app: &App,
    outline: &Outline,
    mut from: Receiver<Piece>,
    told: &dyn Fn(usize),
) -> Result<Written, Stopped> {
    let failed = |why: io::Error| Stopped::Failed(unwritable(why));
    while let Some(piece) = from.blocking_recv() {
        match piece {
            Piece::Open(meta) => {
                let path = tray.place(outline, &meta);
                tray.begin(meta, path).map_err(failed)?;
                told(tray.entries.len());
            }
            Piece::Bytes(bytes) => tray.write(&bytes).map_err(failed)?,
            Piece::Key(id, pem) => {
                let path = format!("keys/seal-{}.pem", crate::names::safe(&id, "_"));
                tray.whole(&path, pem.as_bytes()).map_err(failed)?;
            }
            Piece::End => return tray.close(app, outline).map_err(Stopped::Failed),
        }
    }
    Err(Stopped::Cut)
}

/// Writes the package of a campaign on a shelf. `workers` papers are typeset at a time; `told` hears how many files
/// are written.
///
/// # Errors
/// `problem.package.…`; whatever the database reports. Then nothing is left that looks whole.
pub async fn write<S: Shelf>(
    app: &App,
    lang: Lang,
    outline: Outline,
    workers: usize,
    shelf: S,
    told: impl Fn(usize) + Send + 'static,
) -> Result<Written> {
    let (to, from) = channel(8);
    let (writer_app, writer_outline) = (app.clone(), outline.clone());
    let tray = Tray {
        shelf,
        lang,
        open: None,
        sha256: Sha256::new(),
        sm3: Sm3::new(),
        size: 0,
        entries: Vec::new(),
        taken: BTreeSet::new(),
    };
    let writer = tokio::task::spawn_blocking(move || run(tray, &writer_app, &writer_outline, from, &told));
    let fed = feed(app, lang, &outline, workers, to).await;
    match (fed, writer.await.map_err(Error::bug)?) {
        (_, Err(Stopped::Failed(error))) => Err(error),
        (Err(error), _) => Err(error),
        (Ok(()), Ok(written)) => Ok(written),
        (Ok(()), Err(Stopped::Cut)) => Err(Error::bug("a package ended before its end")),
    }
}
