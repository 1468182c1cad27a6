//! A branch is merged into another in the middle of a campaign: its people move, what it left goes on there, and what it
//! promised stays public where it was promised.

use crate::publication::{first_day, on, publish};
use crate::review::{CLEAN, confirm_all, hand_in, member};
use app::demo::Step;
use app::pledge::Desk;
use domain::access::{Actor, Permission, Role, Scope, may};
use domain::campaign::GatedAct;
use domain::time::add_days;
use testkit::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_is_merged_and_what_it_promised_goes_on() {
    for house in House::both_in(Step::Review).await {
        let [old, new] = [0, 1].map(|at| house.demo.branches[at].clone());
        let there = house.as_role_of(Role::BranchSecretary, Some(&old.id)).await;
        let here = house.as_role_of(Role::BranchSecretary, Some(&new.id)).await;
        let writer = member(&house, &old.id, 0).await;
        let pledge = hand_in(&house, writer.actor(), Desk::Own, CLEAN).await;

        let office = house.as_role(Role::CampaignOffice).await;
        let page = format!("/units/{}", old.id);
        let end = format!("{page}/end");
        let shown = office.get(&page).await.expect(200);
        assert!(
            shown.text.contains(&format!("action=\"{end}\"")),
            "{}",
            shown.words()
        );
        let wanted = [("into", new.id.as_str()), ("reason", "两个支部合并")];
        writer.post(&end, &wanted).await.expect(403);
        there.post(&end, &wanted).await.expect(403);
        // Not while somebody waits for a decision; what was typed stays.
        let refused = office.post(&end, &wanted).await.expect(409);
        assert!(refused.words().contains("正在审核"), "{}", refused.words());
        assert!(refused.text.contains("value=\"两个支部合并\"") && refused.text.contains(&old.name));
        confirm_all(&house, there.actor(), &pledge)
            .await
            .expect("confirmed");

        // Nor without a reason, into itself, or into nothing while it has people.
        for (into, reason, told) in [
            (new.id.as_str(), "", "原因"),
            (old.id.as_str(), "合并", "请另选并入的单位"),
            ("", "合并", "请选择并入哪个单位"),
        ] {
            let refused = office
                .post(&end, &[("into", into), ("reason", reason)])
                .await
                .expect(422);
            assert!(refused.words().contains(told), "{told}: {}", refused.words());
        }
        office.post(&end, &wanted).await.expect(303);

        // Its people are the other branch's, its officers hold nothing of it, those of the other do.
        let writer = house.sign_in(&writer.actor().account).await;
        assert_eq!(writer.actor().unit.as_deref(), Some(new.id.as_str()));
        let there = house.sign_in(&there.actor().account).await;
        let here = house.sign_in(&here.actor().account).await;
        let reaches = |who: &Actor| may(who, Permission::ReportBranchProgress, Scope::Unit(&old.id));
        assert!(!reaches(there.actor()) && reaches(here.actor()));
        let tree = office.get("/units").await.expect(200);
        assert!(tree.words().contains("已撤销的单位") && tree.text.contains("两个支部合并"));
        assert!(!tree.text.contains(&format!("href=\"/units/{}\"", old.id)));
        // The departments that the branch covered are covered by the one that goes on.
        let machine = Actor::machine();
        let all = house
            .app
            .query(&machine, app::units::ListUnits)
            .await
            .expect("read");
        let heir = all.lines.iter().find(|l| l.unit.id == new.id).expect("there");
        for covers in [&old.covers, &new.covers] {
            let mut names = domain::organization::covered(covers);
            assert!(
                names.all(|n| heir.unit.covers.contains(n)),
                "{}",
                heir.unit.covers
            );
        }
        let english = office.get("/units?lang=en").await.expect(200);
        assert!(english.words().contains("Units that ended"));
        // Nothing new is asked of it.
        let bench = office.get("/workbench").await.expect(200);
        assert!(!bench.words().contains(&old.name), "{}", bench.words());
        let start = format!("/branch-pledge/{}/start", old.id);
        let refused = here.post(&start, &[]).await.expect(409);
        assert!(refused.words().contains("已经撤销"), "{}", refused.words());

        // What was confirmed there is published by the branch that goes on, and says whose it was.
        on(&house, add_days(first_day(&house, GatedAct::Publicise).await, 1));
        let here = house.sign_in(&here.actor().account).await;
        publish(&here, &old.id).await.expect(303);
        for address in [format!("/pledges/{pledge}"), format!("/branches/{}", old.id)] {
            let shown = house.visitor().get(&address).await.expect(200);
            let merged = format!("并入{}", new.name);
            let words = shown.words();
            assert!(words.contains(&merged) && words.contains(&old.name), "{words}");
        }
        let trail = house.as_role(Role::AuditAdmin).await;
        let trail = trail.get("/audit").await.expect(200);
        assert!(trail.words().contains("撤销或并入单位"), "{}", trail.words());

        // An older roster brings it back, and says so before.
        let office = house.as_role(Role::CampaignOffice).await;
        let rows = format!(
            "所在党支部,姓名,人员类别,出生年月\n{},姜𬭎,正式党员,1990.05\n",
            old.name
        );
        let place = office
            .upload("/roster/import", &[], "file", "名册.csv", rows.as_bytes())
            .await
            .expect(303)
            .location;
        let preview = office.get(&place).await.expect(200).words();
        assert!(preview.contains("导入会恢复"), "{preview}");
        office.post(&place, &[]).await.expect(303);
        let tree = office.get("/units").await.expect(200);
        assert!(tree.text.contains(&format!("href=\"/units/{}\"", old.id)));
    }
}
