//! Forms stamped by hand: printed, stamped, scanned, attached to the decision by those who may take it or the office.

use crate::package::{export, files, said};
use crate::review::{CLEAN, confirm_all, hand_in, member, submit};
use crate::seal_image::{keep, pictures, seal};
use app::demo::Step;
use app::pledge::Desk;
use app::stamped::FindStamped;
use domain::access::Role;
use testkit::{Client, House, NOON, Reply};

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
const MINUTE: i64 = 60_000_000;

async fn decision(house: &House, who: &Client, pledge: &str) -> String {
    let found = house.app.query(who.actor(), FindStamped(pledge.to_owned())).await;
    found
        .expect("may look")
        .decision
        .map_or_else(String::new, |d| d.id)
}

async fn attach(who: &Client, pledge: &str, decision: &str, name: &str, bytes: &[u8]) -> Reply {
    let path = format!("/stamped/{pledge}");
    who.upload(&path, &[("decision", decision)], "file", name, bytes)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stamped_scan_stands_beside_the_decision_in_place_of_the_picture() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let guard = house.as_role(Role::SecurityAdmin).await;
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let office = house.as_role(Role::CampaignOffice).await;
        let author = member(&house, &branch, 0).await;
        let pledge = hand_in(&house, author.actor(), Desk::Own, CLEAN).await;
        let path = format!("/stamped/{pledge}");

        // Paper decides nothing: without the decision on screen there is nothing to attach to.
        let early = secretary.get(&path).await.expect(200);
        assert!(early.words().contains("还没有定诺") && !early.text.contains("type=\"file\""));
        attach(&secretary, &pledge, "", "a.pdf", PDF).await.expect(409);
        keep(&guard, &branch, "", &seal(200, 200)).await.expect(303);
        house.app.clock().set(NOON + MINUTE);
        confirm_all(&house, secretary.actor(), &pledge)
            .await
            .expect("confirmed");
        let form = format!("/forms/{pledge}.pdf");
        assert_eq!(pictures(&secretary.get(&form).await.expect(200).bytes).0, 1);

        let page = secretary.get(&path).await.expect(200);
        assert!(
            page.words().contains("定诺以网上的审核决定为准"),
            "{}",
            page.words()
        );
        let decided = decision(&house, &secretary, &pledge).await;
        attach(&secretary, &pledge, &decided, "扫描.png", &seal(300, 400))
            .await
            .expect(303);
        let page = secretary.get(&path).await.expect(200).words();
        let line = format!("（2026年11月24日 12:01，{} 附）", secretary.actor().name);
        assert!(page.contains(&line), "{page}");
        let (found, text) = pictures(&secretary.get(&form).await.expect(200).bytes);
        assert_eq!(found, 0, "the paper was stamped itself");
        assert!(
            text.contains("纸质盖章，附扫描件") && text.contains("审核通过"),
            "{text}"
        );
        let all = secretary
            .get(&format!("/forms/branch/{branch}.pdf"))
            .await
            .expect(200);
        assert!(pictures(&all.bytes).1.contains("纸质盖章，附扫描件"));
        let html = author.get("/my-pledge/files/form.html").await.expect(200);
        assert!(String::from_utf8_lossy(&html.bytes).contains("纸质盖章，附扫描件"));
        for (who, at) in [
            (&author, "/my-pledge".to_owned()),
            (&office, format!("/review/{pledge}")),
        ] {
            let page = who.get(&at).await.expect(200).words();
            assert!(page.contains("纸质盖章，附扫描件"), "{page}");
        }

        // The office for the secretary: the later scan holds, the earlier stays.
        house.app.clock().set(NOON + 2 * MINUTE);
        attach(&office, &pledge, &decided, "a.pdf", PDF).await.expect(303);
        let seen = house
            .app
            .query(office.actor(), FindStamped(pledge.clone()))
            .await
            .expect("seen");
        let kinds: Vec<&str> = seen.scans.iter().map(|s| s.media_type.as_str()).collect();
        assert_eq!(kinds, ["application/pdf", "image/png"]);
        for scan in &seen.scans {
            let file = format!("/files/{}", scan.file_id);
            author.get(&file).await.expect(200);
            let other = house
                .as_role_of(Role::BranchSecretary, Some(&house.demo.branches[1].id))
                .await;
            other.get(&file).await.expect(404);
            other.get(&path).await.expect(404);
            assert_eq!(attach(&other, &pledge, &decided, "a.pdf", PDF).await.status, 404);
        }
        // What another decision was stamped for does not carry over: a new version is stamped anew.
        author
            .post("/my-pledge/amend", &[("pledge", &pledge), ("reason", "人数有变")])
            .await
            .expect(303);
        submit(
            &house,
            author.actor(),
            &pledge,
            "每月为30名孕妇讲一次孕期营养课，全年不少于12次",
        )
        .await;
        attach(&secretary, &pledge, &decided, "a.pdf", PDF)
            .await
            .expect(409);
        let late = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        confirm_all(&house, late.actor(), &pledge)
            .await
            .expect("confirmed anew");
        let text = pictures(&late.get(&form).await.expect(200).bytes).1;
        assert!(!text.contains("纸质盖章"), "{text}");
        attach(&late, &pledge, &decided, "a.pdf", PDF).await.expect(409);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_scan_is_refused_in_one_sentence_and_nobody_attaches_his_own() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let leader = house.as_role_of(Role::LineLeader, Some(&branch)).await;
        let author = member(&house, &branch, 0).await;
        let pledge = hand_in(&house, author.actor(), Desk::Own, CLEAN).await;
        let own = hand_in(&house, secretary.actor(), Desk::Own, CLEAN).await;
        confirm_all(&house, secretary.actor(), &pledge)
            .await
            .expect("confirmed");
        confirm_all(&house, leader.actor(), &own)
            .await
            .expect("confirmed");
        let decided = decision(&house, &secretary, &pledge).await;

        let picture = seal(300, 300);
        let mut wide = picture.clone();
        wide[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        let many = seal(9_000, 1)[..33].to_vec();
        let mut pixels = many.clone();
        pixels[16..24].copy_from_slice(&[0, 0, 0x20, 0, 0, 0, 0x20, 0]);
        pixels.extend(&picture[33..]);
        let mut spoilt = picture.clone();
        spoilt[picture.len() / 2] ^= 0xFF;
        let odd: [(&[u8], u16, &str); 9] = [
            (b"", 422, "请选择扫描件"),
            (b"\0\0\0\0", 422, "这个文件打不开"),
            (b"GIF89a", 422, "这个文件打不开"),
            (&picture[..picture.len() - 40], 422, "这个文件打不开"),
            (&spoilt, 422, "这个文件打不开"),
            (&wide, 422, "图片太大"),
            (&pixels, 422, "图片太大"),
            (b"%PDF-1.4 and then it broke off", 422, "这个文件打不开"),
            (&vec![b'x'; 8 * 1024 * 1024 + 1], 413, "超过 8 MB"),
        ];
        for (bytes, status, said) in odd {
            let back = attach(&secretary, &pledge, &decided, "../..\\b.pdf", bytes)
                .await
                .expect(status);
            assert!(back.words().contains(said), "{}", back.words());
            assert_eq!(back.text.matches("href=\"#f-file\"").count(), 1, "one sentence");
        }
        let seen = house
            .app
            .query(secretary.actor(), FindStamped(pledge.clone()))
            .await
            .expect("seen");
        assert!(seen.scans.is_empty(), "nothing was kept");

        // His own was decided by the line leader, and is stamped by him.
        let theirs = decision(&house, &secretary, &own).await;
        let page = secretary.get(&format!("/stamped/{own}")).await.expect(200);
        assert!(!page.text.contains("type=\"file\"") && page.words().contains("不能给自己的承诺附"));
        attach(&secretary, &own, &theirs, "a.pdf", PDF).await.expect(403);
        attach(&leader, &own, &theirs, "a.pdf", PDF).await.expect(303);
        let denied = attach(&author, &pledge, &decided, "a.pdf", PDF).await.status;
        assert!(denied == 403 || denied == 404, "{denied}");
        // Whoever stamps a form prints it; nobody else does by this way.
        let form = |pledge: &str| format!("/stamped/{pledge}/form.pdf");
        leader.get(&form(&own)).await.expect(200);
        let page = leader.get(&format!("/stamped/{own}")).await.expect(200);
        assert!(page.text.contains(&form(&own)), "the page gives it");
        secretary.get(&form(&own)).await.expect(404);
        secretary.get(&form(&pledge)).await.expect(200);
        let denied = author.get(&form(&pledge)).await.status;
        assert!(denied == 403 || denied == 404, "{denied}");
        leader.get(&format!("/stamped/{own}/other.pdf")).await.expect(404);
        let unit = hand_in(&house, secretary.actor(), Desk::Branch(branch.clone()), CLEAN).await;
        let office = house.as_role(Role::CampaignOffice).await;
        confirm_all(&house, office.actor(), &unit).await.expect("checked");
        let committee = house
            .demo
            .accounts
            .iter()
            .find(|h| h.role == Role::PartyCommittee && h.person != leader.actor().person);
        let committee = house.sign_in(&committee.expect("a member of it").account).await;
        committee.get(&form(&unit)).await.expect(404);
        confirm_all(&house, committee.actor(), &unit)
            .await
            .expect("confirmed");
        let page = committee.get(&format!("/stamped/{unit}")).await.expect(200);
        assert!(page.text.contains(&form(&unit)), "{}", page.words());
        let printed = committee.get(&form(&unit)).await.expect(200);
        assert!(pictures(&printed.bytes).1.contains("审核通过"));
        for ending in ["docx", "ofd"] {
            committee
                .get(&format!("/stamped/{unit}/form.{ending}"))
                .await
                .expect(200);
        }
        let elsewhere = committee.get(&format!("/forms/{unit}.pdf")).await.status;
        assert!(elsewhere == 403 || elsewhere == 404, "{elsewhere}");

        // Too much for any request: the reader stays where he works, and is told the limit and the way back.
        let path = format!("/stamped/{own}");
        let huge = vec![b'x'; 25 * 1024 * 1024];
        let told = attach(&leader, &own, &theirs, "a.pdf", &huge).await.expect(413);
        assert!(told.words().contains("一次最多传 24 MB"), "{}", told.words());
        assert!(told.text.contains(&format!("href=\"{path}\"")), "{}", told.text);
        assert!(
            told.text.contains("id=\"menu\"") && !told.words().contains("登录"),
            "{}",
            told.words()
        );
        let english = secretary
            .in_english()
            .get(&format!("/stamped/{pledge}"))
            .await
            .expect(200);
        assert!(
            english
                .words()
                .contains("What counts is the decision taken on screen")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_package_of_a_campaign_holds_the_scan_beside_the_form() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let author = member(&house, &branch, 0).await;
        let pledge = hand_in(&house, author.actor(), Desk::Own, CLEAN).await;
        confirm_all(&house, secretary.actor(), &pledge)
            .await
            .expect("confirmed");
        let decided = decision(&house, &secretary, &pledge).await;
        attach(&secretary, &pledge, &decided, "a.pdf", PDF)
            .await
            .expect(303);
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("package");
        export(&house, &root).await.expect("written");
        assert!(said(&root, None).is_empty(), "{:?}", said(&root, None));
        let scans: Vec<String> = files(&root)
            .into_iter()
            .filter(|f| f.ends_with(".scan.pdf"))
            .collect();
        assert_eq!(scans.len(), 1, "{scans:?}");
        assert_eq!(std::fs::read(root.join(&scans[0])).expect("there"), PDF);
        let form = scans[0].replace(".scan.pdf", ".pdf");
        assert!(root.join(&form).is_file(), "{form} lies beside it");
        let page = std::fs::read_to_string(root.join("index.html")).expect("the page");
        assert_eq!(
            page.matches("盖章扫描件（PDF）</a>").count(),
            1,
            "the page says which is which"
        );
    }
}
