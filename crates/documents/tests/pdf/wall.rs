//! Papers for the wall: what stands on them, how large, and what their codes open.

use super::scanned::codes;
use super::*;
use documents::pdf::{Run, WallPledge, WallPromise, wall};

const MM: f64 = 72.0 / 25.4;

/// The words of a language with the sample's names.
fn words(lang: lang::Lang) -> WallText {
    let sample = sample().wall_text;
    WallText {
        above: sample.above,
        organization: sample.organization,
        call: sample.call,
        lines: sample.lines,
        seals: sample.seals,
        ..WallText::of(lang)
    }
}

fn press(branches: &[WallBranch], pieces: &[Piece]) -> Vec<u8> {
    wall(branches, pieces, &words(lang::Lang::Zh), day()).expect("a file")
}

fn one(branch: &WallBranch, piece: Piece) -> Vec<u8> {
    press(std::slice::from_ref(branch), &[piece])
}

/// The sample with so many more members, each with an address of his own.
fn crowd(members: usize) -> WallBranch {
    let mut branch = sample().branch_wall;
    let member = branch.pledges[1].clone();
    branch.pledges.extend((0..members).map(|number| WallPledge {
        name: format!("第{}号", han(number)),
        address: format!("https://cn.example.org/pledges/{number}"),
        ..member.clone()
    }));
    branch
}

fn with_promise(text: &str) -> WallBranch {
    let mut branch = sample().branch_wall;
    branch.pledges[1].promises[0].text = vec![Run {
        text: text.to_owned(),
        strong: false,
    }];
    branch
}

/// Every word on every page with the size it is set in: the box of a word is as high as its type.
fn sizes(pdf: &[u8]) -> Vec<(String, f64)> {
    let boxes = poppler("pdftotext", &["-bbox"], pdf);
    let word = |line: &str| {
        let word = line.split_once("\">")?.1.split("</word>").next()?.to_owned();
        let value = |name: &str| -> Option<f64> {
            line.split_once(&format!("{name}=\""))?
                .1
                .split('"')
                .next()?
                .parse()
                .ok()
        };
        Some((word, value("yMax")? - value("yMin")?))
    };
    let words = boxes.lines().filter(|line| line.contains("<word"));
    words.filter_map(word).collect()
}

/// A number in Han figures, so that it is one word.
fn han(number: usize) -> String {
    let figures: Vec<char> = "〇一二三四五六七八九".chars().collect();
    format!("{number:03}")
        .bytes()
        .map(|byte| figures[usize::from(byte - b'0')])
        .collect()
}

fn least(pdf: &[u8], of: impl Fn(&str) -> bool) -> f64 {
    let all = sizes(pdf);
    let chosen: Vec<&(String, f64)> = all.iter().filter(|(word, _)| of(word)).collect();
    assert!(!chosen.is_empty(), "nothing to measure in {all:?}");
    chosen.iter().map(|(_, size)| *size).fold(f64::MAX, f64::min)
}

#[test]
fn a_sheet_is_one_page_in_the_order_of_reading() {
    let branch = sample().branch_wall;
    for (piece, size) in [
        (Piece::SheetA4, "(A4)"),
        (Piece::SheetA3, "(A3)"),
        (Piece::Large, "(A4)"),
    ] {
        let pdf = one(&branch, piece);
        assert!(piece == Piece::Large || pages_of(&pdf) == 1, "{piece:?}");
        assert!(poppler("pdfinfo", &[], &pdf).contains(size));
        let text = text_of(&pdf);
        let parts = [
            "创先争优活动",
            "产科党支部公开承诺",
            "公开承诺3人",
            "党支部的承诺",
            "184人次",
            "期限2011.09.30",
            "马㛃雅",
            "护士长",
            "不超过10分钟",
            "王䶮",
            "姜𬭎",
            "院党委（签章）",
        ];
        in_order(&text, &parts);
        for part in [
            "请您来看、来评",
            "0000-0000000",
            "cn.example.org/branches/chanke",
            "7QK2-M4XD",
        ] {
            assert!(text.contains(part), "{part}");
        }
        let structure = poppler("pdfinfo", &["-struct"], &pdf);
        for tag in ["Figure", "H1", "H2"] {
            assert!(structure.contains(tag), "{tag} in {structure}");
        }
    }
}

#[test]
fn letters_never_fall_below_the_size_that_is_promised() {
    let text = "术前谈话不少于一刻钟";
    for members in [0, 1, 5, 12, 40] {
        let mut branch = crowd(members);
        for promise in branch.pledges.iter_mut().flat_map(|pledge| &mut pledge.promises) {
            promise.text = vec![Run {
                text: text.to_owned(),
                strong: false,
            }];
        }
        let promised = |word: &str| word == text || ["期限", "护士长", "岗位", "马㛃雅"].contains(&word);
        for (piece, size) in [(Piece::SheetA4, 18.0), (Piece::SheetA3, 26.0)] {
            let found = least(&one(&branch, piece), promised);
            assert!(found > size - 0.05, "{found} on {piece:?} with {members}");
        }
        let found = least(&one(&branch, Piece::Large), |_| true);
        assert!(found > 19.95, "{found} in large print with {members}");
    }
}

#[test]
fn a_long_sheet_flows_on_under_the_name_of_its_branch() {
    let branch = crowd(40);
    for piece in [Piece::SheetA4, Piece::SheetA3, Piece::Large] {
        let pdf = press(&[branch.clone(), sample().branch_wall], &[piece]);
        let (pages, text) = (pages_of(&pdf), text_of(&pdf));
        assert!(pages > 6, "{pages} pages");
        for number in 0..40 {
            assert_eq!(
                text.matches(&format!("第{}号", han(number))).count(),
                1,
                "{number}"
            );
        }
        let alone = pages_of(&one(&sample().branch_wall, piece));
        assert_eq!(
            text.matches("产科党支部公开承诺（续）").count(),
            pages - alone - 1 + alone - 1
        );
        assert!(text.contains(&format!("第1页，共{}页", pages - alone)), "{text}");
        let first = codes(&pdf, 1, 200);
        assert!(first.contains(&branch.address), "{first:?}");
    }
}

#[test]
fn codes_open_the_very_branch_pledge_or_form() {
    let branch = sample().branch_wall;
    let mut all = vec![branch.address.clone()];
    all.extend(branch.pledges.iter().map(|p| p.address.clone()));
    all.sort();
    for (piece, dots) in [(Piece::SheetA4, 300), (Piece::SheetA3, 200)] {
        let mut found = codes(&one(&branch, piece), 1, dots);
        found.sort();
        assert_eq!(found, all, "{piece:?}");
    }
    for piece in [Piece::PosterA4, Piece::PosterA3] {
        let pdf = one(&branch, piece);
        assert_eq!(pages_of(&pdf), 1);
        assert_eq!(codes(&pdf, 1, 150), [branch.opinion.as_str()]);
    }
    let mut cards = codes(&one(&branch, Piece::Badges), 1, 300);
    cards.sort();
    assert_eq!(
        cards,
        all[1..]
            .iter()
            .filter(|a| **a != branch.pledges[0].address)
            .cloned()
            .collect::<Vec<_>>()
    );
    // Later pages of a sheet carry the code of their branch beside its name.
    let pdf = one(&crowd(12), Piece::SheetA4);
    for page in 2..=pages_of(&pdf) {
        assert!(codes(&pdf, page, 300).contains(&branch.address), "page {page}");
    }
}

#[test]
fn cards_are_90_by_54_millimetres_ten_on_a_page() {
    let branch = crowd(20);
    let pdf = one(&branch, Piece::Badges);
    assert_eq!(pages_of(&pdf), 3, "23 cards");
    let place = |name: &str| {
        let boxes = poppler("pdftotext", &["-bbox"], &pdf);
        let line = boxes
            .lines()
            .find(|l| l.contains(&format!(">{name}<")))
            .expect("the name")
            .to_owned();
        let value = |edge: &str| -> f64 {
            let rest = line.split_once(&format!("{edge}=\"")).expect("an edge").1;
            rest.split('"')
                .next()
                .expect("a number")
                .parse()
                .expect("a number")
        };
        (value("xMin"), value("yMin"))
    };
    // The sample's three members stand first: 马㛃雅, 王䶮, 姜𬭎; then the numbered ones.
    let (left, right, below) = (place("第〇〇三号"), place("第〇〇二号"), place("第〇〇五号"));
    let near = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1.0, "{found} and {wanted}");
    near((right.0 - left.0).abs(), 90.0 * MM);
    near(below.1 - left.1, 54.0 * MM);
    let text = text_of(&pdf);
    for part in [
        "某省妇幼保健院",
        "马㛃雅",
        "护士长",
        "产科党支部",
        "急诊产妇",
        "扫码看全文",
    ] {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains("党支部的承诺"), "a branch wears no card");
}

#[test]
fn a_card_holds_the_longest_names() {
    let mut branch = sample().branch_wall;
    branch.pledges.truncate(2);
    branch.name = "某省妇幼保健院产科与新生儿重症监护联合党支部".repeat(2);
    branch.pledges[1].name = "阿不都热西提·买买提".repeat(6);
    branch.pledges[1].post = "副主任医师兼产科门诊护理组组长及教学秘书".repeat(3);
    branch.pledges[1].line = "长".repeat(42) + "……";
    let pdf = one(&branch, Piece::Badges);
    assert_eq!(pages_of(&pdf), 1);
    let (x, y) = (15.0 * MM, 13.5 * MM);
    let card = [x, y, 90.0 * MM, 54.0 * MM].map(|edge| format!("{edge:.0}"));
    let crop = poppler(
        "pdftotext",
        &[
            "-raw", "-x", &card[0], "-y", &card[1], "-W", &card[2], "-H", &card[3],
        ],
        &pdf,
    );
    assert_eq!(squeeze(&crop), text_of(&pdf), "everything lies on the card");
    assert_eq!(crop.matches('长').count(), 45, "42, and three leaders of groups");
    assert_eq!(codes(&pdf, 1, 300), [branch.pledges[1].address.as_str()]);
}

#[test]
fn hard_names_and_long_promises_lose_nothing() {
    let long: String = (0..500).map(|number| format!("第{number:04}项完成。")).collect();
    assert!(long.chars().count() >= 4_000);
    let mut branch = with_promise(&(long + &"鑫".repeat(1_000) + "䶮㛃𬭎𰻞 #panic(1) *x* <b>"));
    branch.title = "产科与新生儿重症监护联合党支部".repeat(4);
    branch.name.clone_from(&branch.title);
    branch.pledges[1].name = "阿不都热西提·买买提".repeat(6);
    branch.pledges[2].promises[0].text[0].text = "x".repeat(900);
    for piece in [Piece::SheetA4, Piece::SheetA3, Piece::Large] {
        let pdf = one(&branch, piece);
        let text = text_of(&pdf);
        let cut = (0..500).filter(|number| !text.contains(&format!("第{number:04}项")));
        // One that stands over the end of a page has the foot of the page within.
        assert!(cut.count() < pages_of(&pdf));
        assert_eq!(
            (text.matches('项').count(), text.matches('鑫').count()),
            (500, 1_000)
        );
        for part in ["䶮㛃𬭎𰻞#panic(1)*x*<b>", "王䶮", "姜𬭎"] {
            assert!(text.contains(part), "{part}");
        }
        assert_eq!(
            text.matches('x').count(),
            902,
            "900, one in stars, one in the address"
        );
        assert!(text.contains(&"阿不都热西提·买买提".repeat(6)));
        let width = if piece == Piece::SheetA3 { "800" } else { "560" };
        let crop = poppler(
            "pdftotext",
            &["-raw", "-x", "30", "-y", "0", "-W", width, "-H", "1191"],
            &pdf,
        );
        assert_eq!(squeeze(&crop), text, "nothing runs off the paper");
    }
}

#[test]
fn the_list_to_read_aloud_is_large_and_wide() {
    let pdf = one(&crowd(30), Piece::Aloud);
    let text = text_of(&pdf);
    let parts = [
        "产科党支部公开承诺（宣读稿）",
        "现在公布产科党支部",
        "1",
        "产科党支部承诺：",
        "2",
        "马㛃雅承诺：急诊产妇从到院至医生首诊不超过10分钟",
        "期限：2011年6月30日。",
    ];
    in_order(&text, &parts);
    assert!(pages_of(&pdf) > 3);
    let sized = sizes(&pdf);
    let body = sized
        .iter()
        .find(|(word, _)| word.starts_with("现在公布"))
        .expect("the opening");
    assert!(body.1 > 19.9, "{body:?}");
    // The lines of a promise stand two letters apart.
    let boxes = poppler("pdftotext", &["-bbox", "-f", "2", "-l", "2"], &pdf);
    let tops = boxes
        .lines()
        .filter(|line| line.contains("<word"))
        .filter_map(|line| {
            let value = |name: &str| line.split_once(name)?.1.split('"').next()?.parse::<f64>().ok();
            let (top, bottom) = (value("yMin=\"")?, value("yMax=\"")?);
            ((bottom - top - 20.0).abs() < 0.1).then_some(top)
        });
    let mut tops: Vec<f64> = tops.skip_while(|top| *top < 90.0).collect();
    tops.sort_by(f64::total_cmp);
    tops.dedup_by(|a, b| (*a - *b).abs() < 0.5);
    assert!(tops.len() > 8, "{tops:?}");
    assert!(tops.windows(2).all(|two| two[1] - two[0] > 39.9), "{tops:?}");
}

#[test]
fn posters_invite_in_both_languages() {
    for lang in lang::Lang::ALL {
        let sample = sample().branch_wall;
        let pdf = wall(&[sample], &[Piece::PosterA4], &words(lang), day()).expect("a file");
        let text = text_of(&pdf);
        let parts = [
            "产科党支部",
            "有意见，请对我们说",
            "Tellusw",
            "不用登录",
            "Nologin",
            "feedback/chanke",
        ];
        for part in parts {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

#[test]
fn everything_in_one_file_by_piece_then_branch_and_the_same_again() {
    let mut other = sample().branch_wall;
    other.name = "药学党支部".to_owned();
    other.title = "药学党支部公开承诺".to_owned();
    let branches = [sample().branch_wall, other];
    let pdf = press(&branches, &Piece::ALL);
    assert!(pdf == press(&branches, &Piece::ALL), "made again, it differs");
    let text = text_of(&pdf);
    in_order(
        &text,
        &[
            "产科党支部公开承诺",
            "药学党支部公开承诺",
            "产科党支部公开承诺",
            "药学党支部公开承诺",
            "宣读稿",
            "有意见",
        ],
    );
    let sizes = poppler("pdfinfo", &["-f", "1", "-l", "99"], &pdf);
    assert!(sizes.contains("(A4)") && sizes.contains("(A3)"), "{sizes}");
    let bytes = String::from_utf8_lossy(&pdf);
    assert!(
        bytes.contains("<pdfaid:part>2</pdfaid:part>") && bytes.contains("<pdfuaid:part>1</pdfuaid:part>")
    );
    assert!(poppler("pdfinfo", &[], &pdf).contains("Tagged:          yes"));
    if installed("qpdf") {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), &pdf).expect("written");
        let checked = Command::new("qpdf")
            .arg("--check")
            .arg(file.path())
            .output()
            .expect("qpdf");
        assert!(
            checked.status.success(),
            "{}",
            String::from_utf8_lossy(&checked.stdout)
        );
    }
}

#[test]
fn what_cannot_be_printed_is_refused() {
    let branch = sample().branch_wall;
    let text = words(lang::Lang::Zh);
    let refused = |branches: &[WallBranch], pieces: &[Piece]| wall(branches, pieces, &text, day()).err();
    assert_eq!(refused(&[], &Piece::ALL), Some(DocumentError::Empty));
    assert_eq!(
        refused(std::slice::from_ref(&branch), &[]),
        Some(DocumentError::Empty)
    );
    let alone = WallBranch {
        pledges: branch.pledges[..1].to_vec(),
        ..branch.clone()
    };
    assert_eq!(refused(&[alone], &[Piece::Badges]), Some(DocumentError::Empty));
    let far = WallBranch {
        opinion: "x".repeat(4_000),
        ..branch
    };
    assert_eq!(
        refused(&[far], &[Piece::SheetA4]),
        Some(DocumentError::QrTooLong { bytes: 4_000 })
    );
    // Nothing but names: every field empty.
    let bare = WallBranch {
        pledges: vec![WallPledge {
            promises: vec![WallPromise::default()],
            ..WallPledge::default()
        }],
        ..WallBranch::default()
    };
    let written = wall(&[bare], &Piece::ALL, &text, day());
    assert!(written.is_ok(), "{:?}", written.err());
}

#[test]
fn whose_promises_these_are_is_told_on_every_page() {
    let mut branch = sample().branch_wall;
    branch.pledges.truncate(2);
    let promise = branch.pledges[1].promises[0].clone();
    branch.pledges[1].promises = vec![promise; 40];
    let pdf = one(&branch, Piece::SheetA4);
    let (pages, text) = (pages_of(&pdf), text_of(&pdf));
    assert!(pages > 3, "{pages} pages");
    assert_eq!(text.matches("马㛃雅").count(), pages, "{text}");
    assert_eq!(text.matches("不超过10分钟").count(), 40);
}
