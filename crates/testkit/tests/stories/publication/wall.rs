//! What publication prints: chosen by check boxes, in one file or singly, and nothing that is not public.

use super::*;

/// The text of a PDF file without white space.
fn text_of(pdf: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), pdf).expect("written");
    let output = std::process::Command::new("pdftotext")
        .arg("-raw")
        .arg(file.path())
        .arg("-")
        .output()
        .expect("pdftotext of poppler-utils");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split_whitespace().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_for_the_wall_hold_what_is_public_and_no_more() {
    for house in House::both_in(Step::Propose).await {
        let first = first_day(&house, GatedAct::Publicise).await;
        let told = confirmed(&house).await;
        let told = told.at(&house, domain::time::add_days(first, -1)).await;
        // Confirmed, but not yet public: there is nothing to print, and the page says so.
        let ask = |unit: &str, pieces: &[&str]| {
            let pieces: Vec<String> = pieces.iter().map(|piece| format!("&piece={piece}")).collect();
            format!("/publication/sheets.pdf?unit={unit}{}", pieces.concat())
        };
        let early = told
            .secretary
            .get(&ask(&told.branch, &["sheet_a4"]))
            .await
            .expect(422);
        assert!(early.words().contains("没有可以打印"), "{}", early.words());

        let told = told.at(&house, first).await;
        publish(&told.secretary, &told.branch).await.expect(303);
        publish(&told.office, "branches").await.expect(303);

        let page = told
            .secretary
            .get(&format!("/publication/sheets?unit={}", told.branch))
            .await
            .expect(200);
        for piece in [
            "sheet_a4",
            "sheet_a3",
            "large",
            "badges",
            "aloud",
            "poster_a4",
            "poster_a3",
        ] {
            assert!(page.text.contains(&format!("value=\"{piece}\"")), "{piece}");
        }
        assert!(page.text.contains(&format!("value=\"{}\" selected", told.branch)));
        // Nothing ticked, or something that does not exist: said beside the boxes, the branch stays chosen.
        for pieces in [&[][..], &["a5"][..]] {
            let wrong = told.secretary.get(&ask(&told.branch, pieces)).await.expect(422);
            assert!(wrong.words().contains("请至少选一种"), "{}", wrong.words());
            assert!(
                wrong
                    .text
                    .contains(&format!("value=\"{}\" selected", told.branch))
            );
        }

        let all = [
            "sheet_a4",
            "sheet_a3",
            "large",
            "badges",
            "aloud",
            "poster_a4",
            "poster_a3",
        ];
        let whole = told.secretary.get(&ask(&told.branch, &all)).await.expect(200);
        assert!(whole.bytes.starts_with(b"%PDF"));
        let again = told.secretary.get(&ask(&told.branch, &all)).await.expect(200);
        assert!(whole.bytes == again.bytes, "made again, it is the same");
        let text = text_of(&whole.bytes);
        for part in [
            "30套应急待产包",
            "孕妇学校",
            "有意见，请对我们说",
            "宣读稿",
            "/feedback/",
        ] {
            assert!(text.contains(part), "{part}");
        }
        let address = format!("/branches/{}", told.branch);
        assert!(
            text.contains(&address),
            "the address in letters, for those who type"
        );
        // Nothing of the roster that the projection does not have.
        let people = house.demo.people.iter();
        let secrets: Vec<&str> = people
            .flat_map(|p| [p.phone.as_str(), p.birth_month.as_str(), p.joined_month.as_str()])
            .filter(|secret| secret.len() >= 7)
            .collect();
        assert!(secrets.len() > 100);
        assert!(secrets.iter().all(|secret| !text.contains(secret)));

        // One button, one piece, whatever is ticked.
        let alone = format!("{}&only=badges", ask(&told.branch, &["sheet_a4"]));
        let cards = text_of(&told.secretary.get(&alone).await.expect(200).bytes);
        assert!(cards.contains("扫码看全文") && !cards.contains("签章"), "{cards}");
        let everything = told.office.get(&ask("all", &["sheet_a4"])).await.expect(200);
        assert!(text_of(&everything.bytes).contains("孕妇学校"));
        told.office.get(&ask("nowhere", &["sheet_a4"])).await.expect(404);
        house.visitor().get(&ask("all", &["sheet_a4"])).await.expect(303);
        // Whoever may print his own form may print what everybody can read.
        told.author
            .get(&ask(&told.branch, &["sheet_a4"]))
            .await
            .expect(200);
        house
            .as_role(Role::AuditAdmin)
            .await
            .get(&ask("all", &["sheet_a4"]))
            .await
            .expect(403);
        let english = told.secretary.clone().in_english();
        let words = text_of(
            &english
                .get(&ask(&told.branch, &["poster_a4"]))
                .await
                .expect(200)
                .bytes,
        );
        assert!(words.contains("Tellus") && words.contains("有意见"));
        told.secretary
            .get(&format!("/publication/papers?unit={}", told.branch))
            .await
            .expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_down_is_not_printed_again() {
    for house in House::both_in(Step::Propose).await {
        let first = first_day(&house, GatedAct::Publicise).await;
        let told = confirmed(&house).await.at(&house, first).await;
        publish(&told.secretary, &told.branch).await.expect(303);
        let path = format!("/publication/sheets.pdf?unit={}&piece=sheet_a4", told.branch);
        let before = text_of(&told.secretary.get(&path).await.expect(200).bytes);
        assert!(before.contains("30套应急待产包"));
        let down = format!("/publication/pledge/{}", told.pledge);
        told.secretary
            .post(&down, &[("reason", "数量写错了")])
            .await
            .expect(303);
        // It was the only one: nothing is left to print.
        told.secretary.get(&path).await.expect(422);
    }
}
