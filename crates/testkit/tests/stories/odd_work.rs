//! Odd input on the pages of those who work with pledges: reviewers, inspectors, the office with its documents, and who
//! keeps the roster. As in `odd_input`: taken as plain text or refused with a sentence that names the field, nothing
//! typed lost, never a fault of ours.

use crate::odd_input::{at_every_form, fine};
use crate::review::{VAGUE, hand_in, member, shown};
use app::demo::Step;
use app::pledge::Desk;
use domain::access::Role;
use testkit::{Client, House, Reply};

/// Words that nothing but our own page can hold.
const WORDS: &str = "王䶮“讲课” & <b>两次</b>";

/// What was refused names the field and still holds what was typed.
fn told(place: &str, field: &str, reply: &Reply) {
    let code = reply.status.as_u16();
    assert_eq!(code, 422, "{place} {field}: {}", reply.words());
    assert!(
        reply.text.contains(&format!("href=\"#f-{field}\"")),
        "{place} {field}: names the field: {}",
        reply.words()
    );
    assert!(
        reply.text.contains("王䶮") && !reply.text.contains("<b>两次"),
        "{place} {field}: keeps what was typed"
    );
}

/// Sends a form with [`WORDS`] in one field and something wrong in another.
async fn refused(who: &Client, place: &str, fields: &[(&str, &str)], wrong: &str) {
    let reply = who.post(place, fields).await;
    told(place, wrong, &reply);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reviewers_forms_take_it_as_text_or_say_what_is_wrong() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let author = member(&house, &branch, 0).await;
        let pledge = hand_in(&house, author.actor(), Desk::Own, VAGUE).await;
        let path = format!("/review/{pledge}");
        let form = shown(&house, &secretary, &pledge).await;
        let form: Vec<(&str, &str)> = form.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        let with = |more: &[(&'static str, &'static str)]| -> Vec<(&str, &str)> {
            form.iter().copied().chain(more.iter().copied()).collect()
        };

        // First what is refused: the pledge still waits afterwards.
        let back = with(&[("verdict", "return"), ("message", WORDS)]);
        refused(&secretary, &path, &back, "reasons").await;
        let mut forms = Vec::new();
        for field in [
            "round",
            "step",
            "revision",
            "verdict",
            "reasons",
            "meeting.held_on",
            "answers.x",
        ] {
            forms.push((
                path.clone(),
                with(&[("message", WORDS), ("remark", WORDS)]),
                field,
            ));
        }
        for field in ["message", "reasons"] {
            forms.push((path.clone(), with(&[("verdict", "offer")]), field));
        }
        for field in ["round", "step", "revision"] {
            forms.push((path.clone(), vec![("verdict", "confirm"), ("all", "yes")], field));
        }
        forms.push((path.clone(), vec![("verdict", "confirm")], "remarks.0.x"));
        forms.push(("/review/together".to_owned(), vec![], "shown"));
        forms.push(("/review/undo".to_owned(), vec![], "decision"));
        forms.push(("/review/prove".to_owned(), vec![], "proof"));
        at_every_form(&secretary, &forms).await;
        for missing in [vec![], vec![("verdict", "confirm")], vec![("verdict", "return")]] {
            let reply = secretary.post(&path, &missing).await;
            assert!(
                matches!(reply.status.as_u16(), 409 | 422),
                "{missing:?}: {}",
                reply.words()
            );
        }
        // Ids of nothing, of another campaign and of another kind of thing.
        for id in [
            "x",
            &house.demo.campaign,
            &branch,
            "01932b6e-7c1a-7f00-8000-000000000301",
        ] {
            secretary.get(&format!("/review/{id}")).await.expect(404);
            secretary.post(&format!("/review/{id}"), &back).await.expect(404);
        }

        // Programs: half a surrogate pair is no text.
        for message in ["\\ud800", "请\\udc00写", "\\u0000", "\\u202e"] {
            let body = format!(
                "{{\"round\":1,\"step\":0,\"revision\":1,\"verdict\":\"return\",\"reasons\":[\"x\"],\"message\":\"{message}\"}}"
            );
            let path = format!("/api/v1/pledges/{pledge}/decisions");
            let reply = secretary.json_text("POST", &path, &body).await;
            let code = reply.status.as_u16();
            assert!(
                matches!(code, 400 | 403 | 409 | 422),
                "{message}: {code} {}",
                reply.text
            );
        }

        // Then what is taken: it goes back with the very words, as text.
        let sent = with(&[
            ("verdict", "return"),
            ("reasons", "not_concrete"),
            ("message", WORDS),
        ]);
        secretary.post(&path, &sent).await.expect(303);
        let page = author.get("/my-pledge").await.expect(200);
        assert!(page.words().contains("王䶮") && !page.text.contains("<b>两次"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inspections_documents_and_the_roster_take_it_as_text_or_say_what_is_wrong() {
    for house in House::both_in(Step::Appraise).await {
        let branch = house.demo.branches[0].id.clone();
        let office = house.as_role(Role::CampaignOffice).await;
        let inspector = house.as_role(Role::Supervisor).await;
        let person = house.demo.people[0].id.clone();
        let b = branch.as_str();

        let mut forms = Vec::new();
        for field in ["kind", "unit", "planned_on", "inspector", "note"] {
            forms.push((
                "/inspection/new".to_owned(),
                vec![("kind", "regular"), ("unit", b), ("planned_on", "2026-12-20")],
                field,
            ));
        }
        for field in [
            "title",
            "number",
            "source",
            "body",
            "dated_on",
            "original_published_on",
            "kind",
        ] {
            forms.push(("/documents".to_owned(), vec![("kind", "notice")], field));
        }
        at_every_form(&inspector, &forms[..5]).await;
        at_every_form(&office, &forms[5..]).await;
        refused(
            &inspector,
            "/inspection/new",
            &[
                ("kind", "regular"),
                ("unit", b),
                ("planned_on", "改天"),
                ("note", WORDS),
            ],
            "planned_on",
        )
        .await;
        refused(
            &office,
            "/documents",
            &[
                ("kind", "notice"),
                ("title", WORDS),
                ("body", "正文"),
                ("dated_on", "改天"),
            ],
            "dated_on",
        )
        .await;
        for field in ["x", &house.demo.campaign, b] {
            inspector.get(&format!("/inspection/{field}")).await.expect(404);
            office.get(&format!("/documents/{field}")).await.expect(404);
            let reply = office
                .post(&format!("/documents/{field}"), &[("title", WORDS)])
                .await;
            assert_eq!(reply.status.as_u16(), 404, "{}", reply.words());
        }

        let edit = format!("/roster/{person}/edit");
        let mut forms = Vec::new();
        let fields = [
            "name",
            "class",
            "leading_cadre",
            "title",
            "post",
            "sex",
            "ethnicity",
            "education",
            "birth_month",
            "joined_month",
            "phone",
            "unit",
        ];
        for field in fields {
            forms.push((
                "/roster/new".to_owned(),
                vec![("unit", b), ("class", "full_member")],
                field,
            ));
            forms.push((edit.clone(), vec![("class", "full_member")], field));
        }
        for field in ["unit", "on", "reason"] {
            forms.push((format!("/roster/{person}/transfer"), vec![("on", "改天")], field));
            forms.push((format!("/roster/{person}/leave"), vec![("on", "改天")], field));
        }
        forms.push(("/roster/import".to_owned(), vec![], "file"));
        at_every_form(&office, &forms).await;
        refused(
            &office,
            "/roster/new",
            &[
                ("unit", b),
                ("class", "full_member"),
                ("name", "赵䶮"),
                ("post", WORDS),
                ("birth_month", "属虎"),
            ],
            "birth_month",
        )
        .await;
        refused(
            &office,
            &format!("/roster/{person}/transfer"),
            &[("unit", b), ("on", "改天"), ("reason", WORDS)],
            "on",
        )
        .await;
        for id in ["x", &house.demo.campaign, b] {
            office.get(&format!("/roster/{id}")).await.expect(404);
            let sent = [("unit", b), ("on", "2026-12-01"), ("reason", "调动")];
            office
                .post(&format!("/roster/{id}/transfer"), &sent)
                .await
                .expect(404);
        }
        // Whatever was taken is shown as text.
        for (who, page) in [
            (&office, "/documents"),
            (&inspector, "/inspection"),
            (&office, "/roster"),
        ] {
            fine(page, "shown", &who.get(page).await.expect(200));
        }
    }
}
