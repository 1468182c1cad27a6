//! Who may do what: the printed table is the table that is asked, and every route behaves as it says (AZ-01).

use axum::http::Method;
use domain::access::{Actor, Grant, PersonField, holders};
use domain::access::{FIELDS, Permission, Reach, Role, Scope, may, may_see};
use std::fmt::Write as _;
use std::path::Path;
use testkit::{Client, House};
use web::{Gate, Surface};

/// An id that nothing has.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// The identifier as JSON writes it.
fn word(value: serde_json::Result<serde_json::Value>) -> String {
    value.expect("a value").as_str().expect("a word").to_owned()
}

fn reach_name(reach: Reach) -> String {
    word(serde_json::to_value(reach))
}

fn field_name(field: PersonField) -> String {
    word(serde_json::to_value(field))
}

fn markdown() -> String {
    let mut out = String::from(
        "# Who may do what\n\nGenerated from `domain::access`; do not edit. `just update` writes it anew, a test fails when it is stale.\n\n\
         Reach: **organization** everything, **unit** the units of the grant, **own** one's own matter only. The public may\n\
         nothing of this; the product's own command line and jobs may everything and are logged as themselves.\n\n## Acts\n\n",
    );
    let heads: Vec<&str> = Role::ALL.iter().map(|r| r.name()).collect();
    let _ = writeln!(
        out,
        "| act | {} |\n|---|{}",
        heads.join(" | "),
        "---|".repeat(heads.len())
    );
    for permission in Permission::ALL {
        let cell = |role: &Role| {
            holders(*permission)
                .iter()
                .find(|(r, _)| r == role)
                .map_or(String::new(), |(_, reach)| reach_name(*reach))
        };
        let cells: Vec<String> = Role::ALL.iter().map(cell).collect();
        let _ = writeln!(out, "| `{}` | {} |", permission.name(), cells.join(" | "));
    }
    out.push_str("\n## Fields of a person each role sees\n\nWithin its reach; everybody sees his own. Strangers see the public projection only.\n\n");
    let _ = writeln!(
        out,
        "| field | {} |\n|---|{}",
        heads.join(" | "),
        "---|".repeat(heads.len())
    );
    for (field, roles) in FIELDS {
        let cells: Vec<&str> = Role::ALL
            .iter()
            .map(|r| if roles.contains(r) { "yes" } else { "" })
            .collect();
        let _ = writeln!(out, "| `{}` | {} |", field_name(*field), cells.join(" | "));
    }
    out
}

fn json() -> String {
    let acts: Vec<_> = Permission::ALL
        .iter()
        .map(|p| {
            let held: serde_json::Map<_, _> = holders(*p)
                .iter()
                .map(|(role, reach)| {
                    (
                        role.name().to_owned(),
                        serde_json::Value::String(reach_name(*reach)),
                    )
                })
                .collect();
            serde_json::json!({ "act": p.name(), "roles": held })
        })
        .collect();
    let fields: Vec<_> = FIELDS
        .iter()
        .map(|(field, roles)| {
            let seen: Vec<&str> = roles.iter().map(|r| r.name()).collect();
            serde_json::json!({ "field": field_name(*field), "roles": seen })
        })
        .collect();
    let all = serde_json::json!({ "acts": acts, "person_fields": fields });
    format!("{}\n", serde_json::to_string_pretty(&all).expect("JSON"))
}

#[test]
fn the_printed_tables_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated");
    let renew = std::env::var("UPDATE").is_ok_and(|v| v == "1");
    for (name, text) in [("permissions.md", markdown()), ("permissions.json", json())] {
        let file = folder.join(name);
        if renew {
            std::fs::create_dir_all(&folder).expect("the folder");
            std::fs::write(&file, &text).expect("written");
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(kept == text, "docs/generated/{name} is stale: run `just update`");
    }
}

#[test]
fn the_printed_tables_say_what_the_functions_answer() {
    for role in Role::ALL {
        let actor = Actor {
            account: "a".into(),
            person: Some("p".into()),
            unit: Some("u".into()),
            grants: vec![Grant {
                role,
                unit: role.needs_unit().then(|| "u".into()),
            }],
            ..Actor::default()
        };
        for permission in Permission::ALL {
            let reach = holders(*permission)
                .iter()
                .find(|(r, _)| *r == role)
                .map(|(_, reach)| *reach);
            let own = Scope::Person {
                person: "p",
                unit: "u",
            };
            let foreign = Scope::Person {
                person: "q",
                unit: "v",
            };
            assert_eq!(
                may(&actor, *permission, own),
                reach.is_some(),
                "{role:?} {permission:?}"
            );
            let far = reach == Some(Reach::Organization) || reach == Some(Reach::Unit) && !limited(role);
            assert_eq!(
                may(&actor, *permission, foreign),
                far,
                "{role:?} {permission:?} elsewhere"
            );
        }
        for (field, roles) in FIELDS {
            assert_eq!(
                may_see(&actor, *field, "q", "u"),
                roles.contains(&role),
                "{role:?} {field:?}"
            );
            assert!(may_see(&actor, *field, "p", "v"), "one's own");
        }
    }
    assert!(!may_see(&Actor::public(), PersonField::Name, "p", "u"));
}

fn limited(role: Role) -> bool {
    role.needs_unit() || role == Role::Participant
}

fn filled(path: &str) -> String {
    let pieces: Vec<&str> = path
        .split('/')
        .map(|p| if p.starts_with('{') { NOBODY } else { p })
        .collect();
    pieces.join("/")
}

async fn asked(client: &Client, route: &web::Route) -> (u16, String) {
    let path = filled(route.path);
    let reply = match (route.surface, route.method == Method::GET) {
        (Surface::Api, _) => {
            client
                .json(route.method.as_str(), &path, &serde_json::json!({}))
                .await
        }
        (Surface::Page, true) => client.get(&path).await,
        (Surface::Page, false) => client.post(&path, &[]).await,
    };
    (reply.status.as_u16(), reply.location)
}

/// What is wrong with an answer, if anything.
fn fault(actor: Option<&Actor>, route: &web::Route, status: u16, location: &str) -> Option<&'static str> {
    let turned_away = status == 401 || location.starts_with("/sign-in?next=");
    if status >= 500 {
        return Some("our mistake");
    }
    match (route.gate, actor) {
        (Gate::Public | Gate::Fresh | Gate::Anonymous, _) => {
            turned_away.then_some("wants somebody signed in")
        }
        (_, None) => (!turned_away).then_some("open to the public"),
        (Gate::Holds(permission), Some(actor)) if !may(actor, permission, Scope::Any) => {
            (status != 403).then_some("open to a role without the permission")
        }
        _ => turned_away.then_some("does not know who is signed in"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_keeps_its_gate_against_every_role_and_the_public() {
    let house = House::sqlite().await;
    let mut wrong = Vec::new();
    for role in Role::ALL.map(Some).into_iter().chain([None]) {
        let mut client = match role {
            Some(role) => house.as_role(role).await,
            None => house.visitor(),
        };
        for route in web::routes() {
            let (status, location) = asked(&client, &route).await;
            let actor = role.map(|_| client.actor().clone());
            if let Some(what) = fault(actor.as_ref(), &route, status, &location) {
                let who = role.map_or("the public", Role::name);
                wrong.push(format!(
                    "{} {} as {who}: {status} {location}: {what}",
                    route.method, route.path
                ));
            }
            // These end the session, as they should.
            if let (Some(role), "/sign-out" | "/me/password") = (role, route.path) {
                client = house.as_role(role).await;
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of the answers:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_what_he_may_not_stands_in_the_trail() {
    for house in House::both().await {
        let member = house.as_role(Role::Participant).await;
        member.get("/documents/new").await.expect(403);
        member.post("/documents", &[("kind", "notice")]).await.expect(403);
        house.visitor().post("/documents", &[("kind", "notice")]).await;
        let auditor = house.as_role(Role::AuditAdmin).await;
        let trail = auditor.get("/audit?act=access.refused").await.expect(200);
        let words = trail.words();
        assert!(
            words.contains("越权尝试") && words.contains("/documents"),
            "{words}"
        );
        assert!(words.contains(&member.actor().name));
        assert!(
            !words.contains("/documents/new"),
            "who only looks has gone astray"
        );
    }
}
