//! What the command line says when something is not as it should be.

use std::path::Path;
use std::process::{Command, Output};

fn run(words: &[&str], data: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jiannuo"));
    command.args(words).arg("--data").arg(data).env("LC_ALL", "en");
    command.output().expect("the program")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn an_import_says_what_it_could_not_read() {
    let folder = tempfile::TempDir::new().expect("a directory");
    let (data, file) = (folder.path().join("data"), folder.path().join("roster.csv"));
    let name = file.to_str().expect("a path");
    let import = |words: &str| {
        std::fs::write(&file, words).expect("written");
        run(&["import", "roster", name, "--json"], &data)
    };
    let json = |output: &std::process::Output| -> serde_json::Value {
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let nobody = import("所在党支部,性别\n内科党支部,男\n");
    assert_eq!(nobody.status.code(), Some(1));
    assert_eq!(json(&nobody)["people"], 0);
    let headers = import("所在党支部,姓名,人员类别,出生年月\n");
    assert_eq!(headers.status.code(), Some(1));
    let error = json(&headers)["error"].as_str().unwrap_or_default().to_owned();
    assert!(error.contains("No row of people was found"), "{error}");
    let empty = import("");
    assert_eq!(empty.status.code(), Some(1));
    assert!(!json(&empty)["error"].as_str().unwrap_or_default().is_empty());
    assert!(!data.join("jiannuo.db").exists());
    let head = "所在党支部,姓名,人员类别,出生年月\n";
    let part = import(&format!(
        "{head}内科党支部,王䶮,正式党员,1980.01\n内科党支部,,正式党员,1981.02\n"
    ));
    assert_eq!(part.status.code(), Some(3), "{}", said(&part));
    let told: serde_json::Value = serde_json::from_slice(&part.stdout).expect("JSON");
    assert_eq!(
        (&told["people"], &told["unread"], &told["problems"][0]["row"]),
        (&1.into(), &1.into(), &3.into())
    );
    let again = import(&format!("{head}内科党支部,王䶮,正式党员,1980.01\n"));
    assert_eq!(again.status.code(), Some(0));
    let told: serde_json::Value = serde_json::from_slice(&again.stdout).expect("JSON");
    assert_eq!(told["outcome"]["unchanged"], 1);
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_is_made() {
    let folder = tempfile::TempDir::new().expect("a directory");
    let nowhere = folder.path().join("nowhere");
    let ledger = folder.path().join("x.pdf");
    let ledger = ledger.to_str().expect("a path");
    for (words, told) in [
        (&["export", "ledger", ledger][..], ".xlsx or .csv"),
        (&["export", "ledger", "ledger"], ".xlsx or .csv"),
    ] {
        let output = run(words, &nowhere);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(said(&output).contains(told), "{}", said(&output));
    }
    assert!(!nowhere.exists() && !Path::new(ledger).exists());
}

#[test]
fn a_broken_font_is_named_and_the_doctor_does_not_call_it_well() {
    let folder = tempfile::TempDir::new().expect("a directory");
    let (data, fonts) = (folder.path().join("data"), folder.path().join("fonts"));
    std::fs::create_dir(&fonts).expect("made");
    std::fs::write(fonts.join("broken.ttf"), "no font").expect("written");
    std::fs::write(fonts.join("readme.txt"), "no font and not called one").expect("written");
    let config = folder.path().join("jiannuo.toml");
    std::fs::write(
        &config,
        format!("fonts_dir = {:?}\n", fonts.display().to_string()),
    )
    .expect("written");
    let config = config.to_str().expect("a path");
    let named = |output: &Output| {
        let said = said(output);
        assert!(
            said.contains("broken.ttf") && !said.contains("readme.txt"),
            "{said}"
        );
    };
    let output = run(&["doctor", "--config", config, "--json"], &data);
    assert_eq!(output.status.code(), Some(3));
    named(&output);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let checks = told["checks"].as_array().expect("checks");
    let states: Vec<_> = checks
        .iter()
        .filter(|c| c["check"] == "fonts")
        .map(|c| &c["state"])
        .collect();
    assert_eq!(states, ["fault"], "{told}");
    let output = run(&["serve", "--config", config, "--listen", "127.0.0.1:0"], &data);
    assert_eq!(output.status.code(), Some(1));
    named(&output);
}

#[test]
fn a_folder_that_is_no_package_is_told_as_what_it_is() {
    let folder = tempfile::TempDir::new().expect("a directory");
    let place = |name: &str| folder.path().join(name);
    for dir in ["empty", "strange", "half", "hollow", "above/inside"] {
        std::fs::create_dir_all(place(dir)).expect("made");
    }
    for file in [
        "strange/letter.txt",
        "half/SHA256SUMS",
        "hollow/SHA256SUMS",
        "hollow/SM3SUMS",
        "above/inside/SHA256SUMS",
        "above/inside/SM3SUMS",
    ] {
        std::fs::write(place(file), "").expect("written");
    }
    for (name, told) in [
        ("empty", "This folder is empty"),
        ("strange", "this is no evidence package"),
        ("half", "SM3SUMS is missing"),
        ("hollow", "Neither list names a single file"),
        ("above", "\u{201C}inside\u{201D}"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jiannuo"));
        let command = command
            .args(["verify", "package"])
            .arg(place(name))
            .env("LC_ALL", "en");
        let output = command.output().expect("the program");
        assert_eq!(output.status.code(), Some(3), "{name}");
        assert!(said(&output).contains(told), "{}", said(&output));
        assert!(!said(&output).contains("is sound"), "{}", said(&output));
    }
}

#[test]
fn a_sheet_is_taken_over_in_the_name_of_somebody() {
    let folder = tempfile::TempDir::new().expect("a directory");
    let (data, file) = (folder.path().join("data"), folder.path().join("sheet.csv"));
    let name = file.to_str().expect("a path");
    std::fs::write(&file, "编号,姓名,承诺类别,承诺内容\n").expect("written");
    let nobody = run(&["import", "sheet", name], &data);
    assert_eq!(nobody.status.code(), Some(2), "{}", said(&nobody));
    let nowhere = run(&["import", "sheet", name, "--by", "office", "--json"], &data);
    assert_eq!(nowhere.status.code(), Some(1), "{}", said(&nowhere));
    let told: serde_json::Value = serde_json::from_slice(&nowhere.stdout).expect("JSON");
    assert!(!told["error"].as_str().unwrap_or_default().is_empty());
    assert!(!data.join("jiannuo.db").exists(), "a refusal makes nothing");
    std::fs::write(&file, b"\x00\x01\x02\xff").expect("written");
    let broken = run(&["import", "sheet", name, "--by", "office"], &data);
    assert_eq!(broken.status.code(), Some(1), "{}", said(&broken));
}
