//! Seals: a confirming decision is bound to the very text and to a fresh proof of who decided; anybody can check it.

use crate::review::{CLEAN, confirm_all, hand_in, look, member, send, shown};
use app::demo::Step;
use app::pledge::Desk;
use app::seal::{FindSeals, SealView};
use app::signer::Algorithm;
use domain::access::{Actor, Role};
use store::{Act, Tx, args, sql};
use testkit::{House, NOON};

const MINUTE: i64 = 60_000_000;

/// Changes what is stored behind the product's back.
struct Tamper {
    organization: String,
    pledge: String,
    content: Option<String>,
}

impl Act for Tamper {
    type Out = u64;
    async fn run(&self, tx: &mut Tx) -> store::Result<u64> {
        let org = self.organization.as_str();
        let Some(content) = &self.content else {
            return tx
                .execute(
                    sql!(
                        "UPDATE decision_seal SET ed25519_signature = sm2_signature \
                         WHERE organization_id = $1 AND pledge_id = $2"
                    ),
                    args![org, &self.pledge],
                )
                .await;
        };
        tx.execute(
            sql!("UPDATE pledge_version SET content = $3 WHERE organization_id = $1 AND pledge_id = $2"),
            args![org, &self.pledge, content],
        )
        .await
    }
}

async fn seal_of(house: &House, code: &str) -> SealView {
    let found = house
        .app
        .query(&Actor::public(), FindSeals(code.to_owned()))
        .await;
    found.expect("a seal").pop().expect("one")
}

/// What OpenSSL says of a signature over the statement.
fn openssl_accepts(seal: &SealView, statement: &str) -> [bool; 2] {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("written");
    Algorithm::ALL.map(|algorithm| {
        let one = seal
            .signatures
            .iter()
            .find(|s| s.algorithm == algorithm)
            .expect("signed");
        put("statement.json", statement.as_bytes());
        put("key.pem", one.public_key.as_bytes());
        put(
            "sig",
            &domain::canonical::from_hex(&one.signature).expect("hexadecimal"),
        );
        // The very command the page gives.
        let key = format!("seal_command.{}", algorithm.name());
        let mut words = lang::text(lang::Lang::Zh, &key).split(' ');
        let mut command = std::process::Command::new(words.next().expect("a program"));
        let said = command.args(words).current_dir(folder.path()).output();
        said.expect("OpenSSL 3 is installed").status.success()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_text_is_sealed_and_a_changed_one_is_found() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let author = member(&house, &branch, 0).await;
        let pledge = hand_in(&house, author.actor(), Desk::Own, CLEAN).await;
        confirm_all(&house, secretary.actor(), &pledge)
            .await
            .expect("confirmed");
        let decided = look(&house, &secretary, &pledge).await.decided;
        let code = decided[0].seal_code.clone();
        assert_eq!(code.len(), 8);

        let seal = seal_of(&house, &code).await;
        assert!(seal.holds());
        assert_eq!(seal.statement.decided_by, secretary.actor().name);
        assert_eq!(seal.statement.proven_by, "slip");
        assert!(!seal.text.contains(&secretary.actor().account) && !seal.text.contains(CLEAN));
        assert_eq!(openssl_accepts(&seal, &seal.text), [true, true]);
        let forged = seal.text.replace(&seal.statement.decided_by, "王䶮");
        assert_eq!(openssl_accepts(&seal, &forged), [false, false]);

        // The page, by either code, as typed from paper; the text itself is not told before it is public.
        for typed in [seal.code.to_lowercase(), seal.content_code.clone()] {
            let page = house
                .visitor()
                .get(&format!("/verify?code={typed}"))
                .await
                .expect(200);
            let words = page.words();
            assert!(
                words.contains("核验一致") && words.contains("没有证明什么"),
                "{words}"
            );
            assert!(words.contains(&secretary.actor().name) && !words.contains(CLEAN));
        }
        let grouped = format!("{}-{}", &code[..4], &code[4..]);
        let own = author.get("/my-pledge").await.expect(200).words();
        assert!(own.contains(&grouped), "{own}");
        let form = author.get("/my-pledge/files/form.docx").await.expect(200);
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(form.bytes)).expect("a Word file");
        let mut text = String::new();
        let mut part = zip.by_name("word/document.xml").expect("its text");
        std::io::Read::read_to_string(&mut part, &mut text).expect("read");
        assert!(
            text.contains(&grouped),
            "the printed form shows the code of the decision"
        );

        let tamper = |content: Option<&str>| Tamper {
            organization: house.app.organization().to_owned(),
            pledge: pledge.clone(),
            content: content.map(str::to_owned),
        };
        let versions = author.actor();
        let open = app::pledge::OpenPledge { id: pledge.clone() };
        let filed = house
            .app
            .query(versions, open)
            .await
            .expect("opened")
            .filed
            .expect("filed");
        let kept = filed.versions[0].content.clone();
        let changed = kept.replace("20名", "2名");
        house
            .app
            .db()
            .act(tamper(Some(&changed)))
            .await
            .expect("tampered");
        let page = house
            .visitor()
            .get(&format!("/verify?code={code}"))
            .await
            .expect(200);
        assert!(page.words().contains("核验不一致"), "{}", page.words());
        house.app.db().act(tamper(Some(&kept))).await.expect("put back");
        assert!(seal_of(&house, &code).await.holds());
        house.app.db().act(tamper(None)).await.expect("tampered");
        let page = house
            .visitor()
            .get(&format!("/verify?code={code}"))
            .await
            .expect(200);
        assert!(page.words().contains("签名无效"), "{}", page.words());
        house.visitor().get("/verify?code=0000-0000").await.expect(422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_proof_is_asked_for_again_and_nothing_typed_is_lost() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let mut pledges = Vec::new();
        for nth in 0..3 {
            let author = member(&house, &branch, nth).await;
            pledges.push(hand_in(&house, author.actor(), Desk::Own, CLEAN).await);
        }
        let slip = app::demo::SlipFor(secretary.actor().account.clone());
        let slip = house.run(slip).await.expect("a slip");
        // Half an hour later, still at work: the session lives, the proof does not.
        house.app.clock().set(NOON + 20 * MINUTE);
        secretary.get("/review").await.expect(200);
        house.app.clock().set(NOON + 31 * MINUTE);
        let queue = secretary.get("/review").await.expect(200);
        assert!(queue.text.contains("name=\"proof_password\""));
        let form = shown(&house, &secretary, &pledges[0]).await;
        let yes = [("verdict", "confirm"), ("all", "yes"), ("remark", "写得实")];
        let asked = send(&secretary, &pledges[0], &form, &yes).await.expect(422);
        assert!(asked.text.contains("写得实") && asked.words().contains("请先确认是您本人"));
        let with = |proof: &'static str| [yes[0], yes[1], yes[2], ("proof_password", proof)];
        let wrong = send(&secretary, &pledges[0], &form, &with("不是这个"))
            .await
            .expect(422);
        assert!(wrong.words().contains("口令或登录码不对") && wrong.text.contains("写得实"));
        assert!(
            !wrong.text.contains("不是这个"),
            "a password does not travel back"
        );
        let other = house
            .as_role_of(Role::BranchSecretary, Some(&house.demo.branches[1].id))
            .await;
        let foreign = house.run(app::demo::SlipFor(other.actor().account.clone())).await;
        let foreign = foreign.expect("a slip");
        let fields = [yes[0], yes[1], ("proof_password", foreign.as_str())];
        send(&secretary, &pledges[0], &form, &fields).await.expect(422);
        let fields = [yes[0], yes[1], ("proof_password", slip.as_str())];
        send(&secretary, &pledges[0], &form, &fields).await.expect(303);

        // It holds for the next ones; a return needs none; later the same slip proves it again.
        let form = shown(&house, &secretary, &pledges[1]).await;
        send(&secretary, &pledges[1], &form, &yes[..2]).await.expect(303);
        let next = look(&house, &secretary, &pledges[1]).await;
        assert_eq!(
            seal_of(&house, &next.decided[0].seal_code)
                .await
                .statement
                .proven_by,
            "slip"
        );
        house.app.clock().set(NOON + 55 * MINUTE);
        secretary.get("/review").await.expect(200);
        house.app.clock().set(NOON + 70 * MINUTE);
        secretary
            .post("/review/prove", &[("proof_password", "错")])
            .await
            .expect(422);
        let form = shown(&house, &secretary, &pledges[2]).await;
        let back = [
            ("verdict", "return"),
            ("reasons", "no_target"),
            ("message", "请写明哪些孕妇"),
        ];
        send(&secretary, &pledges[2], &form, &back).await.expect(303);
        let sent_back = look(&house, &secretary, &pledges[2]).await.decided;
        assert!(sent_back[0].seal_code.is_empty(), "a return is not sealed");
        secretary
            .post("/review/prove", &[("proof_password", &slip)])
            .await
            .expect(303);
        assert!(
            !secretary
                .get("/review")
                .await
                .expect(200)
                .text
                .contains("proof_password")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_taken_back_takes_its_seal_with_it() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let author = member(&house, &branch, 0).await;
        let pledge = hand_in(&house, author.actor(), Desk::Own, CLEAN).await;
        let done = confirm_all(&house, secretary.actor(), &pledge)
            .await
            .expect("confirmed");
        let code = look(&house, &secretary, &pledge).await.decided[0]
            .seal_code
            .clone();
        let undo = app::review::UndoDecision { decision: done.id };
        house
            .app
            .execute(secretary.actor(), undo)
            .await
            .expect("taken back");
        let gone = house.app.query(&Actor::public(), FindSeals(code)).await;
        assert!(gone.is_err(), "nobody can show a decision that does not stand");
    }
}
