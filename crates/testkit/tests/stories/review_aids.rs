//! What helps a reviewer to decide: keys for the answers, two rounds side by side, a leading cadre's items beside those
//! of the members of his branch.

use crate::review::*;
use app::demo::Step;
use app::pledge::Desk;
use domain::access::Role;
use testkit::{Client, House};

/// A leading cadre with his own pledge, and somebody of the committee who decides on it.
async fn leader_and_colleague(house: &House, branch: &str) -> (Client, Client) {
    let leader = house.as_role_of(Role::LineLeader, Some(branch)).await;
    let other = house
        .demo
        .accounts
        .iter()
        .find(|h| h.role == Role::PartyCommittee && h.person != leader.actor().person)
        .expect("another leader")
        .account
        .clone();
    (leader, house.sign_in(&other).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaders_items_stand_beside_those_of_his_branch() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let (leader, colleague) = leader_and_colleague(&house, &branch).await;
        let own = house
            .demo
            .people
            .iter()
            .find(|p| Some(&p.id) == leader.actor().person.as_ref());
        let home = own.expect("on the roster").unit_id.clone();
        let beside = member(&house, &home, 0).await;
        let elsewhere = house
            .demo
            .branches
            .iter()
            .find(|b| b.id != home)
            .expect("two branches");
        let stranger = member(&house, &elsewhere.id, 0).await;
        hand_in(&house, beside.actor(), Desk::Own, CLEAN).await;
        let far = "每周为外院转来的产妇办一次出院指导，全年40次";
        let theirs = hand_in(&house, stranger.actor(), Desk::Own, far).await;
        let ours = "每月到两个科室听取产妇意见，全年24次，当月答复";
        let leads = hand_in(&house, leader.actor(), Desk::Own, ours).await;

        let page = colleague.get(&format!("/review/{leads}")).await.expect(200);
        let words = page.words();
        assert!(words.contains("对照着看（1 人）"), "{words}");
        assert!(page.text.contains(CLEAN) && words.contains(&beside.actor().name), "{words}");
        assert!(!page.text.contains(far), "another branch's members are no measure");
        assert!(words.contains("6 承诺标准是否高于一般党员"), "the extra questions stand over it: {words}");
        // Five questions, two more for leading cadres; two of the seven for each of three items.
        let keys = page.text.matches("data-answer=").count();
        assert_eq!(keys, page.text.matches("class=\"y\"").count(), "each answer has its key");
        assert!(page.text.contains("data-answer=\"q\"") && page.text.contains("data-answer=\"y\""));
        let english = colleague.in_english();
        let words = english.get(&format!("/review/{leads}")).await.expect(200).words();
        assert!(words.contains("Beside the commitments of members"), "{words}");

        // A member's pledge is not put beside anybody's.
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&elsewhere.id)).await;
        let page = secretary.get(&format!("/review/{theirs}")).await.expect(200);
        assert!(!page.text.contains("r-beside"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_rounds_stand_side_by_side_with_marks_one_can_read() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let author = member(&house, &branch, 0).await;
        let pledge = hand_in(&house, author.actor(), Desk::Own, VAGUE).await;
        let form = shown(&house, &secretary, &pledge).await;
        let back = [
            ("verdict", "return"),
            ("reasons", "no_target"),
            ("message", "请写清为多少人做"),
        ];
        send(&secretary, &pledge, &form, &back).await.expect(303);
        submit(&house, author.actor(), &pledge, "进一步提高服务水平，每月为40位产妇做讲解").await;

        for path in ["/review".to_owned(), format!("/review/{pledge}")] {
            let page = secretary.get(&path).await.expect(200);
            let table = page.text.split("<table class=\"r-two\">").nth(1).expect("a table");
            let table = table.split("</table>").next().expect("its end");
            assert!(table.contains("第 1 稿") && table.contains("第 2 稿"), "{table}");
            let cells: Vec<&str> = table.split("<td ").skip(1).collect();
            assert!(cells.len() >= 2, "{table}");
            let (left, right) = (cells[0], cells[1]);
            assert!(left.contains("<del><b aria-hidden=\"true\">−</b>") && !left.contains("<ins>"), "{left}");
            assert!(right.contains("<ins><b aria-hidden=\"true\">+</b>") && !right.contains("<del>"), "{right}");
            assert!(left.contains("删去：") && right.contains("新写："), "told to those who listen");
            assert!(right.contains("进一步提高服务水平"), "what stayed is on both sides");
        }
    }
}
