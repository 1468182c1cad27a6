//! Somebody changes the branch after his pledge is public: what is in force stays where it was published, a new version is
//! reviewed and published where he is now.

use super::*;

async fn transfer(house: &House, person: &str, unit: &str) {
    let office = house.as_role(Role::CampaignOffice).await;
    let today = house.app.date_of(house.app.clock().now()).to_string();
    let sent = [("unit", unit), ("on", today.as_str()), ("reason", "工作调动")];
    let address = format!("/roster/{person}/transfer");
    office.post(&address, &sent).await.expect(303);
}

async fn begin_anew(house: &House, told: &Told) {
    let amend = AmendPledge {
        pledge: told.pledge.clone(),
        reason: "改为40套".into(),
    };
    let amended = house.app.execute(told.author.actor(), amend).await;
    amended.expect("begun");
}

/// Another branch with a secretary who holds nothing else.
async fn other_branch(house: &House, told: &Told) -> (String, Client) {
    let of = |account: &str| {
        house
            .demo
            .accounts
            .iter()
            .filter(|h| h.account == account)
            .count()
    };
    let mut holders = house.demo.accounts.iter();
    let holder = holders.find(|h| {
        h.role == Role::BranchSecretary && h.unit.as_ref() != Some(&told.branch) && of(&h.account) <= 2
    });
    let holder = holder.expect("another secretary");
    (
        holder.unit.clone().expect("of a branch"),
        house.sign_in(&holder.account).await,
    )
}

async fn queue_of(who: &Client) -> String {
    who.get("/review").await.expect(200).text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_after_a_transfer_is_the_new_branchs() {
    for house in House::both_in(Step::Propose).await {
        let first = first_day(&house, GatedAct::Publicise).await;
        let told = confirmed(&house).await.at(&house, first).await;
        publish(&told.secretary, &told.branch).await.expect(303);
        let person = told.author.actor().person.clone().expect("on the roster");
        let (new, here) = other_branch(&house, &told).await;
        transfer(&house, &person, &new).await;
        let told = told.at(&house, first).await;
        begin_anew(&house, &told).await;

        // Given up, nothing has moved.
        let form = [("pledge", told.pledge.as_str()), ("reason", "")];
        told.author.post("/my-pledge/give-up", &form).await.expect(303);
        begin_anew(&house, &told).await;
        write(
            &house,
            told.author.actor(),
            &told.pledge,
            &DEED.replace("30", "40"),
        )
        .await;

        let one = format!("/review/{}", told.pledge);
        assert!(queue_of(&here).await.contains(&one), "the new secretary finds it");
        let tasks = here.get("/work").await.expect(200);
        assert!(tasks.words().contains("等您审核"), "{}", tasks.words());
        here.get(&one).await.expect(200);
        let bench = here.get(&format!("/workbench/{new}")).await.expect(200);
        assert!(bench.text.contains(&one), "and on his workbench");
        assert!(
            !queue_of(&told.secretary).await.contains(&one),
            "it is no longer the old one's"
        );
        assert!(
            decide_quietly(&house, told.secretary.actor(), &told.pledge)
                .await
                .is_err()
        );
        let next = house
            .app
            .query(told.author.actor(), app::review::FindNext(told.pledge.clone()))
            .await;
        let next = next.expect("asked").expect("it waits").names;
        assert_eq!(next, vec![here.actor().name.clone()]);

        // Until it is published, the version in force stays under its branch.
        let address = format!("/pledges/{}", told.pledge);
        let listed = |unit: String| {
            let (visitor, address) = (house.visitor(), address.clone());
            async move {
                visitor
                    .get(&format!("/branches/{unit}"))
                    .await
                    .expect(200)
                    .text
                    .contains(&address)
            }
        };
        assert!(listed(told.branch.clone()).await && !listed(new.clone()).await);
        decide(&house, here.actor(), &told.pledge)
            .await
            .expect("confirmed");
        let preview = told
            .secretary
            .get(&format!("/publication/preview?scope={}", told.branch))
            .await;
        assert!(!preview.text.contains(&told.pledge), "{}", preview.words());
        publish(&here, &new).await.expect(303);
        assert!(!listed(told.branch.clone()).await && listed(new.clone()).await);
        let items = house.database.look(store::sql!("SELECT DISTINCT i.unit_id AS v FROM commitment_item i JOIN public_pledge p ON p.organization_id = i.organization_id AND p.id = i.pledge_id WHERE p.version = 2")).await;
        assert_eq!(items, vec![new.clone()]);
        let printed = house
            .app
            .query(
                told.author.actor(),
                app::pledge::OpenPledge {
                    id: told.pledge.clone(),
                },
            )
            .await;
        let filed = printed.expect("his").filed.expect("filed");
        let unit = house.demo.branches.iter().find(|b| b.id == new).expect("there");
        assert_eq!(filed.header.unit, unit.name);
    }
}

async fn decide_quietly(house: &House, actor: &Actor, pledge: &str) -> app::Result<app::review::Decisions> {
    let find = FindCandidate {
        pledge: pledge.to_owned(),
    };
    house.app.query(actor, find).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_that_waits_goes_along_with_its_writer() {
    for house in House::both_in(Step::Propose).await {
        let first = first_day(&house, GatedAct::Publicise).await;
        let told = confirmed(&house).await.at(&house, first).await;
        publish(&told.secretary, &told.branch).await.expect(303);
        begin_anew(&house, &told).await;
        write(
            &house,
            told.author.actor(),
            &told.pledge,
            &DEED.replace("30", "40"),
        )
        .await;
        let one = format!("/review/{}", told.pledge);
        assert!(queue_of(&told.secretary).await.contains(&one));
        let person = told.author.actor().person.clone().expect("on the roster");
        let (new, here) = other_branch(&house, &told).await;
        transfer(&house, &person, &new).await;
        assert!(queue_of(&here).await.contains(&one));
        assert!(!queue_of(&told.secretary).await.contains(&one));
        told.secretary.get(&one).await.expect(404);
    }
}
