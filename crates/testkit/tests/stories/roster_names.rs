//! Rosters in the commonest layout: department and post in two columns, branches by their short names, one sheet taken for
//! the whole house.

use domain::access::Role;
use testkit::{Client, House};

async fn upload(office: &Client, text: &str, whole: bool) -> String {
    let fields: &[(&str, &str)] = if whole { &[("whole", "1")] } else { &[] };
    let bytes = format!("\u{FEFF}{text}").into_bytes();
    office
        .upload("/roster/import", fields, "file", "名册.csv", &bytes)
        .await
        .expect(303)
        .location
}

async fn plan(house: &House, office: &Client, text: &str, own: &[&str]) -> app::import::Preview {
    let (_, reading) = app::import::read_file(text.as_bytes().to_vec(), "r.csv", app::import::Maps::new())
        .await
        .expect("read");
    let case = app::import::PlanRoster {
        reading: std::sync::Arc::new(reading),
        whole: false,
        own_branches: Some(own.iter().map(|n| (*n).to_owned()).collect()),
    };
    house.app.query(office.actor(), case).await.expect("planned")
}

#[tokio::test(flavor = "multi_thread")]
async fn two_columns_make_one_post_and_a_short_name_means_the_branch_there_is() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let there = &house.demo.branches[1].name;
        let short = there.strip_suffix("党支部").expect("a branch's name");
        let text = format!(
            "姓名,党支部,部门,职务,政治面貌\n王䶮,{short},产科,主任,预备\n马㛃雅,{short}支部,产科,护士,共青团员（入党积极分子）\n"
        );
        let place = upload(&office, &text, false).await;
        let seen = office.get(&place).await.expect(200);
        assert!(
            seen.words().contains("产科 主任") && seen.words().contains("预备党员"),
            "{}",
            seen.words()
        );
        assert!(
            seen.words().contains(&format!("“{short}”按现有的“{there}”读入")),
            "{}",
            seen.words()
        );
        assert!(plan(&house, &office, &text, &[]).await.new_branches.is_empty());
        // The office says that one of them is new after all, and may take it back.
        let branches = format!("{place}/branches");
        office.post(&branches, &[("new", short)]).await.expect(303);
        let changed = office.get(&place).await.expect(200).words();
        let new = format!("“{short}”另建新支部");
        assert!(changed.contains(&new), "{changed}");
        assert_eq!(plan(&house, &office, &text, &[short]).await.new_branches, [short]);
        office.post(&branches, &[("known", short)]).await.expect(303);
        office.post(&place, &[]).await.expect(303);
        let roster = office.get("/roster.csv").await.expect(200).text;
        assert!(
            roster.contains("产科 主任") && roster.contains("产科 护士"),
            "{roster}"
        );
        let units = office.get("/units").await.expect(200).words();
        assert!(
            !units.contains(&format!("{short}支部")),
            "no second branch: {units}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_set_by_hand_are_joined_or_refused() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let branch = &house.demo.branches[1].name;
        let text = format!("姓名,党支部,职务,职称,类别\n王䶮,{branch},护士,主管护师,党员\n");
        let place = upload(&office, &text, false).await;
        let columns = format!("{place}/columns");
        let mut form = vec![
            ("sheet", "0"),
            ("header_row", "1"),
            ("role", "people"),
            ("meaning.0", "name"),
            ("meaning.1", "branch"),
            ("meaning.2", "post"),
            ("meaning.3", "post"),
            ("meaning.4", "class"),
        ];
        office.post(&columns, &form).await.expect(303);
        let seen = office.get(&place).await.expect(200).words();
        assert!(seen.contains("护士 主管护师"), "{seen}");
        form[6].1 = "name";
        let refused = office.post(&columns, &form).await.expect(422).words();
        assert!(refused.contains("有两列都选了“姓名”"), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_sent_as_the_whole_is_asked_about_with_its_number() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let branch = &house.demo.branches[1].name;
        let text = format!("姓名,党支部,类别\n王䶮,{branch},党员\n");
        let place = upload(&office, &text, true).await;
        let seen = office.get(&place).await.expect(200);
        let (_, rest) = seen.text.split_once("name=\"leavers\" value=\"").expect("a tick");
        let number = rest.split('"').next().expect("it ends");
        assert!(
            seen.words().contains(&format!("有 {number} 人不在这份名册里")),
            "{}",
            seen.words()
        );
        let before = office.get("/roster.csv").await.expect(200).text;
        for tick in [&[][..], &[("leavers", "1")]] {
            let refused = office.post(&place, tick).await.expect(422).words();
            assert!(refused.contains("四分之一"), "{refused}");
        }
        assert_eq!(
            office.get("/roster.csv").await.expect(200).text,
            before,
            "nobody has left"
        );
        office.post(&place, &[("leavers", number)]).await.expect(303);
        // A few who leave are not asked about.
        let place = upload(&office, &text, true).await;
        let seen = office.get(&place).await.expect(200);
        assert!(!seen.text.contains("name=\"leavers\""));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_may_mean_a_branch_is_told_of_and_the_office_chooses() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let branch = &house.demo.branches[1];
        let bare = branch.name.strip_suffix("党支部").expect("a branch's name");
        let longer = format!("{bare}病房支部");
        let text = format!("姓名,党支部,政治面貌\n王䶮,{longer},预备\n");
        let place = upload(&office, &text, false).await;
        let seen = office.get(&place).await.expect(200).words();
        assert!(
            seen.contains("可能就是现有的支部") && seen.contains(&format!("“{longer}”将另建新支部")),
            "{seen}"
        );
        let choose = [("means", longer.as_str()), ("there", branch.name.as_str())];
        office
            .post(&format!("{place}/branches"), &choose)
            .await
            .expect(303);
        let seen = office.get(&place).await.expect(200).words();
        assert!(
            seen.contains(&format!("“{longer}”按现有的“{}”读入", branch.name)),
            "{seen}"
        );
        let back = [("as_written", longer.as_str())];
        office.post(&format!("{place}/branches"), &back).await.expect(303);
        let seen = office.get(&place).await.expect(200).words();
        assert!(seen.contains(&format!("“{longer}”将另建新支部")), "{seen}");
        office
            .post(&format!("{place}/branches"), &choose)
            .await
            .expect(303);
        office.post(&place, &[]).await.expect(303);
        let units = office.get("/units").await.expect(200).words();
        assert!(!units.contains(&longer), "{units}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_name_of_a_branch_with_a_secretary_misses_none() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let mut held = house
            .demo
            .accounts
            .iter()
            .filter(|h| h.role == Role::BranchSecretary);
        let held: Vec<&str> = held.by_ref().filter_map(|h| h.unit.as_deref()).collect();
        let branch = house
            .demo
            .branches
            .iter()
            .find(|b| held.contains(&b.id.as_str()))
            .expect("one");
        let short = format!(
            "{}支部",
            branch.name.strip_suffix("党支部").expect("a branch's name")
        );
        let text = format!(
            "姓名,党支部,政治面貌,备注\n王䶮,{short},预备,\n马㛃雅,青山村党支部,党员,支部书记\n李䲠,绿水村党支部,党员,\n"
        );
        let place = upload(&office, &text, false).await;
        let seen = office.get(&place).await.expect(200).words();
        assert!(!seen.contains(&format!("“{short}”没有写支部书记")), "{seen}");
        assert!(
            !seen.contains(&format!("“{}”没有写支部书记", branch.name)),
            "{seen}"
        );
        assert!(seen.contains("“绿水村党支部”没有写支部书记"), "{seen}");
    }
}
