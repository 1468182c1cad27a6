//! The right of reply also after the criticism was published (N18).

use super::{DAY, facts, plain, publish};
use app::case::{Event, Need, UseCase};
use app::ctx::Ctx;
use domain::access::Role;
use store::Tx;
use testkit::{House, NOON};

/// The public head of a followed item's pledge, so that strangers can open it.
pub(super) struct Head(pub store::pledge::Item);

impl UseCase for Head {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> app::Result<()> {
        let (today, text) = (ctx.today.to_string(), "{}".to_owned());
        let head = store::publication::PublicPledge {
            id: self.0.pledge_id.clone(),
            campaign_id: self.0.campaign_id.clone(),
            publication_id: ctx.id(),
            pledger: "person".to_owned(),
            unit_id: self.0.unit_id.clone(),
            unit_name: "B".to_owned(),
            name: "P".to_owned(),
            post: String::new(),
            leading_cadre: false,
            rank: 2,
            name_sort: "p".to_owned(),
            number: self.0.pledge_id.clone(),
            version: 1,
            hash: domain::canonical::sha256_hex(text.as_bytes()),
            check_code: domain::ids::CheckCode::of(&self.0.pledge_id).as_str().to_owned(),
            content: text,
            pledged_on: today.clone(),
            due_on: self.0.due_on.clone(),
            confirmed_on: today,
            published_at: ctx.now,
            published_by: String::new(),
            taken_down_at: None,
            taken_down_reason: String::new(),
        };
        store::publication::put_pledge(tx, &ctx.organization, &head).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("test.head", "pledge", &self.0.pledge_id).seen_by_all()
    }
}

/// Makes the pledge of an item public; its address.
pub(super) async fn shown(house: &House, item: &str) -> String {
    let item = facts(house, item).await;
    let address = format!("/pledges/{}", item.pledge_id);
    house.run(Head(item)).await.expect("public");
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_reply_joins_the_published_criticism() {
    for house in House::both().await {
        let made = publish(&house, 1, "2026-11-01").await;
        let mine = house.as_role(Role::Supervisor).await.actor().person.clone();
        let late = made
            .iter()
            .find(|m| Some(&m.0) != mine.as_ref() && plain(&house, &m.0));
        let (owner, _, item) = late.expect("another");
        let new = format!("/rectification/new?item={item}");
        let supervisor = house.as_role(Role::Supervisor).await;
        let matter = supervisor
            .post(&new, &[("words", "一直没有报")])
            .await
            .expect(303)
            .location;
        let matter = matter.split('?').next().expect("path").to_owned();
        house.app.clock().set(NOON + 5 * DAY);
        let order = [("reason", "补做并报告"), ("due_on", "12月20日"), ("owner", "")];
        let supervisor = house.as_role(Role::Supervisor).await;
        supervisor
            .post(&format!("{matter}/order"), &order)
            .await
            .expect(303);
        let (story, visitor) = (shown(&house, item).await, house.visitor());
        let before = visitor.get(&story).await.expect(200).words();
        assert!(before.contains("当事人没有申辩。"), "{before}");
        let member = house.as_person(owner).await;
        let reply = [("reply", "那周在外院会诊")];
        member.post(&format!("{matter}/reply"), &reply).await.expect(303);
        let after = visitor.get(&story).await.expect(200).words();
        assert!(
            after.contains("当事人申辩：那周在外院会诊") && !after.contains("当事人没有申辩。"),
            "{after}"
        );
    }
}
