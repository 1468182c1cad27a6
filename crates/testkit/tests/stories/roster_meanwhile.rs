//! The roster is set right while a form is written: the form follows it until it is handed in (N10).

use app::demo::Step;
use domain::access::Role;
use testkit::House;

/// 59 characters, the longest parts of names there are and characters few fonts have.
const LONG: &str =
    "䶮㛃𬭎𰻞·买买提艾力·阿卜杜热合曼·努尔兰别克·古丽仙木·伊力哈木江·玉素甫艾力·吐尔逊古丽·阿依夏木汗·艾合";

fn hidden(page: &str, name: &str) -> String {
    let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
    rest.unwrap_or("").split('"').next().unwrap_or("").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_bears_the_name_it_is_signed_with_however_long() {
    for house in House::both_in(Step::Propose).await {
        let member = house.as_role(Role::Participant).await;
        let id = member.actor().person.clone().expect("a person");
        let person = house
            .demo
            .people
            .iter()
            .find(|p| p.id == id)
            .expect("on the roster");
        member.post("/my-pledge/start", &[]).await.expect(303);

        let office = house.as_role(Role::CampaignOffice).await;
        let fields = [
            ("name", LONG),
            ("class", person.class.as_str()),
            ("post", "儿科 护师"),
            ("sex", &person.sex),
            ("ethnicity", &person.ethnicity),
            ("education", &person.education),
            ("birth_month", &person.birth_month),
            ("joined_month", &person.joined_month),
            ("phone", &person.phone),
        ];
        office
            .post(&format!("/roster/{id}/edit"), &fields)
            .await
            .expect(303);
        let page = member.get("/my-pledge").await.expect(200).words();
        assert!(page.contains("儿科 护师") && page.contains(LONG), "{page}");

        let member = house.as_person(&id).await;
        for (kind, words) in [
            ("common_commitment", "每周五下午为产科3个病房讲一次母乳喂养课"),
            ("post_commitment", "12月31日前完成48例新生儿听力初筛复查"),
            ("practical_deed", "每月到社区义诊1次，每次不少于3小时"),
        ] {
            let address = format!("/my-pledge/write/{kind}");
            let revision = hidden(&member.get(&address).await.expect(200).text, "revision");
            let sent = [
                ("revision", revision.as_str()),
                ("sentence", "own"),
                ("own", words),
                ("go", "next"),
            ];
            member.post(&address, &sent).await.expect(303);
        }
        let revision = hidden(&member.get("/my-pledge/sign").await.expect(200).text, "revision");
        let sent = [
            ("revision", revision.as_str()),
            ("channels", "notice_board"),
            ("consent", "1"),
            ("signature", LONG),
            ("due_date", "2027-01-31"),
        ];
        member.post("/my-pledge/sign", &sent).await.expect(303);
        let form = member.get("/my-pledge/files/form.html").await.expect(200).text;
        assert!(form.contains("儿科 护师"), "{form}");
        assert!(!form.contains(&person.name), "the old name is nowhere");
    }
}
