//! What the office wrote lies in the evidence package too: an inspector sees what was ordered, asked for and reported.

use crate::lists::sound_book;
use crate::package::{export, files};
use app::demo::Step;
use domain::access::Role;
use std::collections::BTreeSet;
use std::path::Path;
use testkit::{Client, House};

/// Files of a series, without their folder, with their endings.
fn of<'a>(all: &'a BTreeSet<String>, series: &str) -> Vec<&'a str> {
    let folder = format!("/{series}/");
    let found = all.iter().filter_map(|f| Some(f.split_once(folder.as_str())?.1));
    found.collect()
}

/// What the office wrote lies in a package of a whole campaign, with the rows its pages show.
pub(crate) async fn inspect(house: &House, office: &Client, root: &Path) {
    let all = files(root);

    let notices = of(&all, "通知和简报");
    let public = house.visitor().get("/notices").await.expect(200).words();
    let titled = |words: &str| notices.iter().any(|f| f.contains(words) && f.ends_with(".ofd"));
    assert!(
        public.contains("通知") && titled("通知") && titled("签收"),
        "{notices:?}"
    );
    assert!(titled("简报") && titled("附件"), "{notices:?}");
    for (series, wanted) in [
        ("调研走访", &["诉求清单.xlsx", "走访记录.xlsx"][..]),
        ("承诺台账", &["承诺台账.xlsx", "承诺台账.pdf", "承诺台账.ofd"]),
        ("情况报送", &["情况报送.xlsx"]),
        ("先进典型", &["先进典型.xlsx"]),
    ] {
        let found = of(&all, series);
        for file in wanted {
            assert!(found.contains(file), "{file} in {found:?}");
        }
    }
    // What has to be proved is also a paper, with all that its table says.
    for series in ["审核决定", "公示证明", "评诺结果"] {
        let found = of(&all, series);
        for ending in [".csv", ".pdf", ".ofd"] {
            assert!(found.iter().any(|f| f.ends_with(ending)), "{series}: {found:?}");
        }
    }

    // The same rows as the pages: nothing was left out on the way.
    let inside = |name: &str| {
        let path = all
            .iter()
            .find(|f| f.ends_with(name))
            .unwrap_or_else(|| panic!("{name}"));
        sound_book(name, &std::fs::read(root.join(path)).expect("bytes"))
    };
    for (name, page) in [
        ("诉求清单.xlsx", "/survey/demands.xlsx"),
        ("走访记录.xlsx", "/survey/visits.xlsx"),
        ("承诺台账.xlsx", "/workbench/ledger.xlsx"),
    ] {
        let shown = sound_book(page, &office.get(page).await.expect(200).bytes);
        assert_eq!(inside(name)[2..], shown[2..], "{name}");
    }
    // Nobody who gave an opinion, nobody who was only nominated.
    let names: Vec<String> = inside("先进典型.xlsx")[3..]
        .iter()
        .map(|r| r[2].clone())
        .collect();
    let page = house.visitor().get("/examples").await.expect(200).words();
    assert!(
        !names.is_empty() && names.iter().all(|n| page.contains(n.as_str())),
        "{names:?}"
    );

    let catalogue = sound_book(
        "catalogue.xlsx",
        &std::fs::read(root.join("catalogue.xlsx")).expect("there"),
    );
    for file in all.iter().filter(|f| f.contains("/通知和简报/")) {
        assert!(catalogue.iter().flatten().any(|cell| cell == file), "{file}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_before_its_first_code_leaves_no_empty_table() {
    for house in House::both_in(Step::Appraise).await {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("package");
        export(&house, &root).await.expect("written");
        for name in files(&root).iter().filter(|f| f.ends_with(".csv")) {
            let bytes = std::fs::read(root.join(name)).expect("bytes");
            let rows = crate::lists::sound_text(name, &bytes);
            assert!(rows.len() > 1, "{name} has heads and nothing under them");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_lists_its_own_annexes_or_none() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        for (body, there, gone) in [
            ("各支部：\n请照办。", "党支部承诺书", "统计表"),
            (
                "各支部：\n请照办。\n附件：1. 统计表\n2. 名单",
                "统计表",
                "党支部承诺书",
            ),
            ("各支部：\n请照办。\n附件：无", "请照办", "附件"),
        ] {
            let fields = [
                ("kind", "notice"),
                ("title", "关于补报的通知"),
                ("body", body),
                ("source", "党群办"),
            ];
            let made = office.post("/documents", &fields).await.expect(303).location;
            let at = made.split('?').next().expect("an address").to_owned();
            let paper = office.get(&format!("{at}/paper.html")).await.expect(200).text;
            assert!(paper.contains(there) && !paper.contains(gone), "{body}: {paper}");
        }
    }
}
