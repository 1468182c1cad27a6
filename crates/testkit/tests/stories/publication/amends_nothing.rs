//! An amendment that changes nothing is not handed in, on the page and by a program: there is nothing to review.

use super::*;
use serde_json::{Value, json};

const SAID: &str = "和现行的承诺一样，没有改动";

async fn told_by_program(author: &Client) -> Value {
    let told = author
        .json("GET", "/api/v1/my-pledge", &json!({}))
        .await
        .expect(200);
    serde_json::from_str(&told.text).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_nothing_is_not_handed_in() {
    for house in House::both_in(Step::Propose).await {
        let first = first_day(&house, GatedAct::Publicise).await;
        let told = confirmed(&house).await.at(&house, first).await;
        publish(&told.secretary, &told.branch).await.expect(303);
        let form = [("pledge", told.pledge.as_str()), ("reason", "想改数量")];
        told.author.post("/my-pledge/amend", &form).await.expect(303);

        let sign = told.author.get("/my-pledge/sign").await.expect(200);
        let revision = crate::pledge::hidden(&sign, "revision");
        let channels = told_by_program(&told.author).await["pledge"]["channels"].clone();
        let channels: Vec<String> = serde_json::from_value(channels).expect("channels");
        let name = told.author.actor().name.clone();
        let mut sent = vec![
            ("revision", revision.as_str()),
            ("signature", name.as_str()),
            ("consent", "1"),
        ];
        sent.extend(channels.iter().map(|c| ("channels", c.as_str())));
        let refused = told.author.post("/my-pledge/sign", &sent).await.expect(422);
        assert!(refused.words().contains(SAID), "{}", refused.words());
        // Saying that it is meant does not make it one.
        let mut meant = sent.clone();
        meant.push(("unchanged", "1"));
        told.author.post("/my-pledge/sign", &meant).await.expect(422);

        let now = told_by_program(&told.author).await;
        let body = json!({
            "revision": now["pledge"]["revision"], "signature": name, "consent": true, "channels": channels,
        });
        let path = "/api/v1/my-pledge/submit";
        let refused = told.author.json("POST", path, &body).await.expect(422);
        assert!(
            refused.text.contains("problem.pledge.amends_nothing"),
            "{}",
            refused.text
        );

        // Other ways of making it public are a change, and so is another text.
        let fewer: Vec<&String> = channels.iter().skip(1).collect();
        let mut other = body.clone();
        other["channels"] = json!(fewer);
        told.author.json("POST", path, &other).await.expect(200);
        let back = [("pledge", told.pledge.as_str())];
        told.author.post("/my-pledge/withdraw", &back).await.expect(303);
        write(
            &house,
            told.author.actor(),
            &told.pledge,
            &DEED.replace("30", "40"),
        )
        .await;
    }
}
