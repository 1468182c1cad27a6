//! The configuration of one installation: flag over environment over file (see `jiannuo config`).

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What an operator can set. Unknown keys in a file are errors.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address and port the server listens on.
    pub listen: String,
    /// The data directory: database, files, first-start secret.
    pub data: PathBuf,
    /// A PostgreSQL URL; empty means the embedded database in `data`.
    pub database_url: String,
    /// The address people type, with scheme; decides the cookie's `Secure` and the links on printed sheets.
    pub public_url: String,
    /// Time zone of dates and stage windows (IANA name).
    pub zone: String,
    /// Folder of fonts that come before the shipped ones.
    pub fonts_dir: Option<PathBuf>,
    /// Minutes without a request after which a session ends.
    pub session_idle_minutes: i64,
    /// Hours after which a session ends in any case.
    pub session_hours: i64,
    /// What people without an account may send a second in the long run, all of them together; a minute's worth
    /// may come at once. One bucket for everybody, so that no address is looked at or kept.
    pub public_posts_per_second: u32,
    /// Whether pages say that everything shown is invented.
    pub demo: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            listen: "127.0.0.1:8080".to_owned(),
            data: PathBuf::from("data"),
            database_url: String::new(),
            public_url: String::new(),
            zone: "Asia/Shanghai".to_owned(),
            fonts_dir: None,
            session_idle_minutes: 30,
            session_hours: 12,
            public_posts_per_second: 50,
            demo: false,
        }
    }
}

impl Config {
    /// Whether people reach the server by HTTPS.
    pub fn secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}
