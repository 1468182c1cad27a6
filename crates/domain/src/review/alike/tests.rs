use proptest::prelude::*;

use super::*;

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        (mix(self.0) >> 16) as usize % below.max(1)
    }
}

const WORDS: &str = "每月 每周 每季度 全年 门诊 病房 产科 儿科 急诊 药房 检验 患者 产妇 新生儿 家属 护士 医师 职工 社区 乡镇 卫生院 \
     随访 回访 宣教 培训 抽查 巡视 走访 义诊 讲课 带教 公布 登记 整理 检查 更新 编写 张贴 不少于 控制在 完成 达到 提高到 缩短到 \
     十二次 三小时 二十份 五名 一百人 两场 百分之九十 半小时 病历 处方 设备 台账 手册 流程 标识 候诊 取药 呼叫铃 床位 费用 \
     满意率 合格率 等候时间 投诉 建议 问题 名单 周末 节假日 月底前 年底前 当天 负责 牵头 协助 记录 反馈 结果 公开栏";

/// A text of 40 to 100 characters.
fn text(dice: &mut Dice, words: &[&str]) -> String {
    let length = 40 + dice.roll(60);
    let mut out = String::new();
    while out.chars().count() < length {
        out.push_str(words[dice.roll(words.len())]);
        if dice.roll(6) == 0 {
            out.push('，');
        }
    }
    out
}

/// So many small edits: a character changed, left out or put in.
fn edited(dice: &mut Dice, text: &str, edits: usize) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..edits {
        let at = dice.roll(chars.len());
        let new = char::from_u32(0x4E00 + dice.roll(5000) as u32).expect("an ideograph");
        match dice.roll(3) {
            0 => chars[at] = new,
            1 => {
                chars.remove(at);
            }
            _ => chars.insert(at, new),
        }
    }
    chars.into_iter().collect()
}

#[test]
fn edited_copies_are_found_and_others_are_not() {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut dice = Dice(4);
    let mut index = Alike::default();
    let texts: Vec<String> = (0..3000).map(|_| text(&mut dice, &words)).collect();
    for text in &texts {
        index.add(text);
    }
    let (mut found, mut copies, mut wrong) = (0, 0, 0);
    for (place, text) in texts.iter().enumerate() {
        for edits in 1..=4 {
            copies += 1;
            for near in index.near(&edited(&mut dice, text, edits), NEAR_PERCENT) {
                if near.place as usize == place {
                    found += 1;
                } else {
                    wrong += 1;
                }
            }
        }
    }
    // Recall and precision, both at least 0.95.
    assert!(found * 100 >= copies * 95, "{found} of {copies} found");
    assert!(wrong * 20 <= found, "{wrong} wrong, {found} right");
}

#[test]
fn short_texts_and_an_empty_index_tell_nothing() {
    let mut index = Alike::default();
    assert!(index.is_empty() && index.near("每月为高危孕妇电话随访一次", 10).is_empty());
    assert_eq!(index.add("微笑服务"), 0);
    assert_eq!(index.add("每月为高危孕妇电话随访一次，并登记在册"), 1);
    assert!(index.near("微笑服务", 1).is_empty());
    let near = index.near("每月为高危孕妇电话随访一次，并登记在册。", 90);
    assert_eq!(
        near,
        [Near {
            place: 1,
            percent: 100
        }]
    );
    assert_eq!(index.len(), 2);
}

proptest! {
    #[test]
    fn growing_or_built_at_once_it_finds_the_same(seed in any::<u64>(), count in 1usize..1500) {
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        let mut dice = Dice(seed);
        let texts: Vec<String> = (0..count).map(|_| text(&mut dice, &words)).collect();
        let (mut small, mut large) = (Alike::default(), Alike::with_capacity(4096));
        for text in &texts {
            small.add(text);
            large.add(text);
        }
        let asked = edited(&mut dice, &texts[count / 2], 2);
        let (a, b) = (small.near(&asked, 60), large.near(&asked, 60));
        prop_assert_eq!(&a, &b);
        prop_assert_eq!(index_of_itself(&small, &texts[0]), Some(100));
    }

    #[test]
    fn any_text_is_taken(texts in proptest::collection::vec(".{0,40}", 0..20)) {
        let mut index = Alike::default();
        for text in &texts {
            index.add(text);
        }
        for text in &texts {
            for near in index.near(text, 1) {
                prop_assert!(near.percent <= 100 && (near.place as usize) < texts.len());
            }
        }
    }
}

fn index_of_itself(index: &Alike, text: &str) -> Option<u32> {
    let near = index.near(text, 50);
    near.iter().find(|n| n.place == 0).map(|n| n.percent)
}

#[test]
fn what_is_left_out_is_gone_and_the_rest_is_found_as_before() {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut dice = Dice(11);
    let texts: Vec<String> = (0..3_000).map(|_| text(&mut dice, &words)).collect();
    let (mut index, mut fresh) = (Alike::default(), Alike::default());
    for (at, one) in texts.iter().enumerate() {
        index.add(one);
        if at % 3 == 0 {
            fresh.add(one);
        }
    }
    index.retain(|place| place % 3 == 0);
    assert_eq!(index.len(), fresh.len());
    for (at, one) in texts.iter().enumerate().take(300) {
        let near = index.near(one, NEAR_PERCENT);
        assert_eq!(near, fresh.near(one, NEAR_PERCENT));
        assert_eq!(near.iter().any(|n| n.percent == 100), at % 3 == 0, "{one}");
    }
    // It goes on growing.
    let new = text(&mut dice, &words);
    let place = index.add(&new);
    assert_eq!(index.near(&new, 100).first().map(|n| n.place), Some(place));
    index.retain(|_| false);
    assert!(index.is_empty() && index.near(&new, NEAR_PERCENT).is_empty());
}
