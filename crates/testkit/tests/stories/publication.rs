//! Step 4: nothing public before approval, exactly the allowed fields, take-down everywhere, objections without a name.

mod after;
mod amends_nothing;
mod down;
mod given_up;
mod moved_on;
mod struck_out;
mod wall;
use app::campaign::FindCurrent;
use app::demo::Step;
use app::pledge::{AmendPledge, Desk, Edit, SaveDraft, StartPledge, SubmitPledge, TypedItem};
use app::review::{Answers, Decide, FindCandidate, Verdict};
use domain::access::{Actor, Role};
use domain::campaign::{Audience, GatedAct};
use testkit::{Client, House, NOON};

const DAY: i64 = 24 * 3_600_000_000;
pub(crate) const DEED: &str = "为外地产妇备好30套应急待产包，用后3日内补齐";

async fn write(house: &House, actor: &Actor, pledge: &str, content: &str) {
    write_for(house, actor, pledge, content, "").await;
}

/// Writes a form anew, each item answering a demand, and hands it in.
async fn write_for(house: &House, actor: &Actor, pledge: &str, content: &str, demand: &str) {
    let campaign = house
        .app
        .query(actor, FindCurrent)
        .await
        .expect("asked")
        .expect("runs");
    let due = add(campaign.template.starts_on.expect("dated"), 200);
    let typed = |kind: &str| TypedItem {
        kind: kind.to_owned(),
        content: content.to_owned(),
        due_date: due.clone(),
        demand: demand.to_owned(),
        ..TypedItem::default()
    };
    let needed = |kind: &&domain::campaign::template::Kind| kind.count_for(Audience::Branch).0 > 0;
    let items = campaign
        .kinds()
        .iter()
        .filter(needed)
        .map(|kind| typed(&kind.key))
        .collect();
    let row = house
        .app
        .query(
            actor,
            app::pledge::OpenPledge {
                id: pledge.to_owned(),
            },
        )
        .await
        .expect("opened");
    let revision = row.filed.map_or(0, |f| f.row.revision);
    let save = SaveDraft {
        pledge: pledge.to_owned(),
        revision,
        edit: Edit::Items(items),
    };
    let saved = house.app.execute(actor, save).await.expect("saved");
    let channels = campaign.channels().iter().map(|c| c.key.clone()).collect();
    let submit = SubmitPledge {
        pledge: pledge.to_owned(),
        revision: saved.revision,
        closing: Some(Edit::Closing {
            due_typed: due,
            pledged_typed: String::new(),
            channels,
        }),
        signature: actor.name.clone(),
        drawn: String::new(),
        consent: true,
        unchanged: false,
    };
    house.app.execute(actor, submit).await.expect("handed in");
}

fn add(day: jiff::civil::Date, days: i32) -> String {
    domain::time::add_days(day, days).to_string()
}

/// Sets the clock to a day at noon.
pub(crate) fn on(house: &House, day: jiff::civil::Date) {
    let days = domain::time::days_between(house.app.date_of(NOON), day);
    house.app.clock().set(NOON + i64::from(days) * DAY);
}

pub(crate) async fn first_day(house: &House, act: GatedAct) -> jiff::civil::Date {
    let campaign = house
        .app
        .query(&Actor::machine(), FindCurrent)
        .await
        .expect("asked")
        .expect("runs");
    campaign
        .window(act, house.app.date_of(NOON))
        .expect("has a window")
        .starts_on
}

pub(crate) async fn file(house: &House, actor: &Actor, desk: Desk, content: &str) -> String {
    on(
        house,
        domain::time::add_days(first_day(house, GatedAct::Propose).await, 1),
    );
    let started = house
        .app
        .execute(
            actor,
            StartPledge {
                desk,
                reason: String::new(),
            },
        )
        .await
        .expect("begun");
    write(house, actor, &started.id, content).await;
    started.id
}

async fn confirm(house: &House, actor: &Actor, pledge: &str) {
    on(
        house,
        domain::time::add_days(first_day(house, GatedAct::Review).await, 1),
    );
    if decide(house, actor, pledge).await.is_err() {
        // The office has not looked at the branch's form yet.
        let office = house.as_role(Role::CampaignOffice).await;
        decide(house, office.actor(), pledge).await.expect("checked");
        decide(house, actor, pledge).await.expect("decided");
    }
}

async fn decide(house: &House, actor: &Actor, pledge: &str) -> app::Result<()> {
    let found = house
        .app
        .query(
            actor,
            FindCandidate {
                pledge: pledge.to_owned(),
            },
        )
        .await
        .expect("may look");
    let decide = Decide {
        pledge: pledge.to_owned(),
        round: found.candidate.matter.pledge.state.round(),
        step: u32::try_from(found.candidate.at).expect("small"),
        revision: found.candidate.matter.row.revision,
        verdict: Verdict::Confirm,
        answers: Answers::AllYes,
        message: String::new(),
        meeting: None,
    };
    // Days have passed since he signed in: he comes in anew.
    house.demo.act(actor, decide).await.map(drop)
}

/// Somebody of a branch who holds no role but that of a participant.
pub(crate) async fn member(house: &House, branch: &str) -> Client {
    let plain = |id: &str| {
        house
            .demo
            .accounts
            .iter()
            .filter(|h| h.person.as_deref() == Some(id))
            .count()
            == 1
    };
    let mut people = house.demo.people.iter();
    let person = people
        .find(|p| p.unit_id == branch && p.class == "full_member" && !p.leading_cadre && plain(&p.id))
        .expect("a plain member");
    house.as_person(&person.id).await
}

struct Told {
    branch: String,
    secretary: Client,
    office: Client,
    author: Client,
    pledge: String,
    own: String,
}

impl Told {
    /// Sets the clock and signs everybody in again: sessions do not live for days.
    async fn at(self, house: &House, day: jiff::civil::Date) -> Told {
        on(house, day);
        let secretary = house.sign_in(&self.secretary.actor().account).await;
        let office = house.sign_in(&self.office.actor().account).await;
        let author = house.sign_in(&self.author.actor().account).await;
        Told {
            secretary,
            office,
            author,
            ..self
        }
    }
}

/// A member's and the branch's pledge, both confirmed, on the first day of publication.
async fn confirmed(house: &House) -> Told {
    // A secretary who holds no second role: his reach is his branch.
    let single = |account: &str| {
        house
            .demo
            .accounts
            .iter()
            .filter(|h| h.account == account)
            .count()
            <= 2
    };
    let mut holders = house.demo.accounts.iter();
    let holder = holders
        .find(|h| h.role == Role::BranchSecretary && single(&h.account))
        .expect("a secretary");
    let branch = holder.unit.clone().expect("of a branch");
    let secretary = house.sign_in(&holder.account).await;
    let committee = house.as_role(Role::PartyCommittee).await;
    let office = house.as_role(Role::CampaignOffice).await;
    let author = member(house, &branch).await;
    let pledge = file(house, author.actor(), Desk::Own, DEED).await;
    let own = file(
        house,
        secretary.actor(),
        Desk::Branch(branch.clone()),
        "全年举办12期孕妇学校，每期不少于40人",
    )
    .await;
    let visitor = house.visitor();
    visitor.get(&format!("/pledges/{pledge}")).await.expect(404);
    confirm(house, secretary.actor(), &pledge).await;
    confirm(house, committee.actor(), &own).await;
    visitor.get(&format!("/pledges/{pledge}")).await.expect(404);
    assert!(
        !visitor.get("/board").await.expect(200).words().contains("待产包"),
        "confirmed is not yet public"
    );
    Told {
        branch,
        secretary,
        office,
        author,
        pledge,
        own,
    }
}

/// Looks at the preview and presses the button.
pub(crate) async fn publish(who: &Client, scope: &str) -> testkit::Reply {
    let preview = who
        .get(&format!("/publication/preview?scope={scope}"))
        .await
        .expect(200);
    let seal = preview
        .text
        .split("name=\"seal\" value=\"")
        .nth(1)
        .and_then(|t| t.split('"').next());
    let seal = seal.unwrap_or_else(|| panic!("cannot be published: {}", preview.words()));
    who.post("/publication/publish", &[("scope", scope), ("seal", seal)])
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_public_before_its_day_and_its_act() {
    for house in House::both_in(Step::Propose).await {
        let told = confirmed(&house).await;
        let day = domain::time::add_days(first_day(&house, GatedAct::Publicise).await, -1);
        let told = told.at(&house, day).await;
        let early = told
            .secretary
            .get(&format!("/publication/preview?scope={}", told.branch))
            .await
            .expect(200);
        assert!(
            !early.text.contains("name=\"seal\""),
            "not before the step begins"
        );
        let told = told.at(&house, domain::time::add_days(day, 1)).await;

        // Somebody else's branch, and the branches' own, are not a secretary's to publish.
        let other = house
            .demo
            .branches
            .iter()
            .find(|b| b.id != told.branch)
            .expect("a second branch")
            .id
            .clone();
        told.secretary
            .get(&format!("/publication/preview?scope={other}"))
            .await
            .expect(403);
        told.secretary
            .get("/publication/preview?scope=branches")
            .await
            .expect(403);

        let stale = told
            .secretary
            .post(
                "/publication/publish",
                &[("scope", told.branch.as_str()), ("seal", "0")],
            )
            .await;
        assert_eq!(
            stale.status.as_u16(),
            409,
            "what was not looked at is not published"
        );
        let done = publish(&told.secretary, &told.branch).await.expect(303).location;
        told.secretary.get(&done).await.expect(200);
        publish(&told.office, "branches").await.expect(303);

        let visitor = house.visitor();
        let board = visitor.get("/board").await.expect(200);
        assert!(board.words().contains("30套应急待产包"), "{}", board.words());
        assert!(
            board.text.contains("class=\"v\""),
            "measured words are underlined"
        );
        assert!(board.text.len() <= 30 * 1024, "{} bytes", board.text.len());
        assert!(!board.text.contains("<script"), "public pages carry no script");
        let page = visitor
            .get(&format!("/pledges/{}", told.pledge))
            .await
            .expect(200);
        for word in ["承诺", "审核", "公示", "自报", "检查", "核验码"] {
            assert!(page.words().contains(word), "{word}");
        }
        let again = told
            .secretary
            .get(&format!("/publication/preview?scope={}", told.branch))
            .await
            .expect(200);
        assert!(!again.text.contains("name=\"seal\""), "public already");
        visitor
            .get(&format!("/branches/{}", told.branch))
            .await
            .expect(200);
        assert!(visitor.get("/progress").await.expect(200).text.contains("<svg"));
        let found = visitor.get("/board?q=%E5%BE%85%E4%BA%A7").await.expect(200);
        assert!(found.words().contains("应急待产包"), "two characters are found");
        let code = page
            .text
            .split("/verify?code=")
            .nth(1)
            .and_then(|t| t.split('"').next())
            .expect("a code");
        let verified = visitor.get(&format!("/verify?code={code}")).await.expect(200);
        assert!(verified.words().contains("核验一致"), "{}", verified.words());
        visitor.get("/verify?code=00000000").await.expect(422);
        told.office.get("/publication").await.expect(200);
        told.office
            .get(&format!("/pledges/{}", told.own))
            .await
            .expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_private_field_in_any_public_byte() {
    for house in House::both_in(Step::Propose).await {
        let told = confirmed(&house)
            .await
            .at(&house, first_day(&house, GatedAct::Publicise).await)
            .await;
        publish(&told.secretary, &told.branch).await.expect(303);
        publish(&told.office, "branches").await.expect(303);
        let visitor = house.visitor();
        let map = visitor.get("/sitemap.xml").await.expect(200).text;
        assert!(map.contains(&told.pledge));
        let mut paths: Vec<String> = map
            .split("<loc>")
            .skip(1)
            .filter_map(|l| {
                l.split("</loc>")
                    .next()?
                    .split_once("://")?
                    .1
                    .split_once('/')
                    .map(|p| format!("/{}", p.1))
            })
            .collect();
        let more = [
            "/feed.atom",
            "/site-map",
            "/open-data/items.json",
            "/open-data/pledges.csv",
            "/open-data/log.json",
            "/open-data/branches.json",
            "/api/v1/items",
            "/api/v1/pledges",
            "/api/v1/branches",
            "/api/v1/figures",
        ];
        paths.extend(more.map(str::to_owned));
        let people = house.demo.people.iter();
        let secrets: Vec<String> = people
            .flat_map(|p| [p.phone.clone(), p.birth_month.clone(), p.joined_month.clone()])
            .filter(|t| t.len() >= 7)
            .collect();
        assert!(secrets.len() > 100, "the roster has phones and births");
        for path in paths {
            let page = visitor.get(&path).await;
            // Pages of other steps have stories of their own; here only their words are looked at.
            let others = ["/feedback", "/suggest", "/demands", "/notices"]
                .iter()
                .any(|o| path.starts_with(o));
            assert!(others || page.status.is_success(), "{path} {}", page.status);
            for secret in &secrets {
                assert!(!page.text.contains(secret.as_str()), "{path} shows {secret}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn taken_down_is_gone_everywhere_but_told() {
    for house in House::both_in(Step::Propose).await {
        let told = confirmed(&house)
            .await
            .at(&house, first_day(&house, GatedAct::Publicise).await)
            .await;
        publish(&told.secretary, &told.branch).await.expect(303);
        let (visitor, path) = (house.visitor(), format!("/publication/pledge/{}", told.pledge));
        let others = house
            .demo
            .branches
            .iter()
            .find(|b| b.id != told.branch)
            .expect("another");
        let other = house.as_role_of(Role::BranchSecretary, Some(&others.id)).await;
        other.get(&path).await.expect(403);
        told.secretary.get(&path).await.expect(200);
        told.secretary.post(&path, &[("reason", " ")]).await.expect(422);
        told.secretary
            .post(&path, &[("reason", "期限写错了")])
            .await
            .expect(303);
        let gone = visitor
            .get(&format!("/pledges/{}", told.pledge))
            .await
            .expect(410);
        assert!(gone.words().contains("期限写错了") && !gone.words().contains("待产包"));
        for page in [
            "/",
            "/board",
            "/feed.atom",
            "/sitemap.xml",
            "/open-data/items.csv",
            "/api/v1/pledges",
            "/api/v1/items",
        ] {
            let page = visitor.get(page).await.expect(200);
            assert!(
                !page.text.contains(&told.pledge) && !page.text.contains("待产包"),
                "{}",
                page.words()
            );
        }
        assert!(
            visitor
                .get("/corrections")
                .await
                .expect(200)
                .words()
                .contains("期限写错了")
        );

        // Put up again, then the author takes his consent back: it is gone, and nobody can put it up.
        told.secretary
            .post(&path, &[("reason", "已经核对"), ("restore", "1")])
            .await
            .expect(303);
        visitor
            .get(&format!("/pledges/{}", told.pledge))
            .await
            .expect(200);
        told.author
            .post("/publication/consent", &[("reason", "")])
            .await
            .expect(303);
        let gone = visitor
            .get(&format!("/pledges/{}", told.pledge))
            .await
            .expect(410);
        assert!(gone.words().contains("本人撤回公开同意"));
        told.secretary
            .post(&path, &[("reason", "再放上去"), ("restore", "1")])
            .await
            .expect(422);
    }
}
