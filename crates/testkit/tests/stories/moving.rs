//! A campaign moves to another installation and to the other database, whole, or not at all.

use app::moving::{pack, settle, stage};
use app::{App, Clock, Ctx, Event, Need, UseCase};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::path::Path;
use store::Tx;
use store::attachment::File;
use testkit::{Client, Database, House, NOON};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The row of an attachment.
struct Attach(String);

impl UseCase for Attach {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> app::Result<()> {
        let file = File {
            id: ctx.id(),
            sha256: self.0.clone(),
            name: "王䶮 \"1\".png".to_owned(),
            media_type: "image/png".to_owned(),
            size: 18,
            subject_kind: "progress".to_owned(),
            subject_id: String::new(),
            unit_id: String::new(),
            added_by: ctx.actor.account.clone(),
            added_at: ctx.now,
        };
        Ok(store::attachment::add(tx, &ctx.organization, &file).await?)
    }
    fn event(&self, (): &()) -> Event {
        Event::new("progress.report", "file", "")
    }
}

/// Takes an archive into an empty database, as the command line does.
pub(crate) async fn take(archive: &Path, database: &Database) -> App {
    let folder = tempfile::TempDir::new().expect("a directory");
    let staged = stage(archive, &folder.path().join("check")).expect("sound");
    let files = app::files::Files::new(database.data().join("files"));
    let settled = settle(&database.db, &files, staged).await.expect("taken over");
    let config = app::Config {
        data: database.data().to_owned(),
        ..app::Config::default()
    };
    let clock = Clock::fixed(NOON);
    App::new(database.db.clone(), clock, config, &settled.organization)
}

pub(crate) async fn archive(app: &App, to: &Path) -> Vec<u8> {
    let packed = pack(app, to).await.expect("packed");
    assert!(
        packed.manifest.missing.is_empty(),
        "{:?}",
        packed.manifest.missing
    );
    std::fs::read(to).expect("written")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_is_equal_after_a_journey_over_both_databases() {
    let house = House::whole(Database::sqlite().await).await;
    let picture = app::moving::FORMAT.as_bytes();
    let folder = tempfile::TempDir::new().expect("a directory");
    let at = |name: &str| folder.path().join(name);
    let hash = house.app.files().put(picture).expect("kept");
    house.run(Attach(hash.clone())).await.expect("a row");
    let first = archive(&house.app, &at("first.zip")).await;
    assert_eq!(
        first,
        archive(&house.app, &at("again.zip")).await,
        "the same data, the same bytes"
    );

    let other = match Database::postgres().await {
        Some(database) => database,
        None => Database::sqlite().await,
    };
    let there = take(&at("first.zip"), &other).await;
    let second = archive(&there, &at("second.zip")).await;
    let third_place = Database::sqlite().await;
    let back = take(&at("second.zip"), &third_place).await;
    let third = archive(&back, &at("third.zip")).await;
    for (name, bytes) in [("second", &second), ("third", &third)] {
        differences(&first, bytes, name);
        assert_eq!(first.len(), bytes.len(), "{name}");
        assert!(first == *bytes, "{name} differs");
    }

    for app in [&there, &back] {
        let report = app::audit::verify_audit(app, &[]).await.expect("asked");
        assert!(report.ok && report.chained > 100, "{report:?}");
        assert_eq!(app.files().get(&hash).expect("moved"), picture);
        let board = Client::stranger(app).get("/board").await.expect(200);
        assert!(board.text.contains("/pledges/"), "the board has pledges");
    }
    // No password, nobody signed in, no slip.
    let accounts = entry(&first, "tables/account.jsonl");
    assert!(accounts.contains("\"password_hash\":null") && !accounts.contains("argon2"));
    for name in ["session", "slip", "replay", "job"] {
        assert!(!names(&first).contains(&format!("tables/{name}.jsonl")), "{name}");
    }
    // A second campaign does not fit in.
    let folder = tempfile::TempDir::new().expect("a directory");
    let staged = stage(&at("first.zip"), &folder.path().join("check")).expect("sound");
    let files = app::files::Files::new(folder.path().join("files"));
    let refused = settle(&third_place.db, &files, staged)
        .await
        .expect_err("occupied");
    assert_eq!(refused.to_string(), "refused: problem.moving.occupied");
    assert!(!folder.path().join("files").exists());
}

fn names(archive: &[u8]) -> Vec<String> {
    let archive = ZipArchive::new(std::io::Cursor::new(archive)).expect("a zip");
    archive
        .file_names()
        .map(|name| name.expect("a name").into())
        .collect()
}

fn entry(archive: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(std::io::Cursor::new(archive)).expect("a zip");
    let mut text = String::new();
    let mut entry = archive.by_name(name).expect("an entry");
    entry.read_to_string(&mut text).expect("text");
    text
}

/// Names the first line that differs, which the bytes of a zip do not.
fn differences(one: &[u8], other: &[u8], name: &str) {
    assert_eq!(names(one), names(other));
    for table in names(one).iter().filter(|n| n.ends_with("jsonl")) {
        let (one, other) = (entry(one, table), entry(other, table));
        for (a, b) in one.lines().zip(other.lines()) {
            assert_eq!(a, b, "{table} in {name}");
        }
        assert_eq!(one.lines().count(), other.lines().count(), "{table} in {name}");
    }
}

/// The archive with some entries changed; `sums` says whether the list of checksums is made to fit again.
fn touched(archive: &[u8], sums: bool, change: impl Fn(&str, String) -> Option<String>) -> Vec<u8> {
    let mut out = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let (mut list, how) = (String::new(), SimpleFileOptions::default());
    let mut write = |name: &str, text: &str| {
        out.start_file(name, how).expect("begun");
        out.write_all(text.as_bytes()).expect("written");
    };
    for name in names(archive).iter().filter(|n| *n != "SHA256SUMS") {
        let Some(text) = change(name, entry(archive, name)) else {
            continue;
        };
        let sum = app::files::hex(&Sha256::digest(text.as_bytes()));
        list.push_str(&format!("{sum}  {name}\n"));
        write(name, &text);
    }
    match sums {
        true => write("SHA256SUMS", &list),
        false => write("SHA256SUMS", &entry(archive, "SHA256SUMS")),
    }
    out.finish().expect("ended").into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_is_not_right_is_refused_with_one_sentence() {
    let house = House::sqlite().await;
    let folder = tempfile::TempDir::new().expect("a directory");
    let file = folder.path().join("a.zip");
    let whole = archive(&house.app, &file).await;
    let keep = |text: String| Some(text);
    let on = |wanted: &'static str, from: &'static str, to: &'static str| {
        move |name: &str, text: String| {
            Some(match name == wanted {
                true => {
                    assert!(text.contains(from), "{from} in {name}");
                    text.replacen(from, to, 1)
                }
                false => text,
            })
        }
    };
    let middle = whole.len() / 2;
    let mut flipped = whole.clone();
    flipped[middle] ^= 0x20;
    let person = "tables/person.jsonl";
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("cut", whole[..middle].to_vec(), "not_ours"),
        ("no archive", b"hello".to_vec(), "not_ours"),
        ("flipped", flipped, "altered"),
        (
            "edited",
            touched(&whole, false, on(person, "\"active\":true", "\"active\":false")),
            "altered",
        ),
        (
            "an entry less",
            touched(&whole, false, |n, t| (n != person).then_some(t)),
            "altered",
        ),
        (
            "a table less",
            touched(&whole, true, |n, t| (n != person).then_some(t)),
            "altered",
        ),
        (
            "a row less",
            touched(&whole, true, |n, t| match n == person {
                true => t.split_once('\n').map(|(_, rest)| rest.to_owned()),
                false => keep(t),
            }),
            "altered",
        ),
        (
            "newer format",
            touched(&whole, true, on("campaign.json", "campaign-1", "campaign-2")),
            "newer",
        ),
        (
            "newer tables",
            touched(&whole, true, on("campaign.json", "\"schema\": ", "\"schema\": 9")),
            "newer",
        ),
        (
            "older tables",
            touched(&whole, true, on("campaign.json", "\"schema\": ", "\"schema\": -")),
            "older",
        ),
        (
            "wrong type",
            touched(&whole, true, on(person, "\"active\":true", "\"active\":\"yes\"")),
            "row",
        ),
        (
            "column too many",
            touched(
                &whole,
                true,
                on(person, "\"active\":true", "\"active\":true,\"x\":1"),
            ),
            "row",
        ),
        (
            "audit edited",
            touched(
                &whole,
                true,
                on(
                    "tables/audit_entry.jsonl",
                    "\"result\":\"done\"",
                    "\"result\":\"refused\"",
                ),
            ),
            "trail",
        ),
    ];
    for (at, (what, bytes, key)) in cases.into_iter().enumerate() {
        std::fs::write(&file, bytes).expect("written");
        let refused = stage(&file, &folder.path().join(at.to_string())).expect_err(what);
        assert_eq!(
            refused.key,
            format!("problem.moving.{key}"),
            "{what}: {refused:?}"
        );
    }
    // Rows that contradict each other are found by the database, and nothing of them stays.
    let orphan = touched(&whole, true, |name, text| match name {
        "tables/unit.jsonl" => Some(String::new()),
        "campaign.json" => {
            let mut manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            for table in manifest["tables"].as_array_mut().expect("tables") {
                if table["name"] == "unit" {
                    table["rows"] = 0.into();
                }
            }
            Some(manifest.to_string())
        }
        _ => Some(text),
    });
    std::fs::write(&file, orphan).expect("written");
    let mut places = vec![Database::sqlite().await];
    places.extend(Database::postgres().await);
    for (at, place) in places.iter().enumerate() {
        let staged =
            stage(&file, &folder.path().join(format!("orphan{at}"))).expect("each row by itself is right");
        let files = app::files::Files::new(place.data().join("files"));
        let refused = settle(&place.db, &files, staged)
            .await
            .expect_err("contradicts itself");
        assert_eq!(refused.to_string(), "refused: problem.moving.unfit");
        // Empty as before: the sound archive still fits in.
        std::fs::write(folder.path().join("sound.zip"), &whole).expect("written");
        take(&folder.path().join("sound.zip"), place).await;
    }
}
