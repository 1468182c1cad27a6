//! The configuration of one installation: flag over environment over file (see `jiannuo config`).

use domain::problem::{Problem, Problems};
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
    /// Folder of year files with holidays and make-up days that join those the product ships.
    pub calendar_dir: Option<PathBuf>,
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
            calendar_dir: None,
            session_idle_minutes: 30,
            session_hours: 12,
            public_posts_per_second: 50,
            demo: false,
        }
    }
}

impl Config {
    /// Checks everything that can be checked without opening anything.
    ///
    /// # Errors
    /// `config_problem.…`, one for each setting that makes no sense.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::new();
        let mut refuse = |wrong: bool, key: &'static str, value: &dyn std::fmt::Display| {
            if wrong {
                problems.push(Problem::invalid(key).with("value", value));
            }
        };
        let port = self.listen.rsplit_once(':').map(|(_, port)| port);
        let no_port = port.is_none_or(|port| port.parse::<u16>().is_err());
        refuse(no_port, "config_problem.listen", &self.listen);
        let url = self.public_url.as_str();
        let host = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        let no_host = |host: &str| host.is_empty() || host.contains(['/', ' ', '?', '#', '@']);
        refuse(
            !url.is_empty() && host.is_none_or(no_host),
            "config_problem.public_url",
            &url,
        );
        refuse(
            jiff::tz::TimeZone::get(&self.zone).is_err(),
            "config_problem.zone",
            &self.zone,
        );
        if let Some(folder) = &self.fonts_dir {
            refuse(!folder.is_dir(), "config_problem.fonts_dir", &folder.display());
        }
        if let Some(folder) = &self.calendar_dir {
            refuse(!folder.is_dir(), "config_problem.calendar_dir", &folder.display());
        }
        refuse(
            self.session_idle_minutes < 1,
            "config_problem.session_idle_minutes",
            &self.session_idle_minutes,
        );
        refuse(
            self.session_hours < 1,
            "config_problem.session_hours",
            &self.session_hours,
        );
        problems.or(())
    }

    /// What addresses of this server begin with: the public address, or where it listens.
    pub fn base_url(&self) -> String {
        match self.public_url.trim_end_matches('/') {
            "" => format!("http://{}", self.listen),
            url => url.to_owned(),
        }
    }

    /// Whether people reach the server by HTTPS.
    pub fn secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_make_no_sense_are_named() {
        assert!(Config::default().check().is_ok());
        let wrong = Config {
            listen: "8080".to_owned(),
            public_url: "cn.example.org".to_owned(),
            zone: "Asia/Beijing".to_owned(),
            fonts_dir: Some(PathBuf::from("/nowhere/at/all")),
            calendar_dir: Some(PathBuf::from("/nowhere/at/all")),
            session_idle_minutes: 0,
            session_hours: -1,
            ..Config::default()
        };
        let keys: Vec<_> = wrong
            .check()
            .expect_err("wrong")
            .0
            .iter()
            .map(|p| p.key)
            .collect();
        assert_eq!(keys.len(), 7, "{keys:?}");
        for (url, fine) in [
            ("https://cn.example.org", true),
            ("http://127.0.0.1:8080", true),
            ("https://", false),
            ("https://cn.example.org/path", false),
            ("ftp://cn.example.org", false),
        ] {
            let config = Config {
                public_url: url.to_owned(),
                ..Config::default()
            };
            assert_eq!(config.check().is_ok(), fine, "{url}");
        }
    }
}
