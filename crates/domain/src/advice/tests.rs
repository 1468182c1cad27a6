use proptest::prelude::*;

use super::*;

fn lights(text: &str) -> String {
    let advice = advise(text);
    let mut out = String::new();
    for (on, letter) in [
        (advice.quantity, 'Q'),
        (advice.object, 'O'),
        (advice.deadline, 'D'),
    ] {
        out.push(if on { letter } else { '-' });
    }
    out
}

fn remarks(text: &str) -> Vec<(RemarkKind, &str)> {
    advise(text)
        .remarks
        .into_iter()
        .map(|r| (r.kind, &text[r.quote]))
        .collect()
}

#[test]
fn the_word_lists_are_read() {
    let rules = Rules::shipped();
    assert!(rules.units.is_in("\u{540d}") && rules.numerals.digits.contains('两'));
    assert!(rules.version().starts_with("2026.11-"));
    let own = include_str!("../../data/advice.toml").replace("version = \"2026.11\"", "version = \"ours\"");
    let own = Rules::read(&own).expect("an edited copy is read");
    assert!(own.version().starts_with("ours-") && own.version() != rules.version());
    let fault = Rules::read("version = 3").expect_err("no rules").message;
    assert!(fault.contains("line 1"), "{fault}");
}

#[test]
fn numbers_deadlines_and_objects_are_found() {
    for (text, want) in [
        ("全年至少撰写十二篇宣传报道", "Q-D"),
        ("提供一万株嫁接苗", "Q--"),
        ("完成85%以上的6—24月龄儿童免费发放营养包", "QOD"),
        ("药占比控制在３０％以内", "Q--"),
        ("满意率达百分之九十五", "Q--"),
        ("夜间呼叫3分钟内到床边", "Q-D"),
        ("每月义务联防巡逻五天", "Q-D"),
        ("到2011年6月30日前完成", "--D"),
        ("每周五公布一次应答时间", "Q-D"),
        ("帮扶困难群众1名", "QO-"),
        ("为外地产妇备10套应急待产包", "QO-"),
        ("夏季到校时间不早于7:30", "Q-D"),
        ("家庭作业控制在1.5小时以内", "Q-D"),
        ("三亮三比三评，五带头", "---"),
        ("出好一个金点子", "---"),
        ("设一名联络员", "---"),
        ("进一步提高服务水平", "---"),
        ("做一名知识型党员", "---"),
        ("八月里把操场坑洼填平", "--D"),
        ("本周内把坏灯换好", "--D"),
        ("下个月内把坏灯换好", "--D"),
        ("逢五逢十到李家沟出诊", "--D"),
        ("每逢集日量血压", "--D"),
        ("逢会必讲纪律", "---"),
        ("在新的一年里再创佳绩", "---"),
        ("坚持八小时工作制", "---"),
        ("百分之百投入工作", "---"),
        ("", "---"),
    ] {
        assert_eq!(lights(text), want, "{text}");
    }
}

#[test]
fn remarks_quote_the_words_that_say_too_little() {
    use RemarkKind::*;
    let table: &[(&str, &[(RemarkKind, &str)])] = &[
        ("进一步提高服务水平", &[(WeakVerb, "进一步")]),
        ("吃喝招待费比去年降低", &[(Comparative, "比去年")]),
        ("吃喝招待费比去年降低10%", &[]),
        ("定期配送药品", &[(HowOften, "定期")]),
        ("每月定期配送药品", &[]),
        ("全心全意服务", &[(Slogan, "全心全意")]),
        ("不公车私用", &[(RoutineDuty, "不公车私用")]),
        (
            "团结同志、严谨治院、自强不息、创新务实",
            &[(Slogan, "团结同志、严谨治院、自强不息、创新务实")],
        ),
        ("硬化道路800米；安装水渠3公里", &[(Split, "安装水渠3公里")]),
        ("每月读一篇产科安全指南，在班前会讲5分钟，全年12次。", &[]),
        ("夜间呼叫3分钟内到床边，每月抽查20次。", &[]),
        // Negated, or with its figures beside it, a comparative says enough; alone it does not.
        ("把平均住院日由9天降到6天，不减少必要检查", &[]),
        ("每班清点抢救车1次，没有减少", &[]),
        ("等候时间缩短，由平均40分钟降到20分钟", &[]),
        ("由平均40分钟降到20分钟，等候时间缩短", &[]),
        ("等候时间缩短，每周公示2次", &[(Comparative, "缩短")]),
        ("不断降低成本", &[(Comparative, "降低")]),
        // When something counts as done is no promise with a weak verb.
        ("按月记台账，写明的数都达到算做到", &[]),
        ("写明的数都达到算做到", &[]),
        ("目标：连续2个月达到，中间没有回落", &[]),
        ("把工作做到位", &[(WeakVerb, "做到")]),
        // What makes a text a general rule is named.
        ("不插手别人的事", &[(RoutineDuty, "插手")]),
        ("不在办公室吸烟", &[(RoutineDuty, "不在办公室吸烟")]),
    ];
    for (text, want) in table {
        assert_eq!(remarks(text), *want, "{text}");
    }
}

#[test]
fn measured_words_are_those_a_reader_would_underline() {
    let shown = |text: &'static str| -> Vec<&str> {
        advise(text)
            .measured
            .into_iter()
            .filter(|m| !m.range.is_empty())
            .map(|m| &text[m.range])
            .collect()
    };
    assert_eq!(
        shown("到2011年6月30日前，为首次生育的产妇讲解40人次"),
        ["2011年6月30日前", "产妇", "40人次"]
    );
    assert_eq!(
        shown("夜间呼叫3分钟内到床边，每月抽查20次"),
        ["3分钟内", "每月", "20次"]
    );
}

#[test]
fn names_are_underlined_whole_and_no_word_is_cut() {
    let objects = |text: &'static str| -> Vec<&str> {
        let all = advise(text).measured.into_iter();
        all.filter(|m| m.measure == Measure::Object && !m.range.is_empty())
            .map(|m| &text[m.range])
            .collect()
    };
    for (text, want) in [
        ("护士长每天巡查一次", &["护士长"][..]),
        ("班组长每周讲评", &["班组长"]),
        ("急诊科护士长们带队", &["急诊科", "护士长们"]),
        ("让患者们少跑一趟", &["患者们"]),
        ("新生儿科每周开放日", &["新生儿科"]),
        ("为护士长期夜班补休", &["护士"]),
        ("教家长期望管理", &["家长"]),
        ("给儿童长高建档", &["儿童"]),
        ("向孕妇科普营养", &["孕妇"]),
        ("把科室长期积压的事办完", &["科室"]),
        ("门诊楼上下两层装扶手", &["门诊"]),
        ("门诊楼装扶手", &["门诊楼"]),
        ("困难职工家庭走访", &["困难职工"]),
        ("独居老人每周一访", &["独居老人"]),
    ] {
        assert_eq!(objects(text), want, "{text}");
    }
}

#[test]
fn duties_of_the_post_and_copies_are_said() {
    let said = |text: &str, post: &str, known: &[(Source, &str)]| -> Vec<RemarkKind> {
        let context = Context {
            post,
            known,
            ..Context::default()
        };
        let advice = advise_in(text, &context);
        advice.remarks.into_iter().map(|r| r.kind).collect()
    };
    let duty = "严格执行三查七对";
    assert_eq!(said(duty, "nurse", &[]), [RemarkKind::PostDuty]);
    assert_eq!(said(duty, "logistics", &[]), [RemarkKind::RoutineDuty]);
    let text = "每月为外地产妇备10套应急待产包，放在待产室";
    assert_eq!(said(text, "", &[]), []);
    let other = "每月为外地产妇备10套应急待产包放在待产室里";
    for source in [Source::Branch, Source::Organization, Source::LastYear] {
        assert_eq!(said(text, "", &[(source, other)]), [RemarkKind::Copied(source)]);
    }
    let stock = "坚定信念，认真贯彻落实科学发展观，保持党员的先进性。";
    assert!(said(stock, "", &[]).contains(&RemarkKind::Copied(Source::Library)));
}

#[test]
fn classes_of_hard_texts() {
    use Class::*;
    for (text, class) in [
        ("首问负责到底，当天办结", Specific),
        ("每周一上午到病区听意见", Specific),
        ("资助贫困学生张某读完高中", Specific),
        ("宴请不超过十桌", Specific),
        ("３～５名困难职工每人结对一户", Specific),
        ("满意率由百分之八十提高到百分之九十", Specific),
        ("每周二下午到门诊大厅导诊两小时", Specific),
        ("八月里把操场坑洼填平", Specific),
        ("逢五逢十到李家沟出诊", Specific),
        ("把科室微波炉捐给陪护家属使用，本周内送到", Specific),
        ("售后电话响铃三声内接听", Specific),
        ("每节课留5分钟答疑", Specific),
        ("把每一节课上好", Vague),
        ("多下社区，多为老百姓看病", Vague),
        ("帮助年轻老师尽快成长", Vague),
        ("每年为职工办几件实事", Vague),
        ("坚持八小时工作制，不迟到早退", Boilerplate),
        ("按照24字方针做好班级德育工作", Vague),
        ("做好2010年资料整理", Vague),
        ("细心核对每一张处方，防止差错", Vague),
        ("今年在某小镇建设方面取得实质性突破", Vague),
        ("学习“三个代表”和十七大精神", Boilerplate),
        ("以百分之百的热情投入工作", Boilerplate),
        ("每天按时上下班，不迟到", Boilerplate),
        ("严格遵守医院各项规章制度", Boilerplate),
    ] {
        let advice = advise(text);
        assert_eq!(advice.class, class, "{text} {advice:?}");
    }
}

proptest! {
    #[test]
    fn any_text_gets_advice_with_ranges_inside(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn texts_of_the_trade_get_advice_with_ranges_inside(
        text in "(每月|三|12|１２|次|名|；|，|。|-|—|\\.|:|,|%|年|月|日|前|内|百分之|至少|进一步|产妇| |\n|一){0,20}",
    ) {
        check(&text)?;
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let advice = advise(text);
    for remark in &advice.remarks {
        prop_assert!(text.get(remark.quote.clone()).is_some_and(|q| !q.is_empty()));
        prop_assert!(remark.clause.start <= remark.quote.start && remark.quote.end <= remark.clause.end);
    }
    let mut end = 0;
    for word in advice.measured.iter().filter(|m| !m.range.is_empty()) {
        prop_assert!(text.get(word.range.clone()).is_some());
        prop_assert!(word.range.start >= end, "overlap");
        end = word.range.end;
    }
    Ok(())
}
