//! Three tiers and a meeting, as the yearly template has them.

use crate::review::*;
use app::campaign::{CreateCampaign, Source, StartCampaign};
use app::pledge::Desk;
use domain::access::Role;
use domain::pledge::PledgeState;
use testkit::{Database, House, NOON};

pub(crate) async fn yearly(database: Database) -> House {
    let house = House::empty(database).await;
    let office = house.as_role(Role::CampaignOffice).await;
    // Day 30: filing and review are both open.
    let starts_on = house.app.date_of(NOON - 30 * DAY).to_string();
    let source = Source::Shipped("yearly_pledge".into());
    let create = CreateCampaign {
        source,
        title: String::new(),
        starts_on,
    };
    let id = house.app.execute(office.actor(), create).await.expect("made");
    house
        .app
        .execute(office.actor(), StartCampaign { id })
        .await
        .expect("started");
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn three_tiers_and_a_meeting() {
    let mut databases = vec![Database::sqlite().await];
    databases.extend(Database::postgres().await);
    for database in databases {
        let house = yearly(database).await;
        let branch = house.demo.branches[1].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let leader = house.as_role_of(Role::LineLeader, Some(&branch)).await;
        let office = house.as_role(Role::CampaignOffice).await;
        let committee = house.as_role(Role::PartyCommittee).await;
        let pledge = hand_in(&house, secretary.actor(), Desk::Branch(branch.clone()), CLEAN).await;

        let early = confirm_all(&house, committee.actor(), &pledge)
            .await
            .expect_err("not yet its turn");
        assert_eq!(kind(&early).1, "problem.pledge.moved_on");
        confirm_all(&house, leader.actor(), &pledge)
            .await
            .expect("first tier");
        // Who decided at one step and may decide at the next is marked on the card: another should look.
        let account = house
            .app
            .query(leader.actor(), app::account::OwnAccount)
            .await
            .expect("his");
        let second = app::roles::GrantRole {
            login: account.login,
            role: Role::CampaignOffice.name().to_owned(),
            unit: String::new(),
        };
        let (mine, others) = (
            leader.get("/review").await.expect(200),
            office.get("/review").await.expect(200),
        );
        assert!(!mine.words().contains("同一人审两级"), "not his turn");
        house.run(second).await.expect("granted");
        let mine = leader.get("/review").await.expect(200);
        assert!(mine.words().contains("同一人审两级"), "{}", mine.words());
        assert!(!others.words().contains("同一人审两级"), "{}", others.words());
        let form = shown(&house, &office, &pledge).await;
        let remark = [
            ("verdict", "confirm"),
            ("all", "yes"),
            ("remark", "已与支部核对数字"),
        ];
        send(&office, &pledge, &form, &remark).await.expect(303);

        let meeting = committee.get("/review/committee").await.expect(200);
        assert!(
            meeting.words().contains("已与支部核对数字"),
            "the office's remark is on the screen"
        );
        // What a meeting decides is not “passed” by a button (n10): queue and card speak of the meeting.
        for page in ["/review".to_owned(), format!("/review/{pledge}")] {
            let said = committee.get(&page).await.expect(200).words();
            assert!(!said.contains("按“通过”") && said.contains("会议决定"), "{said}");
        }
        let form = shown(&house, &committee, &pledge).await;
        let bare = send(
            &committee,
            &pledge,
            &form,
            &[("verdict", "confirm"), ("all", "yes")],
        )
        .await
        .expect(422);
        assert!(bare.words().contains("会议"));
        let day = house.app.date_of(NOON).to_string();
        let held = [
            ("verdict", "confirm"),
            ("all", "yes"),
            ("meeting.held_on", day.as_str()),
            ("meeting.entitled", "9"),
            ("meeting.present", "4"),
            ("meeting.result", "同意"),
        ];
        // Fewer than half came: it is asked once whether that is meant, and recorded so.
        let asked = send(&committee, &pledge, &form, &held).await.expect(422);
        assert!(
            asked.words().contains("应到 9 人，实到 4 人，不足一半")
                && asked.text.contains("name=\"meeting.few\""),
            "{}",
            asked.words()
        );
        let meant: Vec<(&str, &str)> = held.into_iter().chain([("meeting.few", "1")]).collect();
        send(&committee, &pledge, &form, &meant).await.expect(303);
        let history = committee.get(&format!("/review/{pledge}")).await.expect(200);
        assert!(
            history.words().contains("（到会不足一半）"),
            "{}",
            history.words()
        );
        let found = look(&house, &committee, &pledge).await;
        assert_eq!(
            found.candidate.matter.pledge.state,
            PledgeState::Confirmed { round: 1 }
        );
        let recorded = found
            .decided
            .last()
            .and_then(|d| d.meeting.clone())
            .expect("the meeting is kept");
        assert_eq!((recorded.present, recorded.entitled), (4, 9));
    }
}
