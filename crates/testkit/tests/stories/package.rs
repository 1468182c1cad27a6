//! The evidence package (档案包): taken away in one act, and checked on another machine with nothing else.

use crate::review::{CLEAN, confirm_all, hand_in, member};
use app::demo::Step;
use app::package::{Checked, ExportPackage, FolderShelf, ReadOutline, Written, check, write};
use app::pledge::Desk;
use domain::access::{Actor, Role};
use lang::Lang;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use testkit::{Database, House};

/// Writes a package into a folder, as the command line does.
pub(crate) async fn export(house: &House, to: &Path) -> app::Result<Written> {
    let begin = ExportPackage {
        campaign: String::new(),
    };
    let shelf = FolderShelf::new(to)?;
    let campaign = house.run(begin).await?;
    app::sequencer::chain_audit(&house.app).await?;
    let outline = house
        .app
        .query(&Actor::machine(), ReadOutline { campaign })
        .await?;
    write(&house.app, Lang::Zh, outline, 2, shelf, |_| {}).await
}

fn keys(checked: &Checked) -> Vec<&'static str> {
    checked.keys.iter().map(|(algorithm, _)| *algorithm).collect()
}

/// The sentences of what is wrong, in Chinese.
pub(crate) fn said(root: &Path, key: Option<&str>) -> Vec<String> {
    let checked = check(root, key).expect("readable");
    let sentence = |fault: &app::package::Fault| {
        let args: Vec<(&str, &dyn std::fmt::Display)> = fault
            .args
            .iter()
            .map(|(n, v)| (*n, v as &dyn std::fmt::Display))
            .collect();
        lang::fill(Lang::Zh, fault.key, &args)
    };
    checked.faults.iter().map(sentence).collect()
}

/// Every file below a folder, with `/`.
pub(crate) fn files(root: &Path) -> BTreeSet<String> {
    let (mut out, mut folders) = (BTreeSet::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let inside = path.strip_prefix(root).expect("inside");
                    out.insert(inside.to_str().expect("text").to_owned());
                }
            }
        }
    }
    out
}

fn copy(from: &Path, to: &Path) -> PathBuf {
    for file in files(from) {
        let target = to.join(&file);
        std::fs::create_dir_all(target.parent().expect("a folder")).expect("made");
        std::fs::copy(from.join(&file), target).expect("copied");
    }
    to.to_owned()
}

fn sha256sum(root: &Path) -> bool {
    let mut command = Command::new("sha256sum");
    command.args(["--quiet", "-c", "SHA256SUMS"]).current_dir(root);
    command.output().expect("coreutils").status.success()
}

/// What OpenSSL 3 says of every command that the page of the package gives.
fn openssl(root: &Path) -> Vec<bool> {
    let page = std::fs::read_to_string(root.join("index.html")).expect("the page");
    let commands = page
        .split_once("<pre>")
        .and_then(|(_, rest)| rest.split_once("</pre>"));
    let commands = commands.expect("commands").0;
    let run = |line: &str| {
        let mut words = line.split(' ');
        let mut command = Command::new(words.next().expect("a program"));
        let ran = command.args(words).current_dir(root).output();
        ran.expect("OpenSSL 3 is installed").status.success()
    };
    commands.lines().map(run).collect()
}

fn text(root: &Path, file: &str) -> String {
    String::from_utf8(std::fs::read(root.join(file)).expect("there")).expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_changed_afterwards_is_found() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let author = member(&house, &branch, 0).await;
        let pledge = hand_in(&house, author.actor(), Desk::Own, CLEAN).await;
        confirm_all(&house, secretary.actor(), &pledge)
            .await
            .expect("confirmed");
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let root = at("package");
        let written = export(&house, &root).await.expect("written");
        assert!(written.files >= 6 && written.items >= 4, "{written:?}");

        let sound = check(&root, None).expect("readable");
        assert_eq!(
            (&sound.faults[..], keys(&sound)),
            (&[][..], vec!["sm2", "ed25519"])
        );
        assert!(sound.entries > 0, "the extract of the trail was checked");
        assert!(sha256sum(&root));
        assert_eq!(openssl(&root), [true, true]);
        // The keys are the house's own: the public page knows them.
        let known = house.app.query(&Actor::public(), app::seal::FindKeys).await;
        let known: Vec<String> = known.expect("asked").into_iter().map(|k| k.id).collect();
        let id = sound.keys[0].1.clone();
        assert!(known.contains(&id));
        assert_eq!(said(&root, Some(&id)), Vec::<String>::new());

        let all = files(&root);
        let decisions = all
            .iter()
            .find(|f| f.ends_with("审核决定.jsonl"))
            .expect("decisions");
        assert!(text(&root, decisions).contains(CLEAN), "the text that was sealed");
        let trail = all
            .iter()
            .find(|f| f.ends_with("审计摘录.jsonl"))
            .expect("the trail");
        let told = text(&root, trail);
        assert!(told.contains("\"act\":\"package.export\"") && told.contains("\"act\":\"pledge.submit\""));
        assert!(!told.contains("account.sign_in") && told.contains("\"entry\":null"));

        // One byte, one file less, one more, a link, the list, the key.
        let pdf = all.iter().find(|f| f.ends_with(".pdf")).expect("a form").clone();
        let fresh = |name: &str| copy(&root, &at(name));
        let one = |root: &Path, words: &str| {
            let said = said(root, None);
            assert!(said.len() == 1 && said[0].contains(words), "{words}: {said:?}");
        };
        let flipped = fresh("flipped");
        let mut bytes = std::fs::read(flipped.join(&pdf)).expect("read");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(flipped.join(&pdf), bytes).expect("written");
        one(&flipped, &format!("{pdf}：内容与清单不符"));
        assert!(!sha256sum(&flipped));

        let less = fresh("less");
        std::fs::remove_file(less.join(&pdf)).expect("removed");
        one(&less, &format!("{pdf}：清单里有，文件没有了"));

        let more = fresh("more");
        std::fs::write(more.join("2010 补充.txt"), "x").expect("written");
        one(&more, "2010 补充.txt：清单里没有");

        #[cfg(unix)]
        {
            let linked = fresh("linked");
            std::fs::rename(linked.join(&pdf), at("elsewhere.pdf")).expect("moved");
            std::os::unix::fs::symlink(at("elsewhere.pdf"), linked.join(&pdf)).expect("linked");
            one(&linked, &format!("{pdf}：是符号链接"));
        }

        let edited = fresh("edited");
        let list = text(&edited, "SHA256SUMS");
        let shorter: String = list
            .lines()
            .filter(|l| !l.ends_with(&pdf))
            .map(|l| format!("{l}\n"))
            .collect();
        std::fs::write(edited.join("SHA256SUMS"), &shorter).expect("written");
        let words = said(&edited, None).join("\n");
        assert!(words.contains("SHA256SUMS 的 SM2 签名不对"), "{words}");
        assert!(
            words.contains("SHA256SUMS 的 ED25519 签名不对") && words.contains("只在一份清单里"),
            "{words}"
        );
        assert_eq!(openssl(&edited), [false, false]);

        let outside = fresh("outside");
        std::fs::write(at("secret.txt"), "x").expect("written");
        let sum = domain::canonical::sha256_hex(b"x");
        let crooked = format!(
            "{list}{sum}  ../secret.txt\nnonsense\n{}\n",
            list.lines().next().expect("a line")
        );
        std::fs::write(outside.join("SHA256SUMS"), crooked).expect("written");
        let words = said(&outside, None).join("\n");
        assert!(words.contains("路径不许可：../secret.txt"), "{words}");
        assert!(
            words.contains("不成格式") && words.contains("写了两次"),
            "{words}"
        );

        let unsigned = fresh("unsigned");
        std::fs::remove_file(unsigned.join("SM3SUMS.ed25519.sig")).expect("removed");
        one(&unsigned, "SM3SUMS.ed25519.sig：签名没有了");
        let half = fresh("half");
        std::fs::remove_file(half.join("SM3SUMS")).expect("removed");
        one(&half, "档案包不完整，或者没有写完");
        let other = said(&root, Some("0123456789abcdef"));
        assert!(
            other.len() == 1 && other[0].contains("不是 0123456789abcdef"),
            "{other:?}"
        );

        // An entry of the trail that was rewritten is found even where the lists were signed anew.
        let forged = fresh("forged");
        let rewritten = told.replacen("\"act\":\"pledge.submit\"", "\"act\":\"pledge.save\"", 1);
        assert_ne!(rewritten, told);
        std::fs::write(forged.join(trail), rewritten).expect("written");
        let words = said(&forged, None).join("\n");
        assert!(
            words.contains("与哈希链不符") && words.contains("内容与清单不符"),
            "{words}"
        );

        // So are a decision whose text, decider or signature is another.
        assert_eq!(
            (sound.seals.hold, sound.seals.without_key),
            (1, 0),
            "{:?}",
            sound.seals
        );
        assert_eq!(sound.seals.keys.len(), 2);
        let told = text(&root, decisions);
        let decider = format!("\"decided_by\":\"{}\"", secretary.actor().name);
        for (name, from, to, words) in [
            ("text", CLEAN, "什么也不做", "承诺原文或核验码与签章不符"),
            ("decider", &decider, "\"decided_by\":\"别人\"", "与它的签章对不上"),
            (
                "signature",
                "\"signature\":\"30",
                "\"signature\":\"31",
                "SM2 签名不对",
            ),
        ] {
            let changed = told.replace(from, to);
            assert_ne!(changed, told, "{name}");
            let other = fresh(name);
            std::fs::write(other.join(decisions), changed).expect("written");
            let said = said(&other, None).join("\n");
            assert!(said.contains(words), "{name}: {said}");
            assert_eq!(check(&other, None).expect("readable").seals.hold, 0, "{name}");
        }
    }
}

/// What the demo leaves out: a photograph as evidence, and an objection with a contact.
async fn add_evidence(house: &House) {
    let public = house.visitor().get("/open-data/pledges.json").await.expect(200);
    let public: serde_json::Value = serde_json::from_str(&public.text).expect("json");
    let all = public["rows"].as_array().expect("pledges");
    let last = all
        .iter()
        .max_by_key(|p| p["published_at"].as_str().map(str::to_owned))
        .expect("a pledge");
    let at: jiff::Timestamp = last["published_at"]
        .as_str()
        .expect("a time")
        .parse()
        .expect("a time with its zone");
    let at = at.as_microsecond();
    house.app.clock().set(at + 60_000_000);
    let objection = app::publication::RaiseObjection {
        pledge: last["id"].as_str().expect("an id").to_owned(),
        words: "等候时间没有写清楚".to_owned(),
        contact: "13912345678".to_owned(),
    };
    let raised = house.app.execute(&Actor::public(), objection).await;
    raised.expect("raised");
    house.app.clock().set(testkit::NOON);
    let items = house.visitor().get("/open-data/items.json").await.expect(200);
    let items: serde_json::Value = serde_json::from_str(&items.text).expect("json");
    let items = items["rows"].as_array().expect("items");
    let picture =
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\x58\0\0\x01\x2c\x08\x06\0\0\0____\0\0\0\0IEND____";
    for item in items
        .iter()
        .filter(|i| i["pledger"] == "person" && i["claim"].is_null())
    {
        let Some(holder) = house.demo.people.iter().find(|p| item["name"] == p.name.as_str()) else {
            continue;
        };
        let member = house.as_person(&holder.id).await;
        let path = format!("/my-pledge/items/{}/report", item["id"].as_str().expect("an id"));
        let sent = [("words", "现场照片见附件"), ("claim", ""), ("amount", "")];
        let reply = member.upload(&path, &sent, "file", "../现场.png", picture).await;
        if reply.status.as_u16() == 303 {
            return;
        }
    }
    panic!("nobody could report");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_half_made_looks_whole() {
    let house = House::sqlite().await;
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let key = |error: app::Error| error.problems().expect("refused").0[0].key;
    std::fs::create_dir(at("full")).expect("made");
    std::fs::write(at("full/letter.txt"), "x").expect("written");
    let refused = export(&house, &at("full")).await.expect_err("not empty");
    assert_eq!(key(refused), "problem.package.not_empty");
    assert_eq!(files(&at("full")).len(), 1);
    std::fs::create_dir(at("once.partial")).expect("made");
    let refused = export(&house, &at("once")).await.expect_err("a rest");
    assert_eq!(key(refused), "problem.package.partial");
    let shelf = FolderShelf::new(&at("dropped")).expect("free");
    assert!(at("dropped.partial").is_dir() && !at("dropped").exists());
    drop(shelf);
    assert!(!at("dropped.partial").exists() && !at("dropped").exists());

    // A campaign without a form makes a package all the same, into an empty folder that is there.
    std::fs::create_dir(at("empty")).expect("made");
    let written = export(&house, &at("empty")).await.expect("written");
    assert!(written.files > 0, "{written:?}");
    assert!(check(&at("empty"), None).expect("readable").faults.is_empty());
    let begin = ExportPackage {
        campaign: "7".to_owned(),
    };
    let refused = house.run(begin).await.expect_err("no seventh campaign");
    assert_eq!(key(refused), "problem.package.no_campaign");
}

fn unpack(zip: &[u8], to: &Path) -> PathBuf {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).expect("a ZIP with its end");
    archive.extract(to).expect("unpacked");
    let mut top = std::fs::read_dir(to).expect("a folder");
    top.next().expect("one folder").expect("readable").path()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_takes_a_whole_campaign_away_in_one_act() {
    let mut databases = vec![Database::sqlite().await];
    databases.extend(Database::postgres().await);
    for database in databases {
        let house = House::whole(database).await;
        add_evidence(&house).await;
        let office = house.as_role(Role::CampaignOffice).await;
        let page = office.get("/documents/package").await.expect(200);
        assert!(page.words().contains("保管期限") && page.words().contains("不足 5 票的不显示"));
        let english = office
            .clone()
            .in_english()
            .get("/documents/package")
            .await
            .expect(200);
        assert!(
            english.words().contains("Evidence package"),
            "{}",
            english.words()
        );
        for role in [Role::BranchSecretary, Role::Supervisor, Role::SystemAdmin] {
            let other = house.as_role(role).await;
            other.get("/documents/package").await.expect(403);
            other.post("/documents/package", &[]).await.expect(403);
        }
        office.post_without_token("/documents/package").await.expect(403);
        let wrong = office
            .post("/documents/package", &[("campaign", "nowhere")])
            .await
            .expect(404);
        assert!(wrong.words().contains("没有这个活动"), "{}", wrong.words());

        let answer = office
            .post("/documents/package", &[("campaign", &house.demo.campaign)])
            .await
            .expect(200);
        assert_eq!(answer.headers["content-type"], "application/zip");
        let folder = tempfile::tempdir().expect("a folder");
        let root = unpack(&answer.bytes, folder.path());
        let checked = check(&root, None).expect("readable");
        assert!(checked.faults.is_empty(), "{:?}", checked.faults);
        assert!(checked.files > 100 && checked.entries > 100, "{checked:?}");
        assert!(
            checked.seals.hold > 20 && checked.seals.without_key == 0,
            "{:?}",
            checked.seals
        );
        assert!(sha256sum(&root) && openssl(&root) == [true, true]);
        crate::package_office::inspect(&house, &office, &root).await;

        let all = files(&root);
        for series in [
            "党支部承诺书",
            "个人承诺书",
            "审核决定",
            "公示证明",
            "评诺结果",
            "整改材料",
            "督查记录",
            "随机抽取",
            "异议与更正",
            "佐证材料",
            "公开日志",
            "审计摘录",
        ] {
            assert!(all.iter().any(|f| f.contains(&format!("/{series}"))), "{series}");
        }
        let (pdf, ofd) = (".pdf", ".ofd");
        let stems = |ending: &str| -> BTreeSet<String> {
            // Evidence stands as it was handed in.
            all.iter()
                .filter(|f| !f.contains("/佐证材料"))
                .filter_map(|f| Some(f.strip_suffix(ending)?.to_owned()))
                .collect()
        };
        assert_eq!(stems(pdf), stems(ofd), "every paper in both formats");
        // The page needs no server: no script, nothing fetched, every link leads to a file of the package.
        let index = text(&root, "index.html");
        assert!(!index.contains("<script") && !index.contains("://") && !index.contains("src="));
        let links: Vec<_> = index
            .split("href=\"")
            .skip(1)
            .filter_map(|r| r.split('"').next())
            .collect();
        assert!(links.len() > checked.files - 20, "{}", links.len());
        for link in links {
            let bytes: String = form_urlencoded::parse(format!("x={link}").as_bytes())
                .map(|(_, v)| v.into_owned())
                .collect();
            assert!(all.contains(&bytes), "{link}");
        }
        let metadata: serde_json::Value =
            serde_json::from_str(&text(&root, "metadata.json")).expect("metadata");
        let listed = metadata["files"].as_array().expect("files");
        let codes: BTreeSet<&str> = listed
            .iter()
            .filter_map(|f| f["archival_code"].as_str())
            .collect();
        assert_eq!(
            i64::try_from(codes.len()).ok(),
            metadata["items"].as_i64(),
            "one code an item"
        );
        for file in listed {
            assert!(all.contains(file["computer_file_name"].as_str().expect("a name")));
        }
        let find = |end: &str| all.iter().find(|f| f.ends_with(end)).expect("there");
        let objections = all.iter().filter(|f| f.ends_with("异议与更正.csv"));
        let objections: String = objections.map(|f| text(&root, f)).collect();
        assert!(objections.contains("等候时间没有写清楚") && objections.contains("还没有答复"));
        let photo = find("现场.png");
        let sum = domain::canonical::sha256_hex(&std::fs::read(root.join(photo)).expect("the photograph"));
        assert!(
            text(&root, find("佐证材料.csv")).contains(&sum),
            "the list names its sum"
        );
        let draw = all
            .iter()
            .find(|f| f.contains("/随机抽取/") && f.ends_with(".json"))
            .expect("a draw");
        let again = domain::draw::DrawFile::read(&text(&root, draw)).expect("a draw file");
        assert!(
            domain::draw::replay(&again, None).expect("replayed").hashes_agree,
            "{draw}"
        );
        // Nothing anonymous gains a name: no ballot, no code, no receipt, no opinion leaves.
        for file in all
            .iter()
            .filter(|f| f.ends_with(".jsonl") || f.ends_with(".csv") || f.ends_with(".json"))
        {
            let words = text(&root, file);
            for secret in [
                "ballot.cast",
                "opinion.give",
                "feedback.give",
                "receipt_hash",
                "code_hash",
                "account.sign_in",
                "13912345678",
            ] {
                assert!(!words.contains(secret), "{file} tells {secret}");
            }
        }
        let auditor = house.as_role(Role::AuditAdmin).await;
        let trail = auditor.get("/audit?act=package.export").await.expect(200);
        assert!(trail.words().contains("导出档案包"), "{}", trail.words());
    }
}
