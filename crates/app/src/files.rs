//! Attachments: content-addressed files in a directory. The same bytes are kept once; a row in `file` says
//! whose they are and decides who may open them.

use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A directory of files named by their SHA-256.
#[derive(Clone, Debug)]
pub struct Files {
    root: PathBuf,
}

impl Files {
    /// Files under a directory; made when the first file comes.
    pub fn new(root: PathBuf) -> Files {
        Files { root }
    }

    /// Keeps bytes durably before any row speaks of them, and returns their SHA-256 in hex.
    pub fn put(&self, bytes: &[u8]) -> std::io::Result<String> {
        let name = hex(&Sha256::digest(bytes));
        let path = self.path(&name);
        if path.exists() {
            return Ok(name);
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let draft = folder.join(format!(".{name}.part"));
        let mut file = std::fs::File::create(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&draft, &path)?;
        std::fs::File::open(folder)?.sync_all()?;
        Ok(name)
    }

    /// Reads a file by its SHA-256; a name that is no hash reads nothing.
    pub fn get(&self, sha256: &str) -> std::io::Result<Vec<u8>> {
        if sha256.len() != 64 || !sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(std::io::ErrorKind::NotFound.into());
        }
        std::fs::read(self.path(sha256))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(&name[..2]).join(name)
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            out.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
            out.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
            out
        })
}
