use super::*;
use jiff::civil::date;

fn kind(text: &str) -> KindId {
    KindId::parse(text).expect("word")
}

fn item(n: u8, of: &str, content: &str) -> CommitmentItem {
    CommitmentItem {
        id: ItemId::parse(format!("01932b6e-7c1a-7f00-8000-0000000000{n:02}")).expect("uuid"),
        kind: kind(of),
        content: content.to_owned(),
        measure: String::new(),
        beneficiary: String::new(),
        due_date: None,
        demand: None,
        joint: String::new(),
    }
}

fn rules() -> FormRules {
    let rule = |k, min, max| KindRule {
        kind: kind(k),
        min,
        max,
        demand: false,
    };
    FormRules {
        kinds: vec![
            rule("common_commitment", 0, Some(2)),
            rule("post_commitment", 1, None),
            rule("practical_deed", 1, Some(3)),
        ],
        channels: vec![ChannelId::parse("notice_board").expect("word")],
        first_day: date(2010, 9, 20),
        last_day: Some(date(2011, 12, 31)),
        standing: Vec::new(),
    }
}

fn good() -> PledgeForm {
    PledgeForm {
        items: vec![
            item(1, "post_commitment", "夜间呼叫3分钟内到床边"),
            item(2, "practical_deed", "为外地产妇备10套应急待产包"),
        ],
        due_date: Some(date(2011, 6, 30)),
        pledged_on: Some(date(2010, 10, 8)),
        channels: rules().channels,
        signature: " 王 䶮".to_owned(),
        consent: true,
    }
}

fn keys(form: &PledgeForm) -> Vec<(&'static str, Option<String>)> {
    match check_submission(form, &rules(), "王䶮") {
        Ok(()) => vec![],
        Err(problems) => problems.0.into_iter().map(|p| (p.key, p.field)).collect(),
    }
}

#[test]
fn a_good_form_passes_and_blank_rows_do_not_count() {
    assert_eq!(keys(&good()), vec![]);
    let mut form = good();
    form.items.push(item(3, "practical_deed", "  \u{3000}"));
    assert_eq!(keys(&form), vec![]);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases, read as a whole")]
fn each_fault_is_named_on_its_field() {
    type Change = fn(&mut PledgeForm);
    let table: &[(Change, &str, &str)] = &[
        (|f| f.items.clear(), "problem.pledge.no_item", "items"),
        (
            |f| {
                f.items.remove(1);
            },
            "problem.pledge.kind_too_few",
            "items",
        ),
        (
            |f| {
                for n in 3..6 {
                    f.items.push(item(n, "practical_deed", "x"))
                }
            },
            "problem.pledge.kind_too_many",
            "items",
        ),
        (
            |f| f.items.push(item(3, "other", "x")),
            "problem.pledge.kind_unknown",
            "items.2.kind",
        ),
        (|f| f.items[0].measure = "3分钟".into(), "", ""),
        (
            |f| {
                f.items[0].content.clear();
                f.items[0].measure = "3分钟".into()
            },
            "problem.pledge.content_missing",
            "items.0.content",
        ),
        (
            |f| f.items[0].content = "诺".repeat(501),
            "problem.text.too_long",
            "items.0.content",
        ),
        (
            |f| f.items[1].content.push('\0'),
            "problem.text.control",
            "items.1.content",
        ),
        (
            |f| f.items[1].beneficiary.push('\u{202E}'),
            "problem.text.bidi",
            "items.1.beneficiary",
        ),
        (
            |f| {
                f.due_date = None;
                f.items[0].due_date = Some(date(2011, 1, 1))
            },
            "problem.pledge.due_date_missing",
            "items.1.due_date",
        ),
        (
            |f| f.items[0].due_date = Some(date(2010, 9, 19)),
            "problem.pledge.due_date_early",
            "items.0.due_date",
        ),
        (
            |f| {
                f.pledged_on = Some(date(2010, 9, 20));
                f.items[0].due_date = Some(date(2010, 9, 20))
            },
            "",
            "",
        ),
        (
            |f| {
                f.pledged_on = Some(date(2010, 9, 29));
                f.items[0].due_date = Some(date(2010, 9, 28))
            },
            "problem.pledge.due_date_past",
            "items.0.due_date",
        ),
        (
            |f| f.due_date = Some(date(2012, 1, 1)),
            "problem.pledge.due_date_late",
            "due_date",
        ),
        (
            |f| f.pledged_on = None,
            "problem.pledge.date_missing",
            "pledged_on",
        ),
        (
            |f| f.channels.clear(),
            "problem.pledge.channel_missing",
            "channels",
        ),
        (
            |f| f.signature.clear(),
            "problem.pledge.signature_missing",
            "signature",
        ),
        (
            |f| f.signature = "王龑".into(),
            "problem.pledge.signature_differs",
            "signature",
        ),
        (|f| f.consent = false, "problem.pledge.consent_missing", "consent"),
    ];
    for (change, key, field) in table {
        let mut form = good();
        change(&mut form);
        let want: Vec<_> = if key.is_empty() {
            vec![]
        } else {
            vec![(*key, Some((*field).to_owned()))]
        };
        assert_eq!(keys(&form), want, "{key} {field}");
    }
}

#[test]
fn an_empty_form_is_a_fine_draft_and_names_everything_when_handed_in() {
    assert!(check_draft(&PledgeForm::default()).is_ok());
    let found = keys(&PledgeForm::default());
    assert_eq!(found.len(), 5, "{found:?}");
    let mut form = good();
    form.items[0].content.push('\u{2067}');
    assert!(check_draft(&form).is_err());
}

#[test]
fn length_is_only_a_hint() {
    let table = [
        (0, LengthHint::Empty),
        (29, LengthHint::Short),
        (30, LengthHint::Usual),
        (120, LengthHint::Usual),
        (121, LengthHint::Long),
    ];
    for (n, hint) in table {
        assert_eq!(length_hint(&format!(" {}\n", "𰻞".repeat(n))), (n, hint));
    }
    let mut form = good();
    form.items[0].content = "短".to_owned();
    form.items[1].content = "长".repeat(500);
    assert_eq!(keys(&form), vec![]);
}

/// What refuses a new version of a form whose first item was due by the end of October, promised in December: keys with their
/// fields.
fn amended(settled: bool, change: fn(&mut PledgeForm)) -> String {
    let mut old = good();
    old.items[0].due_date = Some(date(2010, 10, 31));
    let stood = |at: usize, settled| Standing {
        id: old.items[at].id.clone(),
        kind: old.items[at].kind.clone(),
        content: old.items[at].content.clone(),
        measure: String::new(),
        beneficiary: String::new(),
        due_date: old.due_date_of(&old.items[at]).expect("a day"),
        demand: None,
        settled,
        reported: settled,
    };
    let mut form = old.clone();
    form.pledged_on = Some(date(2010, 12, 1));
    change(&mut form);
    let rules = FormRules {
        standing: vec![stood(0, settled), stood(1, false)],
        ..rules()
    };
    let refused = check_submission(&form, &rules, "王䶮");
    let mut all: Vec<_> = refused.err().map(|p| p.0).unwrap_or_default();
    all.sort_by_key(|p| p.key);
    let told = all
        .iter()
        .map(|p| (p.key.rsplit('.').next(), p.field.as_deref()))
        .map(|(key, field)| format!("{} {}", key.unwrap_or(""), field.unwrap_or("")));
    told.collect::<Vec<_>>().join(", ")
}

#[test]
fn what_has_a_result_stays_as_it_was() {
    let changed = "settled_changed items.0.content";
    type Case = (&'static str, bool, fn(&mut PledgeForm), &'static str);
    let cases: [Case; 8] = [
        ("a day that is over stays with its item", true, |_| (), ""),
        (
            "another item",
            true,
            |f| f.items[1].content.push_str("，并送到床边"),
            "",
        ),
        ("its words", true, |f| f.items[0].content.push('！'), changed),
        (
            "its measure",
            true,
            |f| f.items[0].measure.push_str("少一些"),
            changed,
        ),
        (
            "its day",
            true,
            |f| f.items[0].due_date = Some(date(2011, 3, 31)),
            changed,
        ),
        (
            "gone",
            true,
            |f| f.items[0] = item(9, "post_commitment", "另一件"),
            "settled_gone items",
        ),
        (
            "something new before it",
            true,
            |f| {
                f.items
                    .insert(0, item(8, "post_commitment", "新增一件，排在前面"))
            },
            "",
        ),
        ("nothing known yet", false, |f| f.items[0].content.push('！'), ""),
    ];
    for (what, settled, change, refused) in cases {
        assert_eq!(amended(settled, change), refused, "{what}");
    }
    assert_eq!(
        amended(false, |f| f.items[0].due_date = Some(date(2010, 11, 1))),
        "due_date_past items.0.due_date",
        "a new day is not one that is over"
    );
}

#[test]
fn an_item_that_claims_a_demand_names_it() {
    let mut rules = rules();
    let mut form = good();
    let missing = |form: &PledgeForm, rules: &FormRules| {
        let told = check_submission(form, rules, "李华").err().unwrap_or_default();
        let of = told
            .0
            .into_iter()
            .filter(|p| p.key == "problem.pledge.demand_missing");
        of.map(|p| p.field.unwrap_or_default()).collect::<Vec<_>>()
    };
    assert!(missing(&form, &rules).is_empty());
    for rule in &mut rules.kinds {
        rule.demand = rule.kind == kind("practical_deed");
    }
    let place = form
        .items
        .iter()
        .position(|i| i.kind == kind("practical_deed"))
        .expect("a deed");
    assert_eq!(missing(&form, &rules), [format!("items.{place}.demand")]);
    form.items[place].demand = Some(DemandId::parse("01932b6e-7c1a-7f00-8000-000000000009").expect("an id"));
    assert!(missing(&form, &rules).is_empty());
    // A row nobody wrote in claims nothing.
    form.items[place].demand = None;
    for text in ["content", "measure", "beneficiary"] {
        let item = &mut form.items[place];
        match text {
            "content" => item.content.clear(),
            "measure" => item.measure.clear(),
            _ => item.beneficiary = "\u{200B}".to_owned(),
        }
    }
    assert!(missing(&form, &rules).is_empty());
}
