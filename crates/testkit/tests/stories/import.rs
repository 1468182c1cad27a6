//! Rosters as people make them: looked at first, taken over once, and never guessed at.

use domain::access::Role;
use testkit::{Client, House};

pub(crate) const HEAD: &str =
    "序号,所在党支部,姓名,性别,民族,文化程度,出生年月,入党时间,工作单位及职务,联系电话,人员类别,备注\n";
pub(crate) const ROWS: &str = "1,产科党支部,王䶮,女,汉,本科,1974.01,1998.06,产科一病区 护士长,13800000001,正式党员,支部书记\n\
2,产科党支部,马㛃雅,女,汉族,硕士,1985-03,2010.07,产房 助产士,13800000002,正式党员,\n\
3,新设党支部,姜𬭎,男,土家族,大专,1990年5月,,总务科 干事,13800000003,入党积极分子,\n\
4,新设党支部,阿卜杜拉·买买提,男,维吾尔族,本科,1969.12,1995.07,药剂科 主任,13800000004,正式党员,\n";

fn csv(rows: &str) -> Vec<u8> {
    format!("\u{FEFF}党员名册\n{HEAD}{rows}").into_bytes()
}

async fn upload(office: &Client, bytes: &[u8], whole: bool) -> String {
    let fields: &[(&str, &str)] = if whole { &[("whole", "1")] } else { &[] };
    office
        .upload("/roster/import", fields, "file", "名册.csv", bytes)
        .await
        .expect(303)
        .location
}

async fn people(office: &Client) -> String {
    office.get("/roster").await.expect(200).words()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_before_it_is_confirmed_and_a_second_time_changes_nothing() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let before = people(&office).await;
        let place = upload(&office, &csv(ROWS), false).await;
        let preview = office.get(&place).await.expect(200);
        assert!(preview.words().contains("读到 4 人"), "{}", preview.words());
        assert!(preview.text.contains("新设党支部") && preview.text.contains("阿卜杜拉·买买提"));
        assert_eq!(people(&office).await, before, "nothing is written yet");

        // Somebody else does not find it, nor may every role.
        house.as_role(Role::BranchSecretary).await.get(&place).await;
        house
            .as_role(Role::SystemAdmin)
            .await
            .get(&place)
            .await
            .expect(403);
        house
            .as_role(Role::SystemAdmin)
            .await
            .post(&place, &[])
            .await
            .expect(403);

        assert_eq!(
            office.post(&place, &[]).await.expect(303).location,
            "/roster?said=imported"
        );
        office.get(&place).await.expect(404);
        assert!(
            office
                .get("/roster?q=wangyan")
                .await
                .expect(200)
                .words()
                .contains("王䶮")
        );
        assert!(people(&office).await.contains("新设党支部"));

        // What the roster proposes waits for the security administrator, also when the command line reads it again.
        let granter = house.as_role(Role::SecurityAdmin).await;
        let reading = app::import::read_file(csv(ROWS), "r.csv", app::import::Maps::new());
        let reading = reading.await.expect("read").1;
        let machine = domain::access::Actor::machine();
        let again = app::import::apply(&house.app, &machine, reading, false).await;
        assert_eq!(again.expect("applied").proposed, 1);
        let told = granter.get("/work").await.expect(200).words();
        assert!(told.contains("名册提出 1 项授权"), "{told}");
        let proposed = granter.get("/roles").await.expect(200);
        assert!(proposed.words().contains("王䶮"), "{}", proposed.words());
        granter.post("/roles/proposed", &[]).await.expect(303);
        assert!(
            !granter
                .get("/roles")
                .await
                .expect(200)
                .text
                .contains("/roles/proposed")
        );

        let again = upload(&office, &csv(ROWS), false).await;
        let nothing = office.get(&again).await.expect(200);
        assert!(nothing.words().contains("没有要改的"), "{}", nothing.words());
        let reading = app::import::read_file(csv(ROWS), "r.csv", app::import::Maps::new())
            .await
            .expect("read")
            .1;
        let actor = domain::access::Actor::machine();
        let done = app::import::apply(&house.app, &actor, reading, false)
            .await
            .expect("applied");
        assert_eq!(
            done,
            app::import::Outcome {
                unchanged: 4,
                ..Default::default()
            }
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_roster_comes_back_as_it_was_taken_away() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        // What a spreadsheet would take for a formula is guarded in the file and comes back bare.
        let rows = ROWS.replace("产房 助产士,13800000002", "-1+1,+86 27 87160000");
        assert_ne!(rows, ROWS);
        upload_and_confirm(&office, &csv(&rows)).await;
        let actor = domain::access::Actor::machine();
        for (lang, file) in [
            ("zh-CN", "roster.xlsx"),
            ("zh-CN", "roster.csv"),
            ("en", "roster.xlsx"),
        ] {
            let taken = office.get(&format!("/{file}?lang={lang}")).await.expect(200);
            let (_, reading) = app::import::read_file(taken.bytes.clone(), file, app::import::Maps::new())
                .await
                .expect("readable");
            let faults: Vec<_> = reading.problems.iter().filter(|p| p.blocking).collect();
            assert!(faults.is_empty(), "{lang} {file}: {faults:?}");
            let read = reading.people.len();
            assert!(read > 50, "the whole house and not a page of it: {read}");
            // Given as the whole roster: nobody has left either.
            let done = app::import::apply(&house.app, &actor, reading, true)
                .await
                .expect("read");
            // The role that the first file proposed still waits for the security administrator.
            let same = app::import::Outcome {
                unchanged: read,
                proposed: 1,
                ..Default::default()
            };
            assert_eq!(done, same, "{lang} {file}");
        }
        house
            .as_role(Role::BranchSecretary)
            .await
            .get("/roster.xlsx")
            .await
            .expect(403);
    }
}

async fn upload_and_confirm(office: &Client, bytes: &[u8]) {
    let place = upload(office, bytes, false).await;
    office.post(&place, &[]).await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_moves_and_leavers_are_shown_and_done() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let actor = domain::access::Actor::machine();
        let apply = async |rows: &str, whole| {
            let reading = app::import::read_file(csv(rows), "r.csv", app::import::Maps::new())
                .await
                .expect("read")
                .1;
            app::import::apply(&house.app, &actor, reading, whole)
                .await
                .expect("applied")
        };
        let first = apply(ROWS, false).await;
        assert_eq!((first.added, first.accounts, first.proposed), (4, 4, 1));
        let changed = ROWS
            .replace("产房 助产士,13800000002", "产房 护士,13900000002")
            .replace("3,新设党支部,姜𬭎", "3,产科党支部,姜𬭎");
        let place = upload(&office, &csv(&changed), false).await;
        let page = office.get(&place).await.expect(200);
        assert!(page.text.contains("<del>产房 助产士</del>"), "{}", page.words());
        office.post(&place, &[]).await.expect(303);
        let second = apply(&changed, false).await;
        assert_eq!((second.changed, second.moved, second.unchanged), (0, 0, 4));

        // As the whole roster it lets everybody else go; read again, one of the four comes back.
        let three: String = changed.lines().take(3).map(|l| format!("{l}\n")).collect();
        let all = apply(&three, true).await;
        assert!(all.left > 10, "everybody of the house but these: {all:?}");
        let back = apply(&changed, false).await;
        assert_eq!((back.returned, back.added), (1, 0), "{back:?}");
        let lines = office.get("/roster").await;
        assert!(lines.status.as_u16() == 303 || lines.status.as_u16() == 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_cannot_be_read_are_named_and_left_out_only_when_told_so() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let rows = format!(
            "{ROWS}5,产科党支部,,女,汉,本科,1974.01,,x,13800000005,正式党员,\n6,产科党支部,李晓,女,汉,本科,明年,2001.07,x,13800000006,群众?,\n"
        );
        let place = upload(&office, &csv(&rows), false).await;
        let page = office.get(&place).await.expect(200);
        assert!(
            page.words().contains("第 7 行") && page.words().contains("第 8 行"),
            "{}",
            page.words()
        );
        let marked = office.get(&format!("{place}/marked")).await.expect(200);
        assert!(marked.bytes.starts_with(b"PK"));
        let refused = office.post(&place, &[]).await.expect(422);
        assert!(refused.text.contains("href=\"#f-leave_out\""));
        office.post(&place, &[("leave_out", "1")]).await.expect(303);
        assert!(
            !office
                .get("/roster?q=李晓")
                .await
                .expect(200)
                .words()
                .contains("李晓 ")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_the_spreadsheet_and_sheets_without_people_are_told() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let rows = "1,产科党支部,#N/A,女,汉,本科,1974.01,1998.06,x,13800000011,正式党员,\n\
2,#REF!,李四,女,汉,本科,1974.01,1998.06,x,13800000012,正式党员,\n\
3,产科党支部,李四、王五,女,汉,本科,1974.01,1998.06,x,13800000013,正式党员,\n\
4,产科党支部,赵六,女,汉,本科,1974.01,2030.06,#VALUE!,13800000014,正式党员,\n";
        let place = upload(&office, &csv(rows), false).await;
        let page = office.get(&place).await.expect(200).words();
        for told in [
            "第 3 行 “姓名”列",
            "第 4 行 “所在党支部”列",
            "像是几个人的姓名",
            "第 6 行 “工作单位及职务”列",
            "还没有到",
            "读到 1 人",
        ] {
            assert!(page.contains(told), "{told}: {page}");
        }
        office.post(&place, &[]).await.expect(422);
        office.post(&place, &[("leave_out", "1")]).await.expect(303);
        let listed = people(&office).await;
        assert!(!listed.contains("#N/A") && !listed.contains("#REF!"), "{listed}");

        let place = upload(&office, &csv(""), false).await;
        let page = office.get(&place).await.expect(200).words();
        assert!(page.contains("没有读到一行人员"), "{page}");
        assert!(!page.contains("没有要改的"), "{page}");
        office.post(&place, &[("leave_out", "1")]).await.expect(422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_that_are_not_understood_are_set_by_hand() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let odd = "A,B,C,D\n产科党支部,王䶮,正式党员,13800000001\n产科党支部,马㛃雅,预备党员,13800000002\n"
            .as_bytes();
        let place = upload(&office, odd, false).await;
        let lost = office.get(&place).await.expect(200);
        assert!(
            lost.text.contains("box bad") && lost.text.contains("name=\"meaning.3\""),
            "{}",
            lost.words()
        );
        office.post(&place, &[("leave_out", "1")]).await.expect(422);
        let wrong = [("sheet", "0"), ("role", "people"), ("header_row", "x")];
        office.post(&format!("{place}/columns"), &wrong).await.expect(422);
        let right = [
            ("sheet", "0"),
            ("role", "people"),
            ("header_row", "1"),
            ("meaning.0", "branch"),
            ("meaning.1", "name"),
            ("meaning.2", "class"),
            ("meaning.3", "phone"),
        ];
        office.post(&format!("{place}/columns"), &right).await.expect(303);
        let found = office.get(&place).await.expect(200);
        assert!(found.words().contains("读到 2 人"), "{}", found.words());
        office.post(&place, &[]).await.expect(303);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_files_get_one_sentence() {
    let house = House::sqlite().await;
    let office = house.as_role(Role::CampaignOffice).await;
    let files: [(&str, &[u8]); 5] = [
        ("名册.xlsx", b"PK\x03\x04 this is no workbook"),
        ("名册.xlsx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old"),
        ("名册.xlsx", b"just text"),
        ("名册.csv", b""),
        ("名册.csv", b" \n\n"),
    ];
    for (name, bytes) in files {
        let refused = office
            .upload("/roster/import", &[], "file", name, bytes)
            .await
            .expect(422);
        assert!(
            refused.text.contains("href=\"#f-file\""),
            "{name}: {}",
            refused.words()
        );
    }
    office.post("/roster/import", &[]).await.expect(422);
    for key in ["../../etc/passwd", "0000", "00000000000000000000000000000000"] {
        let path = format!("/roster/import/{}", key.replace('/', "%2F"));
        assert!(office.get(&path).await.status.as_u16() == 404, "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_says_who_is_who_when_the_sheet_does_not() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let place = upload(&office, &csv(ROWS), false).await;
        office.post(&place, &[]).await.expect(303);
        // Same name, no birth month, another branch and phone: may be the same, may be not.
        let row = "1,新设党支部,马㛃雅,女,汉族,硕士,,2010.07,总务科 干事,13700000009,正式党员,\n";
        let place = upload(&office, &csv(row), false).await;
        let page = office.get(&place).await.expect(200);
        assert!(page.words().contains("需要您认人"), "{}", page.words());
        let (_, rest) = page.text.split_once("name=\"row.").expect("a question");
        let field = format!("row.{}", rest.split('"').next().expect("a name"));
        office.post(&place, &[(&field, "new")]).await.expect(303);
        let both = office.get("/roster?q=马㛃雅").await.expect(200);
        assert_eq!(both.text.matches(">马㛃雅</a>").count(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_of_three_levels_comes_in_at_once() {
    use domain::organization::raw::{RawBook, RawCell, RawSheet};
    let sheet = |name: &str, lines: &[&str]| RawSheet {
        name: name.to_owned(),
        rows: lines
            .iter()
            .map(|line| line.split(',').map(|c| RawCell::Text(c.to_owned())).collect())
            .collect(),
        ..RawSheet::default()
    };
    let people = [
        "所属党总支,所在党支部,姓名,人员类别,出生年月,备注",
        "东片党总支,古城村党支部,王文红,正式党员,1974.01,支部书记",
        "东片党总支,赵家村党支部,马㛃雅,正式党员,1985.03,",
        "东片党总支,赵家村党支部,姜𬭎,正式党员,不记得,",
    ];
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let place = upload(&office, people.join("\n").as_bytes(), false).await;
        let preview = office.get(&place).await.expect(200).words();
        for told in [
            "归到“东片党总支”下面： 古城村党支部 · 赵家村党支部",
            "“赵家村党支部”没有写支部书记",
            "还没有的会新建",
        ] {
            assert!(preview.contains(told), "{told}: {preview}");
        }
        // What concerns a whole branch stands before what is wrong in a single cell.
        let at = |words: &str| preview.find(words).expect("told");
        assert!(at("没有写支部书记") < at("看不懂年月"), "{preview}");
        office.post(&place, &[]).await.expect(303);
        let machine = domain::access::Actor::machine();
        let tree = house
            .app
            .query(&machine, app::units::ListUnits)
            .await
            .expect("read");
        let at = |name: &str| {
            let found = tree.lines.iter().position(|l| l.unit.name == name);
            found.map(|at| (at, tree.lines[at].depth))
        };
        let (general, depth) = at("东片党总支").expect("made");
        assert_eq!(at("古城村党支部"), Some((general + 1, depth + 1)));
        assert_eq!(at("赵家村党支部"), Some((general + 2, depth + 1)));
        // One secretary of two branches: named once in the whole file, he is proposed for both.
        let heads = [
            "党支部名称,上级党组织,支部书记",
            "古城村党支部,东片党总支,王文红",
            "赵家村党支部,东片党总支,王文红",
        ];
        let book = RawBook {
            sheets: vec![sheet("名册", &people), sheet("支部一览", &heads)],
        };
        let reading = domain::organization::roster::read(&book, &app::import::Maps::new());
        let done = app::import::apply(&house.app, &machine, reading, false).await;
        let done = done.expect("applied");
        assert_eq!(
            (done.unchanged, done.branches_added, done.branches_changed),
            (3, 0, 0)
        );
        let granted = house.app.query(&machine, app::roles::ListGrants).await;
        let proposals = granted.expect("read").proposals;
        let mut proposed: Vec<_> = proposals
            .iter()
            .map(|p| (p.name.as_str(), p.unit_name.as_str()))
            .collect();
        proposed.sort_unstable();
        assert_eq!(proposed, [("王文红", "古城村党支部"), ("王文红", "赵家村党支部")]);
        let granter = house.as_role(Role::SecurityAdmin).await;
        granter.post("/roles/proposed", &[]).await.expect(303);
    }
}
