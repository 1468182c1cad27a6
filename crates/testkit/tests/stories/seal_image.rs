//! Pictures of seals: kept by somebody who decides nothing, set on paper by whoever decides for the unit, at the time.

use crate::review::{CLEAN, confirm_all, hand_in, member, send, shown, submit};
use app::demo::Step;
use app::pledge::Desk;
use app::seal_image::ListSeals;
use domain::access::Role;
use testkit::{Client, House, NOON, Reply};

const MINUTE: i64 = 60_000_000;

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut checked = kind.to_vec();
    checked.extend(data);
    let mut crc = u32::MAX;
    for byte in &checked {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    let length = u32::try_from(data.len()).expect("small").to_be_bytes();
    [&length[..], &checked, &(!crc).to_be_bytes()].concat()
}

/// A red ring on a transparent ground as a PNG picture, with a remark in it that says where it came from.
pub(crate) fn seal(wide: u32, high: u32) -> Vec<u8> {
    drawn(wide, high, 255)
}

/// A picture transparent all over.
fn blank() -> Vec<u8> {
    drawn(200, 200, 0)
}

fn drawn(wide: u32, high: u32, ink: u8) -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..high {
        rows.push(0);
        for x in 0..wide {
            let middle = |at: u32, side: u32| f64::from(at) / f64::from(side) - 0.5;
            let far = middle(x, wide).hypot(middle(y, high));
            let inked = far < 0.48 && far > 0.42;
            rows.extend([200, 16, 16, if inked { ink } else { 0 }]);
        }
    }
    let (mut a, mut b) = (1u32, 0u32);
    for byte in &rows {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    let mut packed = vec![0x78, 1];
    let last = rows.len().div_ceil(65_535);
    for (at, part) in (1..).zip(rows.chunks(65_535)) {
        let length = u16::try_from(part.len()).expect("a block");
        packed.push(u8::from(at == last));
        packed.extend(length.to_le_bytes());
        packed.extend((!length).to_le_bytes());
        packed.extend(part);
    }
    packed.extend(((b << 16) | a).to_be_bytes());
    let mut head = [wide.to_be_bytes(), high.to_be_bytes()].concat();
    head.extend([8, 6, 0, 0, 0]);
    let parts = [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &head),
        chunk(b"tEXt", b"Comment\0scanned in room 305"),
        chunk(b"IDAT", &packed),
        chunk(b"IEND", b""),
    ];
    parts.concat()
}

pub(crate) async fn keep(guard: &Client, unit: &str, name: &str, bytes: &[u8]) -> Reply {
    let fields = [("unit", unit), ("name", name)];
    guard.upload("/seals", &fields, "file", "seal.png", bytes).await
}

/// How many pictures another program finds in a PDF, masks not counted, and its text without white space.
pub(crate) fn pictures(pdf: &[u8]) -> (usize, String) {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), pdf).expect("written");
    let said = |program: &str, before: &[&str], behind: &[&str]| {
        let mut command = std::process::Command::new(program);
        let output = command.args(before).arg(file.path()).args(behind).output();
        String::from_utf8_lossy(&output.expect("poppler-utils").stdout).into_owned()
    };
    let list = said("pdfimages", &["-list"], &[]);
    assert!(list.starts_with("page"), "pdfimages reads it");
    let found = list
        .lines()
        .filter(|l| l.split_whitespace().nth(2) == Some("image"));
    let text = said("pdftotext", &["-raw"], &["-"]);
    (found.count(), text.split_whitespace().collect())
}

async fn on_paper(who: &Client, path: &str) -> usize {
    let pdf = who.get(path).await.expect(200);
    let (found, text) = pictures(&pdf.bytes);
    assert_eq!(
        text.matches("印章图样，效力以核验码为准").count(),
        found,
        "{path}"
    );
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seal_stands_where_its_unit_decided_while_it_held() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let guard = house.as_role(Role::SecurityAdmin).await;
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let own = "/my-pledge/files/form.pdf";
        let mut authors = Vec::new();
        let mut pledges = Vec::new();
        for nth in 0..3 {
            let author = member(&house, &branch, nth).await;
            pledges.push(hand_in(&house, author.actor(), Desk::Own, CLEAN).await);
            authors.push(author);
        }
        let confirm = async |nth: usize| {
            let done = confirm_all(&house, secretary.actor(), &pledges[nth]).await;
            done.expect("confirmed");
        };
        confirm(0).await;
        house.app.clock().set(NOON + MINUTE);
        keep(&guard, &branch, "", &seal(300, 300)).await.expect(303);
        confirm(1).await;
        assert_eq!(
            on_paper(&authors[0], own).await,
            0,
            "decided before the picture was kept"
        );
        assert_eq!(on_paper(&authors[1], own).await, 1);
        assert_eq!(on_paper(&authors[2], own).await, 0, "handed in, not decided");
        assert_eq!(on_paper(&secretary, "/forms/blank-person.pdf").await, 0);
        let form = shown(&house, &secretary, &pledges[2]).await;
        let back = [
            ("verdict", "return"),
            ("reasons", "no_target"),
            ("message", "请写明哪些孕妇"),
        ];
        send(&secretary, &pledges[2], &form, &back).await.expect(303);
        assert_eq!(on_paper(&authors[2], own).await, 0, "returned");
        for other in ["docx", "ofd", "html"] {
            authors[1]
                .get(&format!("/my-pledge/files/form.{other}"))
                .await
                .expect(200);
        }

        // Another picture in its place, then none: what was decided keeps the one that held, to the last byte.
        let first = authors[1].get(own).await.expect(200).bytes;
        house.app.clock().set(NOON + 2 * MINUTE);
        keep(&guard, &branch, "新章", &seal(300, 200)).await.expect(303);
        let seals = house.app.query(guard.actor(), ListSeals).await.expect("listed");
        let line = seals.iter().find(|l| l.unit.id == branch).expect("the branch");
        assert_eq!(line.before[0].valid_until, Some(NOON + 2 * MINUTE));
        let now = line.now.as_ref().expect("in force").clone();
        guard
            .post(&format!("/seals/{}/withdraw", now.id), &[])
            .await
            .expect(303);
        guard
            .post(&format!("/seals/{}/withdraw", now.id), &[])
            .await
            .expect(404);
        house.app.clock().set(NOON + 3 * MINUTE);
        submit(&house, authors[2].actor(), &pledges[2], CLEAN).await;
        confirm(2).await;
        assert_eq!(on_paper(&authors[2], own).await, 0, "withdrawn");
        assert!(
            authors[1].get(own).await.expect(200).bytes == first,
            "the same bytes"
        );
        let all = secretary
            .get(&format!("/forms/branch/{branch}.pdf"))
            .await
            .expect(200);
        assert_eq!(pictures(&all.bytes).0, 1);
        let page = guard.get("/seals").await.expect(200).words();
        assert!(page.contains("新章") && page.contains("停用"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_committee_has_its_own_and_a_line_leader_none() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let guard = house.as_role(Role::SecurityAdmin).await;
        let seals = house.app.query(guard.actor(), ListSeals).await.expect("listed");
        let committee = seals.iter().find(|l| l.unit.kind == "party_committee");
        let committee = committee.expect("a committee").unit.id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let leader = house.as_role_of(Role::LineLeader, Some(&branch)).await;
        let decider = house
            .demo
            .accounts
            .iter()
            .find(|h| h.role == Role::PartyCommittee);
        let decider = house.sign_in(&decider.expect("a member of it").account).await;
        keep(&guard, &branch, "支部章", &seal(200, 200)).await.expect(303);

        let unit = hand_in(&house, secretary.actor(), Desk::Branch(branch.clone()), CLEAN).await;
        let own = hand_in(&house, secretary.actor(), Desk::Own, CLEAN).await;
        let path = format!("/forms/{unit}.pdf");
        confirm_all(&house, leader.actor(), &own)
            .await
            .expect("confirmed");
        assert_eq!(on_paper(&secretary, &format!("/forms/{own}.pdf")).await, 0);
        let office = house.as_role(Role::CampaignOffice).await;
        confirm_all(&house, office.actor(), &unit).await.expect("checked");
        confirm_all(&house, decider.actor(), &unit)
            .await
            .expect("confirmed");
        assert_eq!(
            on_paper(&secretary, &path).await,
            0,
            "the seal of the branch is not the committee's"
        );
        house.app.clock().set(NOON + MINUTE);
        keep(&guard, &committee, "院党委章", &seal(200, 200))
            .await
            .expect(303);
        let other = house.demo.branches[1].id.clone();
        let theirs = house.as_role_of(Role::BranchSecretary, Some(&other)).await;
        let unit = hand_in(&house, theirs.actor(), Desk::Branch(other), CLEAN).await;
        house.app.clock().set(NOON + 2 * MINUTE);
        confirm_all(&house, office.actor(), &unit).await.expect("checked");
        confirm_all(&house, decider.actor(), &unit)
            .await
            .expect("confirmed");
        assert_eq!(on_paper(&theirs, &format!("/forms/{unit}.pdf")).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_is_told_in_a_sentence_and_nobody_else_sees_a_seal() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let guard = house.as_role(Role::SecurityAdmin).await;
        let good = seal(64, 64);
        let bad: [(Vec<u8>, u16, &str); 8] = [
            (b"MZ no picture".to_vec(), 422, "不是能打印的图片"),
            (b"%PDF-1.7 paper".to_vec(), 422, "不是能打印的图片"),
            (good[..good.len() / 2].to_vec(), 422, "不是能打印的图片"),
            (seal(2001, 1), 422, "都不能超过 2000 像素"),
            (seal(1, 1), 422, "边长至少 60 像素"),
            (blank(), 422, "空白的"),
            (vec![0; 1024 * 1024 + 1], 413, "超过 1 MB"),
            (Vec::new(), 422, "请选择图样文件"),
        ];
        for (bytes, status, told) in bad {
            let page = keep(&guard, &branch, "支部印章甲", &bytes).await.expect(status);
            assert!(page.words().contains(told), "{}", page.words());
            assert!(page.text.contains("支部印章甲"), "nothing typed is lost");
        }
        // The head of a picture and pixels that are not those of one: only decoding finds it.
        let mut broken = good.clone();
        let middle = broken.len() / 2;
        broken[middle..middle + 64].fill(0x5A);
        keep(&guard, &branch, "", &broken).await.expect(422);
        keep(&guard, "nobody", "", &good).await.expect(422);

        keep(&guard, &branch, "支部印章甲", &good).await.expect(303);
        let seals = house.app.query(guard.actor(), ListSeals).await.expect("listed");
        let kept = seals.into_iter().find_map(|l| l.now).expect("kept");
        let path = format!("/files/{}", kept.file_id);
        let file = guard.get(&path).await.expect(200);
        assert!(
            !file.text.contains("room 305"),
            "what describes a picture is cut out"
        );
        for role in [
            Role::CampaignOffice,
            Role::PartyCommittee,
            Role::BranchSecretary,
            Role::Participant,
            Role::Supervisor,
            Role::SystemAdmin,
            Role::AuditAdmin,
        ] {
            let other = house.as_role(role).await;
            other.get("/seals").await.expect(403);
            keep(&other, &branch, "", &good).await.expect(403);
            other
                .post(&format!("/seals/{}/withdraw", kept.id), &[])
                .await
                .expect(403);
            other.get(&path).await.expect(404);
        }
        assert_ne!(house.visitor().get(&path).await.status, 200);
        let author = member(&house, &branch, 0).await;
        let pledge = hand_in(&house, author.actor(), Desk::Own, CLEAN).await;
        let refused = confirm_all(&house, guard.actor(), &pledge).await;
        assert!(refused.is_err(), "who keeps the seals decides nothing");
        guard.get(&format!("/forms/{pledge}.pdf")).await.expect(403);
    }
}
