//! The first start: a link, a form, four slips, and the link is dead.

use app::{App, Clock, Config};
use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use testkit::Database;
use tower::ServiceExt;

const FIELDS: [(&str, &str); 9] = [
    ("name", "某省妇幼保健院"),
    ("short_name", "省妇幼"),
    ("committee", "院党委"),
    ("office", "党群办"),
    ("office_phone", "0000-12345"),
    ("system_admin", "姜𬭎"),
    ("security_admin", "马㛃雅"),
    ("audit_admin", "王䶮"),
    ("campaign_office", "白前"),
];

async fn send(app: &App, method: &str, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::ACCEPT_LANGUAGE, "zh-CN")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.finish()))
        .expect("a request");
    let answer = web::router(app.clone())
        .oneshot(request)
        .await
        .expect("never fails");
    let (parts, body) = answer.into_parts();
    let bytes = body.collect().await.expect("a body").to_bytes();
    (
        parts.status.as_u16(),
        String::from_utf8_lossy(&bytes).into_owned(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn one_link_founds_the_organisation_once() {
    let mut databases = vec![Database::sqlite().await];
    databases.extend(Database::postgres().await);
    for database in databases {
        let folder = tempfile::TempDir::new().expect("a directory");
        let config = Config {
            data: folder.path().to_owned(),
            ..Config::default()
        };
        let id = "01900000-0000-7000-8000-000000000001";
        let app = App::new(database.db.clone(), Clock::fixed(testkit::NOON), config, id);
        let link = app::setup::prepare(&app)
            .await
            .expect("prepared")
            .expect("not set up yet");
        let again = app::setup::prepare(&app)
            .await
            .expect("prepared")
            .expect("not set up yet");
        assert_eq!(
            link.address, again.address,
            "a link handed out goes on working after a restart"
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&link.file)
                .expect("a file")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let path = link.address.split_once("8080").expect("the address").1.to_owned();

        assert_eq!(send(&app, "GET", "/setup/0000", &[]).await.0, 410);
        assert_eq!(
            send(&app, "POST", &format!("/setup/{}", "0".repeat(64)), &FIELDS)
                .await
                .0,
            410
        );
        assert_eq!(send(&app, "GET", &path, &[]).await.0, 200);
        let mut twice = FIELDS;
        twice[7].1 = "姜𬭎";
        let (status, page) = send(&app, "POST", &path, &twice).await;
        assert_eq!(status, 422);
        assert!(page.contains("href=\"#f-audit_admin\"") && page.contains("value=\"某省妇幼保健院\""));

        for padded in ["姜 𬭎", "姜\u{3000}𬭎 "] {
            twice[7].1 = padded;
            assert_eq!(send(&app, "POST", &path, &twice).await.0, 422, "{padded}");
        }

        let (status, page) = send(&app, "POST", &path, &FIELDS).await;
        assert_eq!(status, 200, "{page}");
        let codes: Vec<&str> = page
            .split("slip-code code\">")
            .skip(1)
            .filter_map(|p| p.split('<').next())
            .collect();
        assert_eq!(codes.len(), 4);
        assert!(
            page.contains("某省妇幼保健院"),
            "the slips bear the name that was just typed"
        );
        assert!(!link.file.exists());
        assert_eq!(send(&app, "POST", &path, &FIELDS).await.0, 410);
        assert_eq!(send(&app, "GET", &path, &[]).await.0, 410);
        assert!(app::setup::prepare(&app).await.expect("asked").is_none());
        for code in codes {
            assert_eq!(
                send(&app, "POST", "/sign-in/slip", &[("code", code)]).await.0,
                303
            );
        }
        let (_, home) = send(&app, "GET", "/sign-in", &[]).await;
        assert!(
            home.contains("某省妇幼保健院"),
            "pages know the organisation at once"
        );
    }
}

/// Three of whom one has a name of the set-up; two share a name, so nobody can tell which of them would be meant.
const ROSTER: &str = "所在党支部,姓名,性别,出生年月,人员类别\n机关党支部,白前,女,1980.01,正式党员\n\
    机关党支部,王䶮,男,1979.05,正式党员\n机关党支部,王䶮,女,1985.07,正式党员\n";

async fn import(app: &App) -> app::import::Outcome {
    let maps = app::import::Maps::new();
    let (_, reading) = app::import::read_file(ROSTER.as_bytes().to_vec(), "r.csv", maps)
        .await
        .expect("readable");
    app::import::apply(app, &domain::access::Actor::machine(), reading, false)
        .await
        .expect("read")
}

/// An installation without an organisation, on each database, with what must outlive it.
async fn fresh() -> Vec<(App, Database, tempfile::TempDir)> {
    let mut databases = vec![Database::sqlite().await];
    databases.extend(Database::postgres().await);
    let open = |database: Database| {
        let folder = tempfile::TempDir::new().expect("a directory");
        let config = Config {
            data: folder.path().to_owned(),
            ..Config::default()
        };
        let id = "01900000-0000-7000-8000-000000000001";
        let app = App::new(database.db.clone(), Clock::fixed(testkit::NOON), config, id);
        (app, database, folder)
    };
    databases.into_iter().map(open).collect()
}

/// Sets up as the link asks and returns the page of the slips.
async fn set_up(app: &App) -> String {
    let link = app::setup::prepare(app).await.expect("asked").expect("a link");
    let path = link.address.split_once("8080").expect("the address").1.to_owned();
    let (status, page) = send(app, "POST", &path, &FIELDS).await;
    assert_eq!(status, 200, "{page}");
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn one_man_has_one_account_whether_roster_or_setup_came_first() {
    for (app, _database, _folder) in fresh().await {
        let name = "某院".to_owned();
        app.execute(
            &domain::access::Actor::machine(),
            app::setup::FoundForImport { name },
        )
        .await
        .expect("an organisation");
        assert_eq!((import(&app).await.added, import(&app).await.unchanged), (3, 3));
        let page = set_up(&app).await;
        // The office is the person of the roster; of two with the auditor's name neither is taken for him.
        assert!(page.contains("baiqian") && !page.contains("baiqian2"), "{page}");
        assert!(page.contains("wangyan3"), "{page}");
    }
    for (app, _database, _folder) in fresh().await {
        set_up(&app).await;
        let done = import(&app).await;
        assert_eq!(
            (done.added, done.accounts),
            (3, 2),
            "the office's account is its own"
        );
    }
}
