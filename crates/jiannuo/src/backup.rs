//! `jiannuo backup`: database and attachments in one archive, as of one moment, read back before it counts.

use crate::exit::{Exit, fill};
use crate::import::spinner;
use crate::open;
use app::files::hex;
use app::system::{NoteBackup, checksum};
use clap::ArgMatches;
use domain::access::Actor;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// What an archive says of itself; the first entry.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Label {
    /// Always [`FORMAT`].
    pub format: String,
    /// Version of the program that wrote it.
    pub program: String,
    /// SHA-256 of the database, hexadecimal.
    pub database: String,
    /// How many attachments.
    pub files: usize,
}

/// Says that an archive is one of ours.
pub const FORMAT: &str = "jiannuo-backup-1";
/// The entry that holds the [`Label`].
pub const LABEL: &str = "backup.json";
/// The folder of attachments, in the archive as in the data directory.
pub const FILES: &str = "files";

/// Writes the archive and checks it.
///
/// # Errors
/// A file that exists, a disk that is full, a PostgreSQL database; 3 when the archive does not read back.
pub async fn run(m: &ArgMatches) -> Result<(), Exit> {
    let file = m.get_one::<PathBuf>("file").ok_or_else(Exit::usage)?.clone();
    let app = open::product(m).await?;
    if file.exists() {
        return Err(Exit::failed(&fill(
            "cli.backup_exists",
            &[("file", &file.display())],
        )));
    }
    let waiting = spinner(crate::exit::text("command.backup"));
    let beside = beside(&file);
    // On the disk of the archive: nothing of a half-made one is left behind, nor anything in the data directory.
    let draft = tempfile::TempDir::new_in(&beside).map_err(|why| open::file_unusable(&beside, &why))?;
    let copy = draft.path().join(open::DATABASE);
    app.db().backup_to(&copy).await?;
    let (folder, archive) = (app.config().data.join(FILES), draft.path().join("archive"));
    let work = move || -> Result<(Label, PathBuf), Exit> {
        let label = write(&copy, &folder, &archive).map_err(|why| open::file_unusable(&archive, &why))?;
        check(&archive).map_err(|why| Exit::wrong(fill("cli.backup_bad", &[("why", &why)])))?;
        Ok((label, archive))
    };
    let (label, archive) = tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Exit::failed(&e))??;
    std::fs::hard_link(&archive, &file)
        .or_else(|_| std::fs::rename(&archive, &file))
        .and_then(|()| File::open(&beside)?.sync_all())
        .map_err(|why| open::file_unusable(&file, &why))?;
    let sha256 = checksum(&file)?;
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let note = NoteBackup {
        name,
        sha256: sha256.clone(),
    };
    app.execute(&Actor::machine(), note).await?;
    // No server may run that would chain it.
    app::sequencer::chain_audit(&app).await?;
    waiting.finish_and_clear();
    let (shown, n) = (file.display(), label.files);
    match m.get_flag("json") {
        true => println!(
            "{}",
            json!({ "file": shown.to_string(), "attachments": n, "sha256": sha256 })
        ),
        false => println!(
            "{}",
            fill(
                "cli.backup_done",
                &[("file", &shown), ("n", &n), ("sha256", &sha256)]
            )
        ),
    }
    Ok(())
}

/// The folder a file is to lie in.
pub fn beside(file: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Attachments below a folder, as (name in the archive, file).
fn attachments(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for shelf in std::fs::read_dir(folder)? {
        let shelf = shelf?.path();
        if !shelf.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(shelf)? {
            let path = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if let Some(inside) = entry_of(&name) {
                found.push((inside, path));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The entry of an attachment by its hash; a draft that a crash left behind has none.
pub fn entry_of(hash: &str) -> Option<String> {
    let fine = hash.len() == 64
        && hash
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    fine.then(|| format!("{FILES}/{}/{hash}", hash.get(..2).unwrap_or_default()))
}

fn write(database: &Path, folder: &Path, to: &Path) -> io::Result<Label> {
    let files = attachments(folder)?;
    let label = Label {
        format: FORMAT.to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        database: checksum(database)?,
        files: files.len(),
    };
    let mut how = std::fs::OpenOptions::new();
    how.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
    let mut archive = ZipWriter::new(io::BufWriter::new(how.open(to)?));
    let packed = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .large_file(true);
    let plain = packed.compression_method(CompressionMethod::Stored);
    archive.start_file(LABEL, plain)?;
    archive.write_all(&serde_json::to_vec_pretty(&label)?)?;
    archive.start_file(open::DATABASE, packed)?;
    io::copy(&mut File::open(database)?, &mut archive)?;
    for (name, path) in &files {
        archive.start_file(name, plain)?;
        io::copy(&mut File::open(path)?, &mut archive)?;
    }
    archive
        .finish()?
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?
        .sync_all()?;
    Ok(label)
}

/// Reads an archive to its end: every entry by its checksum, the database and each attachment by its hash. `take`
/// receives the pieces of an entry.
///
/// # Errors
/// What is wrong, for the operator.
pub fn walk(file: &Path, mut take: impl FnMut(&str, &[u8]) -> io::Result<()>) -> io::Result<Label> {
    let wrong = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
    let mut archive = ZipArchive::new(io::BufReader::new(File::open(file)?))?;
    let mut label: Option<Label> = None;
    let (mut database, mut files) = (String::new(), 0);
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at)?;
        let name = entry.name()?.into_owned();
        if name == LABEL {
            let mut words = Vec::new();
            entry.by_ref().take(1 << 16).read_to_end(&mut words)?;
            label = Some(serde_json::from_slice(&words)?);
            continue;
        }
        let hash = name.rsplit('/').next().unwrap_or_default();
        if name != open::DATABASE && entry_of(hash).as_deref() != Some(name.as_str()) {
            return Err(wrong(&name));
        }
        let mut sum = Sha256::new();
        let mut piece = vec![0; 1 << 16];
        take(&name, &[])?;
        loop {
            let read = entry.read(&mut piece)?;
            let got = piece.get(..read).unwrap_or_default();
            if got.is_empty() {
                break;
            }
            sum.update(got);
            take(&name, got)?;
        }
        let sum = hex(&sum.finalize());
        if name == open::DATABASE {
            database = sum;
        } else if sum == hash {
            files += 1;
        } else {
            return Err(wrong(&name));
        }
    }
    match label {
        Some(label) if label.format == FORMAT && label.database == database && label.files == files => {
            Ok(label)
        }
        Some(_) => Err(wrong(LABEL)),
        None => Err(wrong(FORMAT)),
    }
}

/// Reads an archive without keeping anything.
fn check(file: &Path) -> io::Result<Label> {
    walk(file, |_, _| Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_that_was_touched_is_found_out() {
        let folder = tempfile::TempDir::new().expect("a directory");
        let (data, database) = (folder.path().join(FILES), folder.path().join("db"));
        std::fs::write(
            &database,
            (0..300_000_u32)
                .map(|n| (n.wrapping_mul(n) >> 7) as u8)
                .collect::<Vec<u8>>(),
        )
        .expect("written");
        let name = app::files::Files::new(data.clone()).put(b"proof").expect("kept");
        std::fs::write(data.join(&name[..2]).join(".x.part"), b"half").expect("written");
        let archive = folder.path().join("a.zip");
        let label = write(&database, &data, &archive).expect("written");
        assert_eq!((label.files, check(&archive).expect("sound").files), (1, 1));
        let whole = std::fs::read(&archive).expect("read");
        let middle = whole.len() / 2;
        for (cut, flip) in [
            (middle, None),
            (whole.len(), Some(70)),
            (whole.len(), Some(middle)),
        ] {
            let mut touched = whole[..cut].to_vec();
            if let Some(at) = flip {
                touched[at] ^= 0x55;
            }
            std::fs::write(&archive, &touched).expect("written");
            assert!(check(&archive).is_err(), "cut {cut} flip {flip:?}");
        }
    }
}
