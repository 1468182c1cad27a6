//! Basis documents and attachments of a notice: added while it is written, frozen with it, taken away by anybody (N1).

use domain::access::Role;
use testkit::House;

const PDF: &[u8] =
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n\
trailer<</Root 1 0 R>>\n%%EOF\n";

/// The addresses of the files on a page.
fn files(page: &str) -> Vec<String> {
    let links = page
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    links
        .filter(|l| l.contains("/files/"))
        .map(str::to_owned)
        .collect()
}

/// What went with the notice lies beside it in the evidence package, for good, and names it.
async fn in_the_package(house: &House) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("package");
    crate::package::export(house, &root).await.expect("written");
    let all = crate::package::files(&root);
    assert!(!all.iter().any(|f| f.contains("/佐证材料/")), "{all:?}");
    let path = root.join("catalogue.xlsx");
    let catalogue = crate::lists::sound_book("catalogue.xlsx", &std::fs::read(path).expect("there"));
    for (role, name) in [("依据文件", "号.pdf"), ("附件", "实施-细则.pdf")] {
        let lead = format!("关于开展公开承诺的补充通知 {role} ");
        let mut found = all.iter().filter(|f| f.contains(&lead) && f.ends_with(name));
        let file = found.next().unwrap_or_else(|| panic!("{role} in {all:?}"));
        assert!(file.contains("/永久/通知和简报/"), "{file}");
        assert_eq!(std::fs::read(root.join(file)).expect("bytes"), PDF);
        let row = catalogue.iter().find(|row| row.contains(file)).expect("its row");
        let says = format!("关于开展公开承诺的补充通知 {role}：");
        assert!(row.iter().any(|cell| cell.contains(&says)), "{row:?}");
    }
    let list = all
        .iter()
        .find(|f| f.ends_with("依据文件和附件.csv"))
        .expect("a list");
    let list = std::fs::read_to_string(root.join(list)).expect("text");
    assert!(list.contains("依据文件,") && list.contains("附件,"), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_carries_its_basis_and_its_attachments() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let fields = [
            ("kind", "notice"),
            ("title", "关于开展公开承诺的补充通知"),
            ("source", "院党委"),
            ("body", "各党支部：\n现将有关文件发给你们。"),
        ];
        let place = office.post("/documents", &fields).await.expect(303).location;
        let place = place.split('?').next().expect("an address").to_owned();
        let id = place.rsplit('/').next().expect("an id").to_owned();
        let shown = office.get(&place).await.expect(200);
        assert!(shown.words().contains("依据文件："), "{}", shown.words());
        let revision = |text: &str| {
            let (_, rest) = text.split_once("name=\"revision\" value=\"").expect("a revision");
            rest.split('"').next().expect("it ends").to_owned()
        };
        let send = async |body: &'static str, basis: &'static str, title: &'static str, bytes: &[u8]| {
            let page = office.get(&place).await.expect(200).text;
            let seen = revision(&page);
            let typed = [
                ("title", "关于开展公开承诺的补充通知"),
                ("source", "院党委"),
                ("body", body),
                ("revision", seen.as_str()),
                ("basis", basis),
                ("file_title", title),
            ];
            office
                .upload(&format!("{place}/files"), &typed, "file", "扫描 1.pdf", bytes)
                .await
        };
        // A file that is none is refused, and what was typed beside it is not lost.
        let refused = send("各党支部：\n改过的正文。", "", "实施细则", b"MZ no")
            .await
            .expect(422);
        assert!(refused.text.contains("改过的正文") && refused.text.contains("实施细则"));
        send("各党支部：\n改过的正文。", "0", "", PDF).await.expect(303);
        send("各党支部：\n又改过的正文。", "", "实施/细则", PDF)
            .await
            .expect(303);
        send("各党支部：\n又改过的正文。", "", "多余的", PDF)
            .await
            .expect(303);
        send("各党支部：\n又改过的正文。", "99", "", PDF)
            .await
            .expect(422);
        let shown = office.get(&place).await.expect(200);
        assert!(shown.words().contains("又改过的正文"), "{}", shown.words());
        let lying = files(&shown.text);
        assert_eq!(lying.len(), 3, "{lying:?}");

        // A draft is nobody else's, its files neither.
        let visitor = house.visitor();
        visitor.get(&lying[0]).await.expect(404);
        let secretary = house.as_role(Role::BranchSecretary).await;
        secretary.get(&lying[0]).await.expect(404);
        let spare = shown.text.split("formaction=\"").find(|p| {
            p.contains("/off\"") && p.split("</button>").next().is_some_and(|b| b.contains("多余的"))
        });
        let spare = spare
            .expect("its button")
            .split('"')
            .next()
            .expect("an address")
            .to_owned();
        office.post(&spare, &[]).await.expect(303);
        let shown = office.get(&place).await.expect(200);
        assert_eq!(files(&shown.text).len(), 2);

        let seen = revision(&shown.text);
        let typed = [
            ("title", "关于开展公开承诺的补充通知"),
            ("source", "院党委"),
            ("body", "各党支部：\n又改过的正文。"),
            ("revision", seen.as_str()),
        ];
        office.post(&format!("{place}/publish"), &typed).await.expect(303);
        let page = visitor.get(&format!("/notices/{id}")).await.expect(200);
        let public = files(&page.text);
        assert_eq!(public.len(), 2, "{}", page.words());
        for part in ["实施-细则", "PDF，1 KB"] {
            assert!(page.words().contains(part), "{part} in {}", page.words());
        }
        for link in &public {
            let file = visitor.get(link).await.expect(200);
            assert_eq!(file.bytes, PDF);
            assert_eq!(file.headers["content-type"], "application/pdf");
            let place = file.headers["content-disposition"].to_str().expect("text");
            assert!(place.starts_with("attachment"), "{place}");
        }
        // Of another notice it is not found, and nothing changes any more.
        let other = house.demo.campaign.clone();
        let file = public[0].rsplit('/').next().expect("an id");
        visitor
            .get(&format!("/notices/{other}/files/{file}"))
            .await
            .expect(404);
        office
            .post(&format!("{place}/files/{file}/off"), &[])
            .await
            .expect(409);
        assert_eq!(visitor.get(&public[0]).await.expect(200).bytes, PDF);
        in_the_package(&house).await;
    }
}
