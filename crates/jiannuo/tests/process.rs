//! The program as an operator meets it: a process that is started, killed, crowded out and told to stop.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jiannuo");

fn program(words: &[&str], data: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(words).arg("--data").arg(data).env("LC_ALL", "en");
    command
}

fn run(words: &[&str], data: &Path) -> Output {
    program(words, data).output().expect("the program")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A server that a failing test does not leave behind.
struct Server {
    child: Child,
    address: String,
    lines: Vec<String>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(data: &Path) -> Server {
        Server::of(&["serve", "--listen", "127.0.0.1:0"], data)
    }

    fn of(words: &[&str], data: &Path) -> Server {
        let mut child = program(words, data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program");
        let out = BufReader::new(child.stdout.take().expect("its words"));
        let (mut lines, mut address) = (Vec::new(), String::new());
        for line in out.lines() {
            let line = line.expect("words");
            if let Some((_, found)) = line.split_once("Listening on http://") {
                found.clone_into(&mut address);
                break;
            }
            lines.push(line);
        }
        assert!(!address.is_empty(), "{lines:?}");
        Server {
            child,
            address,
            lines,
        }
    }

    fn setup_path(&self) -> Option<String> {
        let line = self.lines.iter().find(|l| l.contains("/setup/"))?;
        Some(
            line.split_once(&self.address)
                .expect("the address it listens on")
                .1
                .to_owned(),
        )
    }

    /// Status and body.
    fn ask(&self, method: &str, path: &str, form: &str) -> (u16, String) {
        let mut socket = TcpStream::connect(&self.address).expect("a connection");
        socket
            .set_read_timeout(Some(Duration::from_secs(30)))
            .expect("set");
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAccept-Language: en\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            self.address,
            form.len()
        );
        socket.write_all(request.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).expect("an answer");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.get(9..12).and_then(|s| s.parse().ok()).expect("a status");
        (status, answer)
    }

    fn found(&self) {
        let path = self.setup_path().expect("a set-up link");
        let form = "name=House&short_name=H&committee=C&office=O&office_phone=&system_admin=Ada&security_admin=Bea\
                    &audit_admin=Cai&campaign_office=Dan";
        let (status, page) = self.ask("POST", &path, form);
        assert_eq!(status, 200, "{page}");
    }

    #[cfg(unix)]
    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &pid]).status().expect("kill");
        assert!(sent.success());
    }
}

#[test]
fn a_server_is_set_up_killed_and_told_to_stop() {
    let folder = tempfile::TempDir::new().expect("a directory");
    let data = folder.path().join("data");
    let mut first = Server::start(&data);
    // A second server on the same directory says so and touches nothing.
    let second = run(&["serve", "--listen", "127.0.0.1:0"], &data);
    assert_eq!(second.status.code(), Some(1));
    assert!(
        said(&second).contains("Another Jiannuo server is using"),
        "{}",
        said(&second)
    );
    first.found();
    // Whatever was answered is there after the process was killed at once.
    first.child.kill().expect("killed");
    first.child.wait().expect("ended");
    let mut again = Server::start(&data);
    assert!(again.setup_path().is_none());
    let made = run(&["admin", "slip", "bea", "--json"], &data);
    assert!(made.status.success(), "{}", said(&made));
    let told: serde_json::Value = serde_json::from_slice(&made.stdout).expect("JSON");
    assert_eq!(told["roles"][0], "security_admin");
    let link = told["link"].as_str().expect("a link");
    assert!(
        link.starts_with(&format!("http://{}/s/", again.address)),
        "{link}"
    );
    let code = told["code"].as_str().expect("a code");
    assert_eq!(again.ask("POST", "/sign-in/slip", &format!("code={code}")).0, 303);
    assert_eq!(again.ask("POST", "/sign-in/slip", &format!("code={code}")).0, 410);
    assert_eq!(run(&["admin", "slip", "nobody"], &data).status.code(), Some(1));
    again.signal("-TERM");
    assert_eq!(again.child.wait().expect("ended").code(), Some(0));
    // Told to stop it leaves one file that is whole by itself.
    assert!(
        !data.join("jiannuo.db-wal").exists()
            || std::fs::metadata(data.join("jiannuo.db-wal"))
                .expect("a file")
                .len()
                == 0
    );
    assert_eq!(run(&["verify", "audit"], &data).status.code(), Some(0));
    assert_eq!(run(&["doctor"], &data).status.code(), Some(0));
}

#[test]
fn a_database_held_by_somebody_else_costs_no_words() {
    let folder = tempfile::TempDir::new().expect("a directory");
    let server = Server::start(folder.path());
    server.found();
    let made = run(&["admin", "slip", "bea", "--json"], folder.path());
    let told: serde_json::Value = serde_json::from_slice(&made.stdout).expect("JSON");
    let code = told["code"].as_str().expect("a code");
    let form = format!("code={code}");
    let holder = rusqlite::Connection::open(folder.path().join("jiannuo.db")).expect("opened");
    holder.execute_batch("BEGIN IMMEDIATE").expect("held");
    let (status, page) = server.ask("POST", "/sign-in/slip?lang=en", &form);
    assert_eq!(status, 503, "{page}");
    assert!(page.to_lowercase().contains("retry-after:"));
    // The page hands back what was sent, to be sent again with one press.
    assert!(page.contains("Send again"), "{page}");
    assert!(
        page.contains(&format!("name=\"code\" value=\"{code}\"")),
        "{page}"
    );
    assert!(page.contains("action=\"/sign-in/slip?lang=en\""), "{page}");
    assert_eq!(server.ask("GET", "/", "").0, 200);
    holder.execute_batch("ROLLBACK").expect("let go");
    let (status, page) = server.ask("POST", "/sign-in/slip?lang=en", &form);
    assert_eq!(status, 303, "{page}");
}

#[test]
fn a_backup_comes_back_and_nothing_is_overwritten() {
    let folder = tempfile::TempDir::new().expect("a directory");
    let (data, file) = (folder.path().join("data"), folder.path().join("a.zip"));
    let name = file.to_str().expect("a path");
    let server = Server::start(&data);
    server.found();
    // While the server runs.
    let backup = run(&["backup", name], &data);
    assert!(backup.status.success(), "{}", said(&backup));
    drop(server);
    assert_eq!(run(&["backup", name], &data).status.code(), Some(1));
    assert_eq!(run(&["restore", name], &data).status.code(), Some(1));
    let other = folder.path().join("other");
    let restored = run(&["restore", name], &other);
    assert!(restored.status.success(), "{}", said(&restored));
    assert_eq!(run(&["verify", "audit"], &other).status.code(), Some(0));
    assert!(Server::start(&other).setup_path().is_none());
    let whole = std::fs::read(&file).expect("read");
    std::fs::write(&file, &whole[..whole.len() / 2]).expect("written");
    let cut = folder.path().join("cut");
    assert_eq!(run(&["restore", name], &cut).status.code(), Some(1));
    assert!(!cut.join("jiannuo.db").exists());
}

#[test]
fn a_command_that_looks_makes_nothing() {
    let folder = tempfile::TempDir::new().expect("a directory");
    let nowhere = folder.path().join("nowhere");
    for words in [
        &["verify", "audit"][..],
        &["export", "ledger", "x.xlsx"],
        &["admin", "slip", "ada"],
        &["backup", "x.zip"],
    ] {
        let output = run(words, &nowhere);
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        assert!(
            said(&output).contains("There is no database in"),
            "{}",
            said(&output)
        );
    }
    assert_eq!(run(&["doctor"], &nowhere).status.code(), Some(3));
    assert!(!nowhere.exists());
}

/// Files below a folder, by name.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A campaign of few people in the middle of its review.
fn small_demo(data: &Path) {
    let words = "demo --listen 127.0.0.1:0 --people 30 --stage review";
    drop(Server::of(&words.split(' ').collect::<Vec<_>>(), data));
}

#[test]
fn every_form_becomes_a_file_in_every_format() {
    let folder = tempfile::TempDir::new().expect("a directory");
    let data = folder.path().join("data");
    small_demo(&data);
    let export = |format: &str, to: &Path| {
        let place = to.to_str().expect("a path");
        let done = run(&["export", "forms", "--format", format, place, "--json"], &data);
        assert_eq!(done.status.code(), Some(0), "{}", said(&done));
        let told: serde_json::Value = serde_json::from_slice(&done.stdout).expect("JSON");
        let found = files(to);
        assert_eq!(told["files"], found.len(), "{format}");
        found
    };
    let mut names = Vec::new();
    for (format, begin) in [
        ("docx", "PK"),
        ("html", "<!DOCTYPE html>"),
        ("ofd", "PK"),
        ("pdf", "%PDF-1.7"),
    ] {
        let to = folder.path().join(format);
        let found = export(format, &to);
        for file in &found {
            assert_eq!(file.extension().and_then(|e| e.to_str()), Some(format));
            let bytes = std::fs::read(file).expect("a file");
            assert!(bytes.starts_with(begin.as_bytes()), "{}", file.display());
        }
        let stems = found.iter().map(|file| {
            let inner = file.strip_prefix(&to).expect("inside");
            inner.with_extension("").display().to_string()
        });
        names.push(stems.collect::<Vec<_>>());
    }
    // Branches and members, the same ones in every format.
    assert!(names[0].len() > 14, "{:?}", names[0]);
    assert!(names.iter().all(|one| *one == names[0]));
    // The same data give the same bytes.
    let again = export("html", &folder.path().join("again"));
    for (first, second) in files(&folder.path().join("html")).iter().zip(&again) {
        assert!(std::fs::read(first).expect("a file") == std::fs::read(second).expect("a file"));
    }
    // The notice's own words whatever the command line speaks, unless asked for others.
    let page = |file: &Path| std::fs::read_to_string(file).expect("a page");
    assert!(page(&again[0]).contains("承诺书"), "{}", again[0].display());
    let english = folder.path().join("english");
    let place = english.to_str().expect("a path");
    let done = run(
        &["export", "forms", "--format", "html", "--lang", "en", place],
        &data,
    );
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let page = page(&files(&english)[0]);
    assert!(page.contains("Commitment") && !page.contains("承诺书"), "{page}");
    // What lies there already is not mixed with what is written now; another format may stand beside it.
    let beside = |format: &str| run(&["export", "forms", "--format", format, place], &data);
    let refused = beside("html");
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert_eq!(beside("docx").status.code(), Some(0));
    let taken = folder.path().join("taken");
    std::fs::write(&taken, "x").expect("written");
    let refused = run(&["export", "forms", taken.to_str().expect("a path")], &data);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
}

#[test]
fn a_package_is_written_and_checked_with_nothing_else() {
    let folder = tempfile::TempDir::new().expect("a directory");
    let data = folder.path().join("data");
    small_demo(&data);
    let place = folder.path().join("package");
    let place = place.to_str().expect("a path");
    let done = run(&["export", "package", place, "--json"], &data);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let told: serde_json::Value = serde_json::from_slice(&done.stdout).expect("JSON");
    assert!(told["files"].as_u64() > Some(60), "{told}");
    // As on another machine: neither data directory nor database.
    let check = |words: &[&str]| {
        let mut command = Command::new(PROGRAM);
        command
            .args(["verify", "package"])
            .args(words)
            .env("LC_ALL", "en");
        command.output().expect("the program")
    };
    let key = told["keys"][0]["id"].as_str().expect("a key");
    let sound = check(&[place, "--key", key]);
    assert_eq!(sound.status.code(), Some(0), "{}", said(&sound));
    assert!(said(&sound).contains("The package is sound"), "{}", said(&sound));
    let other = check(&[place, "--key", "0123456789abcdef"]);
    assert_eq!(other.status.code(), Some(3), "{}", said(&other));
    assert!(said(&other).contains("not 0123456789abcdef"), "{}", said(&other));
    std::fs::write(Path::new(place).join("more.txt"), "x").expect("written");
    let more = check(&[place, "--json"]);
    assert_eq!(more.status.code(), Some(3));
    let told: serde_json::Value = serde_json::from_slice(&more.stdout).expect("JSON");
    assert_eq!(told["faults"][0]["fault"], "package_fault.extra");
    assert_eq!(check(&["nowhere at all"]).status.code(), Some(1));
    assert_eq!(check(&[]).status.code(), Some(2));
    let again = run(&["export", "package", place], &data);
    assert_eq!(again.status.code(), Some(1));
    assert!(
        said(&again).contains("holds something already"),
        "{}",
        said(&again)
    );
    let none = folder.path().join("none");
    let none = run(
        &[
            "export",
            "package",
            none.to_str().expect("a path"),
            "--campaign",
            "9",
        ],
        &data,
    );
    assert_eq!(none.status.code(), Some(1));
    assert!(said(&none).contains("no such campaign"), "{}", said(&none));
    assert!(!folder.path().join("none.partial").exists() && !folder.path().join("none").exists());
}

/// A fresh database on the server of `JIANNUO_TEST_POSTGRES`; nothing where the run is told that there is none.
fn postgres() -> Option<String> {
    if std::env::var("JIANNUO_TEST_SQLITE_ONLY").is_ok_and(|v| v == "1") {
        return None;
    }
    let server = std::env::var("JIANNUO_TEST_POSTGRES").expect(
        "JIANNUO_TEST_POSTGRES is missing: run through scripts/test, or set JIANNUO_TEST_SQLITE_ONLY=1",
    );
    let name = format!("process_{}", std::process::id());
    let text =
        format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(&server, tokio_postgres::NoTls)
            .await
            .expect("the server answers");
        let talking = tokio::spawn(connection);
        client.batch_execute(&text).await.expect("made");
        drop(client);
        let _ = talking.await;
    });
    let (base, _) = server.rsplit_once('/').expect("the address ends in /database");
    Some(format!("{base}/{name}"))
}

/// The tables of an archive, name and text; those of the trail grow with every journey and are left out.
fn tables(archive: &Path) -> Vec<(String, String)> {
    let file = std::fs::File::open(archive).expect("an archive");
    let mut archive = zip::ZipArchive::new(file).expect("a ZIP");
    let mut out = Vec::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).expect("an entry");
        let name = String::from(entry.name().expect("a name"));
        if name.starts_with("tables/") && !name.contains("/audit_") {
            let mut text = String::new();
            entry.read_to_string(&mut text).expect("text");
            out.push((name, text));
        }
    }
    out
}

#[test]
fn a_campaign_travels_over_both_databases_and_its_forms_print_there() {
    let folder = tempfile::TempDir::new().expect("a directory");
    let at = |name: &str| folder.path().join(name);
    let text = |name: &str| at(name).to_str().expect("a path").to_owned();
    small_demo(&at("here"));
    // Without a PostgreSQL the journey leads over a second embedded database.
    let there = postgres().map_or(vec![], |url| vec!["--database-url".to_owned(), url]);
    let go = |words: &[&str], data: &str| {
        let away: &[String] = if data == "there" { &there } else { &[] };
        let words: Vec<&str> = words
            .iter()
            .copied()
            .chain(away.iter().map(String::as_str))
            .collect();
        let done = run(&words, &at(data));
        assert_eq!(done.status.code(), Some(0), "{words:?} {}", said(&done));
    };
    go(&["export", "campaign", &text("first.zip")], "here");
    go(&["import", "campaign", &text("first.zip")], "there");
    go(&["export", "campaign", &text("second.zip")], "there");
    go(&["import", "campaign", &text("second.zip")], "back");
    go(&["export", "campaign", &text("third.zip")], "back");
    let first = tables(&at("first.zip"));
    assert!(first.len() > 30, "{}", first.len());
    for other in ["second.zip", "third.zip"] {
        for ((name, one), (_, two)) in first.iter().zip(tables(&at(other))) {
            assert!(*one == two, "{name} of {other} differs");
        }
    }
    for data in ["here", "there", "back"] {
        go(&["verify", "audit"], data);
        go(
            &[
                "export",
                "forms",
                "--format",
                "html",
                &text(&format!("{data} forms")),
            ],
            data,
        );
    }
    let forms = |data: &str| {
        let root = at(&format!("{data} forms"));
        let one = |file: std::path::PathBuf| {
            let inside = file.strip_prefix(&root).expect("inside").to_owned();
            (inside, std::fs::read(&file).expect("a file"))
        };
        files(&root).into_iter().map(one).collect::<Vec<_>>()
    };
    let here = forms("here");
    assert!(here.len() > 14 && here == forms("there") && here == forms("back"));
}
