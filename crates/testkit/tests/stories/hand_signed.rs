//! Signatures drawn on a pad: beside the typed name, bound to what was signed, on the form and nowhere else.

use crate::moving::{archive, take};
use crate::pledge::hidden;
use crate::review::{DAY, confirm_all, look, member};
use app::demo::Step;
use app::pledge::Printable;
use app::seal::FindSeals;
use domain::access::{Actor, Role};
use store::{Act, Tx, args, sql};
use testkit::{Client, Database, House, NOON, Reply};

const WORDS: &str = "2027年6月30日前，为首次生育的产妇做产前一对一讲解，共40人";
const DRAWN: &str = "[[[60,80],[240,70]],[[150,20],[150,260]],[[70,250],[230,250]],[[400,60]]]";
const PATH: &str = "M60 80L240 70M150 20L150 260M70 250L230 250M400 60L400 60";

/// Writes one deed and leads to the page on which it is signed.
async fn written(client: &Client, base: &str) -> Reply {
    client
        .post(&format!("{base}/start"), &[("reason", "口头承诺")])
        .await
        .expect(303);
    let deed = format!("{base}/write/practical_deed");
    let revision = hidden(&client.get(&deed).await.expect(200), "revision");
    let sent = [
        ("revision", revision.as_str()),
        ("sentence", "own"),
        ("own", WORDS),
        ("go", "next"),
    ];
    client.post(&deed, &sent).await.expect(303);
    client.get(&format!("{base}/sign")).await.expect(200)
}

async fn sign(client: &Client, base: &str, name: &str, drawn: &str) -> Reply {
    let path = format!("{base}/sign");
    let revision = hidden(&client.get(&path).await.expect(200), "revision");
    let sent = [
        ("revision", revision.as_str()),
        ("channels", "notice_board"),
        ("consent", "1"),
        ("signature", name),
        ("due_date", "2027年6月30日"),
        ("drawn", drawn),
    ];
    client.post(&path, &sent).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_hands_in_a_drawn_signature_bound_like_one_of_the_page() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let who = member(&house, &branch, 0).await;
        let items = serde_json::json!({ "items": [{ "kind": "practical_deed", "content": WORDS, "due_date": "2027-06-30" }] });
        house.app.clock().set(NOON - 3 * DAY);
        let who = house
            .as_person(&who.actor().person.clone().expect("a person"))
            .await;
        let told = who.json("PUT", "/api/v1/my-pledge", &items).await.expect(200);
        let told: serde_json::Value = serde_json::from_str(&told.text).expect("json");
        let sent = |drawn: serde_json::Value| {
            serde_json::json!({
                "revision": told["pledge"]["revision"], "channels": ["notice_board"], "signature": who.actor().name,
                "drawn": drawn, "consent": true,
            })
        };
        let at = "/api/v1/my-pledge/submit";
        for wrong in [
            serde_json::json!([[[901, 1], [1, 200]]]),
            serde_json::json!([[[1, 1]]]),
            serde_json::json!("M0 0"),
        ] {
            who.json("POST", at, &sent(wrong)).await.expect(422);
        }
        let drawn: serde_json::Value = serde_json::from_str(DRAWN).expect("strokes");
        who.json("POST", at, &sent(drawn)).await.expect(200);
        let form = who.get("/my-pledge/files/form.pdf").await.expect(200);
        assert_eq!(lines(&form.bytes).0, 4, "it stands on the form");
        let set = Printable {
            pledge: told["pledge"]["id"].as_str().expect("an id").to_owned(),
        };
        let set = house.app.query(who.actor(), set).await.expect("printable");
        let ink = domain::pledge::Ink::parse(DRAWN).expect("strokes").expect("ink");
        let version = set.forms[0].filed.versions.last().expect("a version");
        assert!(
            version.content.contains(&ink.sha256()),
            "the frozen text binds the drawing"
        );
        house.app.clock().set(NOON);
    }
}

/// How many lines with round ends another program finds in a PDF, and its text without white space.
fn lines(pdf: &[u8]) -> (usize, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, drawn) = (folder.path().join("a.pdf"), folder.path().join("a.svg"));
    std::fs::write(&file, pdf).expect("written");
    let run = |program: &str, end: &[&std::ffi::OsStr]| {
        let output = std::process::Command::new(program).args(end).output();
        String::from_utf8_lossy(&output.expect("poppler-utils").stdout).into_owned()
    };
    run("pdftocairo", &["-svg".as_ref(), file.as_ref(), drawn.as_ref()]);
    let svg = std::fs::read_to_string(&drawn).expect("drawn");
    let text = run("pdftotext", &["-raw".as_ref(), file.as_ref(), "-".as_ref()]);
    let round = svg.matches("stroke-linecap:round").count();
    (round, text.split_whitespace().collect())
}

fn ofd_lines(ofd: Vec<u8>) -> usize {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(ofd)).expect("an OFD file");
    let mut text = String::new();
    let mut part = zip.by_name("Doc_0/Pages/Page_0/Content.xml").expect("its page");
    std::io::Read::read_to_string(&mut part, &mut text).expect("read");
    text.matches("Cap=\"Round\"").count()
}

/// Another drawing in the place of the one that was signed, behind the product's back.
struct Forge(String, &'static str);

impl Act for Forge {
    type Out = u64;
    async fn run(&self, tx: &mut Tx) -> store::Result<u64> {
        tx.execute(
            sql!("UPDATE pledge_signature SET strokes = $2 WHERE organization_id = $1"),
            args![&self.0, self.1],
        )
        .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawn_signature_stands_on_the_form_and_nowhere_else() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        // While filing was open.
        house.app.clock().set(NOON - 3 * DAY);
        let author = member(&house, &branch, 0).await;
        let own = author.actor().name.clone();
        let page = written(&author, "/my-pledge").await;
        assert!(page.text.contains("data-pad") && page.text.contains("/pad.js"));
        assert!(!page.text.contains("<script>"), "no script inside the page");

        // The typed name is what counts: without it the drawing signs nothing, and waits for it.
        let back = sign(&author, "/my-pledge", "", DRAWN).await.expect(422);
        assert!(
            back.text.contains("href=\"#f-signature\"") && back.text.contains(&format!("value=\"{DRAWN}\""))
        );
        let done = sign(&author, "/my-pledge", &own, DRAWN).await.expect(303);
        assert_eq!(done.location, "/my-pledge/done");
        assert!(author.get("/my-pledge").await.expect(200).text.contains(PATH));
        let form = author.get("/my-pledge/files/form.pdf").await.expect(200);
        let (found, text) = lines(&form.bytes);
        assert_eq!(found, 4, "a line for each stroke");
        assert!(text.contains("本人签名") && text.contains(&own), "{text}");
        let ofd = author.get("/my-pledge/files/form.ofd").await.expect(200).bytes;
        assert!(ofd.len() < 200 * 1024, "{} bytes", ofd.len());
        assert_eq!(ofd_lines(ofd), 4);
        for ending in ["docx", "html"] {
            author
                .get(&format!("/my-pledge/files/form.{ending}"))
                .await
                .expect(200);
        }

        house.app.clock().set(NOON);
        let author = member(&house, &branch, 0).await;
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        // Whoever sees the form sees it; the decision is sealed over the text that holds its hash.
        let pledge = look_for(&house, &author).await;
        let printed = secretary.get(&format!("/forms/{pledge}.pdf")).await.expect(200);
        assert_eq!(lines(&printed.bytes).0, 4);
        let all = format!("/forms/branch/{branch}.pdf");
        let before = lines(&secretary.get(&all).await.expect(200).bytes).0;
        confirm_all(&house, secretary.actor(), &pledge)
            .await
            .expect("confirmed");
        let code = look(&house, &secretary, &pledge).await.decided[0]
            .seal_code
            .clone();
        let seals = house.app.query(&Actor::public(), FindSeals(code.clone())).await;
        assert!(seals.expect("a seal").iter().all(app::seal::SealView::holds));
        let check = house
            .visitor()
            .get(&format!("/verify?code={code}"))
            .await
            .expect(200);
        assert!(!check.text.contains("60,80") && !check.text.contains(PATH));
        let stranger = house
            .as_role_of(Role::BranchSecretary, Some(&house.demo.branches[2].id))
            .await;
        stranger.get(&format!("/forms/{pledge}.pdf")).await.expect(404);

        // It moves with the campaign.
        let folder = tempfile::TempDir::new().expect("a directory");
        let file = folder.path().join("whole.zip");
        archive(&house.app, &file).await;
        let there = Database::sqlite().await;
        let moved = take(&file, &there).await;
        let printable = || Printable {
            pledge: pledge.clone(),
        };
        let set = moved.query(&Actor::machine(), printable()).await.expect("there");
        let ink = set.forms[0].filed.drawn.clone().expect("drawn");
        assert_eq!(ink.text(), DRAWN);

        // Another hand put in later is not shown as a signature.
        let org = house.app.organization().to_owned();
        let act = |strokes| Forge(org.clone(), strokes);
        house
            .app
            .db()
            .act(act("[[[1,1],[300,300]]]"))
            .await
            .expect("forged");
        let form = author.get("/my-pledge/files/form.pdf").await.expect(200);
        let (found, text) = lines(&form.bytes);
        assert_eq!(found, 0);
        assert!(text.contains(&own), "the typed name stands");
        assert_eq!(lines(&secretary.get(&all).await.expect(200).bytes).0 + 4, before);
        house.app.db().act(act(DRAWN)).await.expect("put back");

        // A new version keeps it until it is handed in, and is signed anew.
        author
            .post("/my-pledge/amend", &[("pledge", &pledge), ("reason", "人数有变")])
            .await
            .expect(303);
        let set = house
            .app
            .query(&Actor::machine(), printable())
            .await
            .expect("printed");
        assert!(set.forms[0].filed.drawn.is_some());
        let more = WORDS.replace("40", "60");
        let more = serde_json::json!({ "items": [{ "kind": "practical_deed", "content": more, "due_date": "2027-06-30" }] });
        author.json("PUT", "/api/v1/my-pledge", &more).await.expect(200);
        sign(&author, "/my-pledge", &own, "").await.expect(303);
        let set = house
            .app
            .query(&Actor::machine(), printable())
            .await
            .expect("printed");
        assert_eq!(set.forms[0].filed.drawn, None, "signed by the typed name alone");
        assert!(!author.get("/my-pledge").await.expect(200).text.contains(PATH));
    }
}

async fn look_for(house: &House, author: &Client) -> String {
    let desk = app::pledge::OpenDesk {
        desk: app::pledge::Desk::Own,
    };
    let view = house.app.query(author.actor(), desk).await.expect("a desk");
    view.filed.expect("filed").row.id
}

#[tokio::test(flavor = "multi_thread")]
async fn an_odd_drawing_is_refused_in_one_sentence_and_nothing_typed_is_lost() {
    for house in House::both().await {
        let author = house.as_role(Role::Participant).await;
        let own = author.actor().name.clone();
        written(&author, "/my-pledge").await;
        let many = format!("[[{}]]", vec!["[1,1]"; 100_000].join(","));
        let odd = [
            (many.as_str(), "最多 200 笔"),
            ("\0", "没有完整送到"),
            ("[[[NaN,1],[2,300]]]", "没有完整送到"),
            ("[[[0.5,1],[2,300]]]", "没有完整送到"),
            ("\"><script>alert(1)</script>", "没有完整送到"),
            ("[[[-1,1],[2,300]]]", "写到框外了"),
            ("[[[1,1],[2,301]]]", "写到框外了"),
            ("[[[1,1],[9,9]]]", "太小"),
        ];
        for (drawn, said) in odd {
            let back = sign(&author, "/my-pledge", &own, drawn).await.expect(422);
            let begin: String = drawn.chars().take(30).collect();
            assert!(back.words().contains(said), "{begin:?}: {}", back.words());
            assert!(back.text.contains("href=\"#f-drawn\""), "{begin:?}");
            assert!(
                back.text.contains("name=\"drawn\" value=\"\""),
                "{begin:?} does not come back"
            );
            assert!(
                back.text.contains(&format!("value=\"{own}\""))
                    && back.text.contains("value=\"2027年6月30日\"")
            );
            assert!(back.text.len() < 100_000 && !back.text.contains("<script>alert"));
        }
        let english = sign(&author.in_english(), "/my-pledge", "somebody", "[[[1,1],[9,9]]]")
            .await
            .expect(422);
        assert!(
            english.words().contains("too small to be a name"),
            "{}",
            english.words()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_is_signed_by_its_secretary_and_nobody_draws_for_another() {
    for house in House::both().await {
        let secretary = house.as_role(Role::BranchSecretary).await;
        let own = secretary.actor().name.clone();
        let unit = secretary.actor().unit.clone().unwrap_or_default();
        let base = format!("/branch-pledge/{unit}");
        let page = written(&secretary, &base).await;
        assert!(page.text.contains("data-pad"));
        sign(&secretary, &base, &own, DRAWN).await.expect(303);
        let page = secretary.get(&base).await.expect(200);
        assert!(page.text.contains(PATH));

        let people = &house.demo.people;
        let old = people
            .iter()
            .rfind(|p| p.unit_id == unit && !p.leading_cadre && p.title.is_empty());
        let old = old.expect("a member");
        let base = format!("/branch-pledge/on-behalf/{}", old.id);
        let page = written(&secretary, &base).await;
        assert!(!page.text.contains("data-pad") && !page.text.contains("/pad.js"));
        let back = sign(&secretary, &base, &old.name, DRAWN).await.expect(422);
        assert!(back.words().contains("只能由本人写"), "{}", back.words());
        sign(&secretary, &base, &old.name, "").await.expect(303);
    }
}
