//! A round from opening to the public grade; ballots; briefs, reports, examples; the ledger.

mod figures;
mod mended;

use app::appraisal::{CastBallot, FreezeRound, MakeCodes};
use app::demo::Step;
use domain::access::{Actor, Role};
use domain::problem::ProblemKind;
use store::publication::PublicPledge;
use store::{Act, Tx};
use testkit::{House, NOON};

const DAY: i64 = 86_400_000_000;

/// Pledges in force and public for the first branch and its people, and a branch pledge for it.
struct Promises {
    organization: String,
    campaign: String,
    unit: String,
    unit_name: String,
    people: Vec<(String, String, bool)>,
}

impl Promises {
    fn of(house: &House) -> Promises {
        let unit = house.demo.branches.first().expect("a branch");
        let people = house.demo.people.iter().filter(|p| p.unit_id == unit.id).take(8);
        Promises {
            organization: house.app.organization().to_owned(),
            campaign: house.demo.campaign.clone(),
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            people: people
                .map(|p| (p.id.clone(), p.name.clone(), p.leading_cadre))
                .collect(),
        }
    }

    fn id(n: usize) -> String {
        format!("01932b6e-7c1a-7f00-8000-0000000000{n:02}")
    }
}

impl Act for Promises {
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> store::Result<()> {
        let branch = (self.unit.clone(), self.unit_name.clone(), false);
        for (n, (pledger, name, leading)) in std::iter::once(&branch).chain(&self.people).enumerate() {
            let person = (n > 0).then(|| pledger.clone());
            let pledge = store::pledge::Pledge {
                id: Promises::id(n),
                campaign_id: self.campaign.clone(),
                pledger: if n == 0 { "branch" } else { "person" }.to_owned(),
                pledger_id: pledger.clone(),
                unit_id: self.unit.clone(),
                person_id: person,
                leading_cadre: *leading,
                state: "published".to_owned(),
                round: 1,
                version: 1,
                number: Some(format!("承{n:03}")),
                header: "{}".to_owned(),
                items: "[]".to_owned(),
                channels: "[]".to_owned(),
                signed_name: name.clone(),
                consent_at: Some(NOON),
                created_at: NOON,
                updated_at: NOON,
                submitted_at: Some(NOON),
                confirmed_at: Some(NOON),
                ..store::pledge::Pledge::default()
            };
            store::pledge::add(tx, &self.organization, &pledge).await?;
            let item = store::pledge::Item {
                id: format!("01932b6e-7c1a-7f00-8000-0000000001{n:02}"),
                pledge_id: pledge.id.clone(),
                campaign_id: self.campaign.clone(),
                unit_id: self.unit.clone(),
                position: 0,
                kind: "practical_deed".to_owned(),
                content: "=为清晨抽血候诊的孕产妇增设40个座位".to_owned(),
                measure: "40个".to_owned(),
                beneficiary: "孕产妇".to_owned(),
                due_on: "2027-01-31".to_owned(),
                demand_id: None,
                claim: (n == 1).then(|| "kept".to_owned()),
                claimed_on: None,
                verdict: None,
                verdict_on: None,
                rectifying: false,
                last_report_on: None,
            };
            store::pledge::put_item(tx, &self.organization, &item).await?;
            store::publication::put_pledge(tx, &self.organization, &public(&pledge, self, name)).await?;
        }
        Ok(())
    }
}

fn public(pledge: &store::pledge::Pledge, all: &Promises, name: &str) -> PublicPledge {
    PublicPledge {
        id: pledge.id.clone(),
        campaign_id: pledge.campaign_id.clone(),
        publication_id: Promises::id(99),
        pledger: pledge.pledger.clone(),
        unit_id: pledge.unit_id.clone(),
        unit_name: all.unit_name.clone(),
        name: name.to_owned(),
        post: String::new(),
        leading_cadre: pledge.leading_cadre,
        rank: 2,
        name_sort: String::new(),
        number: pledge.number.clone().unwrap_or_default(),
        version: 1,
        content: r#"{"items":[{"content":"增设40个座位"}]}"#.to_owned(),
        hash: String::new(),
        check_code: "00000000".to_owned(),
        pledged_on: "2026-11-20".to_owned(),
        due_on: "2027-01-31".to_owned(),
        confirmed_on: "2026-11-21".to_owned(),
        published_at: NOON,
        published_by: String::new(),
        taken_down_at: None,
        taken_down_reason: String::new(),
    }
}

async fn houses() -> Vec<House> {
    let houses = House::both_in(Step::Appraise).await;
    for house in &houses {
        house.database.db.act(Promises::of(house)).await.expect("pledges");
    }
    houses
}

/// Opens a yearly round for a fortnight; its id.
async fn open_round(house: &House) -> String {
    let office = house.as_role(Role::CampaignOffice).await;
    let page = office.get("/appraisal?cadence=yearly").await.expect(200);
    assert!(
        page.text.contains("name=\"voices\" value=\"masses\" checked"),
        "{}",
        page.text
    );
    let bad = [
        ("cadence", "yearly"),
        ("title", "年度评议"),
        ("opens_on", "2026-11-24"),
        ("closes_on", "2026-11-01"),
    ];
    let refused = office.post("/appraisal", &bad).await.expect(422);
    assert!(
        refused.text.contains("value=\"2026-11-01\""),
        "what was typed is kept"
    );
    let fields = [
        ("cadence", "yearly"),
        ("title", "年度评议"),
        ("opens_on", "2026-11-24"),
        ("closes_on", "2026-12-07"),
        ("voices", "self_report"),
        ("voices", "branch_comment"),
        ("voices", "leader_comment"),
        ("voices", "masses"),
    ];
    let place = office.post("/appraisal", &fields).await.expect(303).location;
    let id = place.trim_start_matches("/appraisal/");
    id.split('?').next().unwrap_or(id).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_hears_every_voice_and_freezes() {
    for house in houses().await {
        let round = open_round(&house).await;
        let unit = Promises::of(&house).unit;
        let secretary = house.as_role(Role::BranchSecretary).await;

        // Everybody speaks for himself; nobody comments on his own.
        let own = secretary
            .get(&format!("/appraisal/{round}/self"))
            .await
            .expect(200);
        assert!(own.text.contains("增设40个座位"), "prefilled from the items");
        let branch_page = secretary
            .get(&format!("/appraisal/{round}/branch"))
            .await
            .expect(200);
        let subjects: Vec<String> = (0..9).map(Promises::id).collect();
        let mine: Vec<&String> = subjects
            .iter()
            .filter(|s| branch_page.text.contains(&format!("words.{s}")))
            .collect();
        assert!(
            !mine.is_empty() && !mine.contains(&&Promises::id(0)),
            "members, not the branch itself"
        );

        // A low score needs a reason, and nothing typed is lost.
        let (words, score) = (format!("words.{}", mine[0]), format!("score.{}", mine[0]));
        let poor = [(words.as_str(), ""), (score.as_str(), "60")];
        let refused = secretary
            .post(&format!("/appraisal/{round}/branch"), &poor)
            .await
            .expect(422);
        assert!(refused.text.contains("value=\"60\""));
        for id in &mine {
            let (words, score) = (format!("words.{id}"), format!("score.{id}"));
            let fields = [(words.as_str(), "窗口多次无人"), (score.as_str(), "60")];
            secretary
                .post(&format!("/appraisal/{round}/branch"), &fields)
                .await
                .expect(303);
        }
        let about_branch = format!("words.{}", Promises::id(0));
        let meddle = [(about_branch.as_str(), "很好")];
        assert_ne!(
            secretary
                .post(&format!("/appraisal/{round}/branch"), &meddle)
                .await
                .status
                .as_u16(),
            303
        );

        // Six ballots; the seventh code stays unused.
        let codes = codes(&house, &round, &unit, 7).await;
        for code in codes.iter().take(6) {
            let answers = subjects
                .iter()
                .skip(1)
                .map(|s| (s.clone(), "not_satisfied_at_all".to_owned()));
            let wrong = CastBallot {
                code: code.clone(),
                answers: answers.collect(),
            };
            assert!(
                house.app.execute(&Actor::public(), wrong).await.is_err(),
                "a choice nobody offers"
            );
            cast(&house, code, &subjects).await;
        }

        // Not before its last day, then once and for all.
        let office = house.as_role(Role::CampaignOffice).await;
        let early = office
            .get(&format!("/appraisal/{round}/files/summary.pdf"))
            .await
            .expect(409);
        assert!(early.words().contains("还没有封存"), "{}", early.words());
        office
            .post(&format!("/appraisal/{round}/freeze"), &[])
            .await
            .expect(409);
        house.app.clock().set(NOON + 20 * DAY);
        let office = house.as_role(Role::CampaignOffice).await;
        office
            .post(&format!("/appraisal/{round}/freeze"), &[])
            .await
            .expect(303);
        office
            .post(&format!("/appraisal/{round}/freeze"), &[])
            .await
            .expect(409);
        let page = office.get(&format!("/appraisal/{round}")).await.expect(200);
        assert!(page.text.contains("6 / 7"), "turnout: {}", page.words());
        assert!(
            page.text.contains(&format!(
                "/rectification/new?rating={round}&amp;pledge={}",
                mine[0]
            )),
            "a low grade"
        );

        the_summary_comes_in_four_formats(&office, &round).await;
        let secretary = house.as_role(Role::BranchSecretary).await;
        let own = format!("/appraisal/{round}/files/summary.pdf");
        assert!(secretary.get(&own).await.expect(200).bytes.starts_with(b"%PDF"));
        // Somebody appraised, who answers for nobody else.
        let plain = Promises::of(&house).people.into_iter().map(|(person, ..)| person);
        let mut refused = 0;
        for person in plain {
            let member = house.as_person(&person).await;
            refused += usize::from(member.get(&own).await.status.as_u16() == 403);
        }
        assert!(refused > 0, "the paper is not for everybody who is in it");

        // What the round found poor is criticised from where it stands, once (N18).
        let from = format!("/rectification/new?rating={round}&pledge={}", mine[0]);
        let form = office.get(&from).await.expect(200);
        assert!(form.text.contains("tag bad"), "the grade stands above the form");
        let words = [("words", "窗口多次无人，群众等了一个上午")];
        let made = office.post(&from, &words).await.expect(303);
        let again = office.get(&from).await.expect(303);
        assert!(made.location.starts_with(&again.location), "{}", again.location);
        let matter = office.get(&again.location).await.expect(200);
        assert!(matter.text.contains("来自测评结果"), "{}", matter.words());
        let other = format!("/rectification/new?rating={round}&pledge={}", subjects[8]);
        let nothing = format!("/rectification/new?rating={round}&pledge=");
        for wrong in [other, nothing] {
            office.get(&wrong).await.expect(404);
        }

        // The grades of the branch become public, once.
        let release = format!("/appraisal/{round}/release");
        office.post(&release, &[("unit", &unit)]).await.expect(303);
        office.post(&release, &[("unit", &unit)]).await.expect(409);
        let story = house
            .visitor()
            .get(&format!("/pledges/{}", mine[0]))
            .await
            .expect(200);
        assert!(story.text.contains("年度评议"), "{}", story.words());
    }
}

/// Six ballots of seven: the counts are there, in every format.
async fn the_summary_comes_in_four_formats(office: &testkit::Client, round: &str) {
    let file = |ending: &str| format!("/appraisal/{round}/files/summary.{ending}");
    let html = office.get(&file("html")).await.expect(200);
    let words = html.words();
    for part in [
        "年度评议测评汇总",
        "发出票",
        "收回票",
        "基本满意",
        "支部承诺书",
        "封存",
    ] {
        assert!(words.contains(part), "{part} in {words}");
    }
    assert!(!words.contains("不足 5 张票，不显示结果"), "{words}");
    let starts: [(&str, &[u8]); 3] = [("pdf", b"%PDF"), ("docx", b"PK"), ("ofd", b"PK")];
    for (ending, start) in starts {
        let made = office.get(&file(ending)).await.expect(200);
        assert!(made.bytes.starts_with(start), "{ending}");
        assert!(
            made.bytes == office.get(&file(ending)).await.expect(200).bytes,
            "{ending}"
        );
    }
    office.get(&file("txt")).await.expect(404);
    office
        .get(&format!("/appraisal/{round}/files/other.pdf"))
        .await
        .expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_hides_what_fewer_than_five_said() {
    for house in houses().await {
        let round = open_round(&house).await;
        let unit = Promises::of(&house).unit;
        let subjects: Vec<String> = (0..9).map(Promises::id).collect();
        let codes = codes(&house, &round, &unit, 6).await;
        for code in codes.iter().take(4) {
            cast(&house, code, &subjects).await;
        }
        house.app.clock().set(NOON + 20 * DAY);
        let office = house.as_role(Role::CampaignOffice).await;
        office
            .post(&format!("/appraisal/{round}/freeze"), &[])
            .await
            .expect(303);
        let file = format!("/appraisal/{round}/files/summary.html");
        let html = office.get(&file).await.expect(200);
        assert!(
            html.words().contains("不足 5 张票，不显示结果"),
            "{}",
            html.words()
        );
        // Given out and returned are told; no choice has a figure, nor is there a mean.
        let row = html
            .text
            .split("<tr")
            .find(|row| row.contains("支部承诺书"))
            .expect("the branch");
        let cells: Vec<String> = row
            .split("<td")
            .skip(1)
            .filter_map(|cell| Some(cell.split_once('>')?.1.split("</td").next()?.trim().to_owned()))
            .collect();
        assert!(
            cells.contains(&"6".to_owned()) && cells.contains(&"4".to_owned()),
            "{cells:?}"
        );
        assert_eq!(
            cells.iter().filter(|cell| *cell == "—").count(),
            6,
            "five choices and the mean: {cells:?}"
        );
        let english = office.clone().in_english().get(&file).await.expect(200);
        assert!(english.words().contains("fewer than five"), "{}", english.words());
    }
}

async fn codes(house: &House, round: &str, unit: &str, count: i64) -> Vec<String> {
    let case = MakeCodes {
        round: round.to_owned(),
        unit: unit.to_owned(),
        voice: "ballot".to_owned(),
        count,
    };
    let sheet = house.run(case).await.expect("codes");
    sheet.codes.iter().map(ToString::to_string).collect()
}

async fn cast(house: &House, code: &str, subjects: &[String]) {
    let mut fields = vec![("a.branch".to_owned(), "satisfied".to_owned())];
    fields.extend(
        subjects
            .iter()
            .skip(1)
            .map(|s| (format!("a.{s}"), "fairly_satisfied".to_owned())),
    );
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    house
        .visitor()
        .post(&format!("/ballot/{code}"), &fields)
        .await
        .expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_gives_one_ballot_and_tells_nothing() {
    for house in houses().await {
        let round = open_round(&house).await;
        let unit = Promises::of(&house).unit;
        let codes = codes(&house, &round, &unit, 5).await;
        let visitor = house.visitor();
        visitor.get("/ballot").await.expect(200);
        let typed = codes[0].to_lowercase();
        let place = visitor
            .post("/ballot", &[("code", &typed)])
            .await
            .expect(303)
            .location;
        let paper = visitor.get(&place).await.expect(200);
        assert!(paper.headers.get("set-cookie").is_none() && paper.text.contains("增设40个座位"));
        let empty = visitor
            .post(&format!("/ballot/{}", codes[0]), &[])
            .await
            .expect(422);
        assert!(empty.text.contains("class=\"box bad summary"));

        // Twenty at once with one code: one ballot.
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let case = CastBallot {
                code: codes[0].clone(),
                answers: vec![("branch".to_owned(), "satisfied".to_owned())],
            };
            let app = house.app.clone();
            all.spawn(async move { app.execute(&Actor::public(), case).await.map_err(|e| e.kind()) });
        }
        let answers = all.join_all().await;
        let (cast, gone) = (
            answers.iter().filter(|a| a.is_ok()).count(),
            answers
                .iter()
                .filter(|a| **a == Err(Some(ProblemKind::Gone)))
                .count(),
        );
        assert_eq!((cast, gone), (1, 19), "{answers:?}");
        visitor.get(&format!("/ballot/{}", codes[0])).await.expect(410);
        visitor
            .post("/ballot", &[("code", "AAAA-AAAA-AAAA")])
            .await
            .expect(303);
        visitor.get("/ballot/AAAAAAAAAAAA").await.expect(410);

        // Four ballots: turnout and no result. No trace of an act in the audit trail.
        for code in &codes[1..4] {
            house
                .visitor()
                .post(&format!("/ballot/{code}"), &[("a.branch", "satisfied")])
                .await
                .expect(303);
        }
        // PostgreSQL tells of each row which transaction wrote it: no ballot has its own.
        if house.database.is_postgres() {
            for table in ["ballot", "ballot_code"] {
                let writers = format!("SELECT DISTINCT CAST(xmin AS TEXT) FROM {table}");
                assert_eq!(house.database.peek(&writers).await.len(), 1);
            }
        }
        house.app.clock().set(NOON + 20 * DAY);
        house
            .run(FreezeRound { round: round.clone() })
            .await
            .expect("frozen");
        let office = house.as_role(Role::CampaignOffice).await;
        let page = office.get(&format!("/appraisal/{round}")).await.expect(200);
        assert!(page.text.contains("4 / 5") && page.text.contains("不足 5 张票"));
        let visitor = house.visitor();
        visitor.get(&format!("/ballot/{}", codes[4])).await.expect(409);
    }
}
