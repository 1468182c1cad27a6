//! The settings of one installation: flag over environment over file over default, each with where it came from.

use crate::exit::{Exit, fill, text};
use app::Config;
use clap::ArgMatches;
use clap::parser::ValueSource;
use serde_json::{Value, json};
use std::path::PathBuf;

/// The environment variable that names a file with the address of the database, for one that holds a password.
const DATABASE_URL_FILE: &str = "JIANNUO_DATABASE_URL_FILE";

/// A setting as an operator meets it.
pub struct Setting {
    /// Key in the configuration file; the flag is the same with hyphens.
    pub key: &'static str,
    /// Environment variable; empty where there is none.
    pub env: &'static str,
}

const fn both(key: &'static str, env: &'static str) -> Setting {
    Setting { key, env }
}

const fn file_only(key: &'static str) -> Setting {
    Setting { key, env: "" }
}

/// Every setting that a file can hold, in the order they are shown.
pub const SETTINGS: [Setting; 10] = [
    both("data", "JIANNUO_DATA"),
    both("database_url", "JIANNUO_DATABASE_URL"),
    both("listen", "JIANNUO_LISTEN"),
    both("public_url", "JIANNUO_PUBLIC_URL"),
    file_only("zone"),
    file_only("fonts_dir"),
    file_only("calendar_dir"),
    file_only("session_idle_minutes"),
    file_only("session_hours"),
    file_only("public_posts_per_second"),
];

/// Where the value of a setting came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flag,
    /// The environment.
    Environment,
    /// The configuration file.
    File,
    /// Nobody set it.
    Default,
}

impl Origin {
    fn name(self) -> &'static str {
        match self {
            Origin::Flag => "flag",
            Origin::Environment => "environment",
            Origin::File => "file",
            Origin::Default => "default",
        }
    }
}

/// The settings in force with the origin of each of [`SETTINGS`].
pub struct Settings {
    /// What is in force.
    pub config: Config,
    /// Where each came from, in the order of [`SETTINGS`].
    pub origins: Vec<Origin>,
}

/// Reads flags, environment and file.
///
/// # Errors
/// A file that cannot be read or has an unknown key.
pub fn read(m: &ArgMatches) -> Result<Settings, Exit> {
    let (mut config, table) = match m.try_get_one::<PathBuf>("config").ok().flatten() {
        Some(file) => from_file(file)?,
        None => (Config::default(), toml::Table::new()),
    };
    let mut origins = Vec::new();
    for setting in &SETTINGS {
        let given = given(m, setting)?;
        origins.push(match &given {
            Some((_, origin)) => *origin,
            None if table.contains_key(setting.key) => Origin::File,
            None => Origin::Default,
        });
        let Some((value, _)) = given else { continue };
        match setting.key {
            "data" => config.data = PathBuf::from(value),
            "database_url" => config.database_url = value,
            "listen" => config.listen = value,
            "public_url" => config.public_url = value,
            _ => {}
        }
    }
    config.public_url = config.public_url.trim_end_matches('/').to_owned();
    Ok(Settings { config, origins })
}

fn from_file(file: &std::path::Path) -> Result<(Config, toml::Table), Exit> {
    let shown = file.display();
    let words = std::fs::read_to_string(file)
        .map_err(|why| Exit::failed(&fill("cli.file_unusable", &[("file", &shown), ("why", &why)])))?;
    let unreadable = |why: toml::de::Error| {
        Exit::failed(&fill("cli.config_unreadable", &[("file", &shown), ("why", &why)]))
    };
    Ok((
        toml::from_str(&words).map_err(unreadable)?,
        toml::from_str(&words).map_err(unreadable)?,
    ))
}

/// What the command line or the environment says of a setting.
fn given(m: &ArgMatches, setting: &Setting) -> Result<Option<(String, Origin)>, Exit> {
    let flag = setting.key.replace('_', "-");
    let origin = match m
        .try_contains_id(&flag)
        .unwrap_or(false)
        .then(|| m.value_source(&flag))
        .flatten()
    {
        Some(ValueSource::CommandLine) => Origin::Flag,
        Some(ValueSource::EnvVariable) => Origin::Environment,
        // A default of one command (the demo's address) stands for what the file would say.
        Some(_) => Origin::Default,
        None if setting.key == "database_url" => return from_secret_file(),
        None => return Ok(None),
    };
    let path = m.try_get_one::<PathBuf>(&flag).ok().flatten();
    let word = m.try_get_one::<String>(&flag).ok().flatten();
    let value = path
        .map(|p| p.to_string_lossy().into_owned())
        .or_else(|| word.cloned())
        .unwrap_or_default();
    Ok(Some((value, origin)))
}

fn from_secret_file() -> Result<Option<(String, Origin)>, Exit> {
    let Some(file) = std::env::var_os(DATABASE_URL_FILE).filter(|f| !f.is_empty()) else {
        return Ok(None);
    };
    let file = PathBuf::from(file);
    let secret = std::fs::read_to_string(&file).map_err(|why| {
        Exit::failed(&fill(
            "cli.file_unusable",
            &[("file", &file.display()), ("why", &why)],
        ))
    })?;
    Ok(Some((secret.trim().to_owned(), Origin::Environment)))
}

/// A database address with its password hidden.
pub fn without_password(url: &str) -> String {
    let hidden = |start: &str, rest: &str, sign: char| {
        let end = rest.find(sign).unwrap_or(rest.len());
        format!("{start}…{}", rest.get(end..).unwrap_or_default())
    };
    let mut shown = url.to_owned();
    if let Some((scheme, rest)) = url.split_once("://")
        && let Some((user, host)) = rest.rsplit_once('@')
        && let Some((name, _)) = user.split_once(':')
    {
        shown = format!("{scheme}://{name}:…@{host}");
    }
    // The other way of writing an address: `host=… password=…`, also behind a question mark.
    if let Some(at) = shown.find("password=") {
        let (start, rest) = shown.split_at(at + "password=".len());
        let sign = if shown.contains("://") { '&' } else { ' ' };
        shown = hidden(start, rest, sign);
    }
    shown
}

/// The values of a configuration as they may be shown, in the order of [`SETTINGS`].
pub fn shown(config: &Config) -> Vec<Value> {
    let all = serde_json::to_value(config).unwrap_or_default();
    let value = |setting: &Setting| match setting.key {
        "database_url" => json!(without_password(&config.database_url)),
        key => all.get(key).cloned().unwrap_or_default(),
    };
    SETTINGS.iter().map(value).collect()
}

/// `jiannuo config`.
///
/// # Errors
/// What is wrong with a setting, one sentence each.
pub fn show(m: &ArgMatches) -> Result<(), Exit> {
    let settings = read(m)?;
    let rows = SETTINGS
        .iter()
        .zip(shown(&settings.config))
        .zip(&settings.origins);
    if m.get_flag("json") {
        let all: serde_json::Map<_, _> = rows
            .map(|((s, value), origin)| (s.key.to_owned(), json!({ "value": value, "from": origin.name() })))
            .collect();
        println!("{}", Value::Object(all));
    } else {
        for ((setting, value), origin) in rows {
            let from =
                ::lang::text(crate::exit::lang(), &format!("config_origin.{}", origin.name())).to_owned();
            let value = match value {
                Value::String(text) if text.is_empty() => text_of_nothing(),
                Value::String(text) => text,
                Value::Null => text_of_nothing(),
                other => other.to_string(),
            };
            let variable = if *origin == Origin::Environment {
                setting.env
            } else {
                ""
            };
            println!("{:22} {value:32} {from} {variable}", setting.key);
        }
    }
    Ok(settings.config.check()?)
}

fn text_of_nothing() -> String {
    text("config_origin.nothing").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_listed() {
        let mut keys: Vec<String> = serde_json::to_value(Config::default())
            .expect("JSON")
            .as_object()
            .expect("a table")
            .keys()
            .cloned()
            .collect();
        // `jiannuo demo` alone sets it.
        keys.retain(|k| k != "demo");
        let mut listed: Vec<_> = SETTINGS.iter().map(|s| s.key.to_owned()).collect();
        keys.sort();
        listed.sort();
        assert_eq!(keys, listed);
    }

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("", ""),
            ("postgres://db/jiannuo", "postgres://db/jiannuo"),
            ("postgres://u@db/jiannuo", "postgres://u@db/jiannuo"),
            ("postgres://u:se:cr@et@db/jiannuo", "postgres://u:…@db/jiannuo"),
            (
                "postgres://db/x?user=u&password=secret&sslmode=require",
                "postgres://db/x?user=u&password=…&sslmode=require",
            ),
            ("host=db password=secret user=u", "host=db password=… user=u"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }

    #[test]
    fn flags_come_before_the_file_and_the_file_before_the_default() {
        let folder = tempfile::TempDir::new().expect("a directory");
        let file = folder.path().join("jiannuo.toml");
        std::fs::write(
            &file,
            "listen = '0.0.0.0:80'\npublic_url = 'https://cn.example.org/'\nzone = 'Asia/Urumqi'\n",
        )
        .expect("written");
        let file = file.to_str().expect("a path");
        let read = |words: &[&str]| {
            let all = ["jiannuo", "serve"].iter().chain(words);
            let m = crate::cli::command(lang::Lang::En).get_matches_from(all);
            read(m.subcommand().expect("a command").1).expect("read")
        };
        let settings = read(&["--config", file, "--listen", "127.0.0.1:1"]);
        assert_eq!(settings.config.listen, "127.0.0.1:1");
        assert_eq!(settings.config.public_url, "https://cn.example.org");
        let origin = |key: &str| {
            let at = SETTINGS.iter().position(|s| s.key == key).expect("a setting");
            settings.origins[at]
        };
        assert_eq!(origin("listen"), Origin::Flag);
        assert_eq!(origin("zone"), Origin::File);
        assert_eq!(origin("session_hours"), Origin::Default);
    }
}
