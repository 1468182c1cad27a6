//! A campaign of departments and leaders (N4, N16).

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn departments_pledge_and_of_the_people_only_leaders() {
    let mut databases = vec![Database::sqlite().await];
    databases.extend(Database::postgres().await);
    for database in databases {
        let house = proposing(database, "department_service").await;
        let branch = house.demo.branches[1].id.clone();
        let plain = member(&house, &branch, 0).await;
        let head = member(&house, &branch, 1).await;
        let refused = file(&house, plain.actor(), Desk::Own)
            .await
            .expect_err("leaders only");
        assert_eq!(kind(&refused).1, "problem.pledge.not_in_scope");
        let tasks = plain.get("/work").await.expect(200);
        assert!(
            tasks.words().contains("今天没有待办"),
            "nothing to do: {}",
            tasks.words()
        );
        let own = plain.get("/my-pledge").await.expect(200);
        assert!(own.words().contains("本次活动不要求"), "{}", own.words());
        assert!(!own.text.contains("/my-pledge/start"), "nothing to begin");

        // A secretary who leads nothing is not asked either, and no page says he is.
        let ordinary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let own = ordinary.get("/my-pledge").await.expect(200).words();
        assert!(
            own.contains("本次活动不要求") && !own.contains("标准高于科室"),
            "{own}"
        );
        let campaign = house.app.query(ordinary.actor(), FindCurrent).await;
        let campaign = campaign.expect("asked").expect("runs").id;
        let show = house
            .as_role(Role::CampaignOffice)
            .await
            .get(&format!("/campaigns/{campaign}"))
            .await;
        let show = show.expect(200).words();
        let (_, forms) = show.split_once("领导干部带头承诺书").expect("its form");
        let (form, _) = forms.split_once("模板").unwrap_or((forms, ""));
        assert!(
            form.contains("党员领导干部") && !form.contains("支部书记、"),
            "{form}"
        );
        let (_, burden) = show.split_once("要大家做多少").expect("the burden");
        let (burden, _) = burden.split_once("领导干部带头承诺书").unwrap_or((burden, ""));
        assert!(!burden.contains("支部书记"), "{burden}");

        let department = "01932b6e-7c1a-7f00-8000-0000000000d1".to_owned();
        let add = Department {
            id: department.clone(),
            branch: branch.clone(),
            account: head.actor().account.clone(),
        };
        house.run(add).await.expect("added");
        let head = house.sign_in(&head.actor().account).await;
        let (unit, audience) = file(&house, head.actor(), Desk::Branch(department.clone()))
            .await
            .expect("files");
        assert_eq!(audience, Audience::Department);
        head.get(&format!("/branch-pledge/{department}"))
            .await
            .expect(200);
        // The branch itself is not asked.
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let refused = file(&house, secretary.actor(), Desk::Branch(branch.clone())).await;
        assert_eq!(
            kind(&refused.expect_err("no branch")).1,
            "problem.pledge.not_in_scope"
        );

        let leader = house
            .demo
            .people
            .iter()
            .find(|p| p.leading_cadre && p.class == "full_member");
        let leader = house.as_person(&leader.expect("a leading cadre").id).await;
        let (own, _) = file(&house, leader.actor(), Desk::Own).await.expect("leaders do");
        to_review(&house).await;
        let office = house.as_role(Role::CampaignOffice).await;
        assert_eq!(through(&house, &office, &unit).await, 2);
        assert_eq!(through(&house, &office, &own).await, 1);
        // In the register: one department due, and its pledge in.
        let bench = office.get("/workbench").await.expect(200);
        let bench = bench.words();
        assert!(
            bench.contains("产科门诊") && bench.contains("机关第一党支部本次不要求"),
            "{bench}"
        );
        let listen = bench.split("问需").nth(1).expect("the stage");
        assert!(
            listen.contains("各科室 还有 1 件"),
            "departments are asked, not branches: {bench}"
        );
        let people = office.get(&format!("/workbench/{branch}")).await.expect(200);
        assert!(people.words().contains("本次不要求") && !people.words().contains("自愿参加，未填"));
        house.app.clock().set(NOON);
    }
}
