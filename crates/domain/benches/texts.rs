//! How fast texts are judged and compared: `cargo bench -p domain --bench texts`. Processor time, not the clock's.

use domain::advice::advise;
use domain::review::alike::{Alike, NEAR_PERCENT};

const ITEMS: &str = include_str!("../tests/data/advice-held-out.tsv");
const TEXTS: usize = 1_000_000;

/// Processor time of this program in milliseconds, as the kernel counts it.
fn spent() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|n| n.parse::<f64>().ok());
    nanoseconds.unwrap_or(0.0) / 1e6
}

/// Texts of about 40 to 100 characters, each different: pieces of real items and a number of their own.
fn texts() -> Vec<String> {
    let items: Vec<&str> = ITEMS
        .lines()
        .skip(1)
        .filter_map(|l| l.split('\t').nth(2))
        .collect();
    let mut seed = 1_u64;
    let mut roll = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).unwrap_or(0) % below
    };
    let mut all = Vec::with_capacity(TEXTS);
    for number in 0..TEXTS {
        let mut text = format!("{number}");
        for _ in 0..3 {
            let item = items.get(roll(items.len())).copied().unwrap_or_default();
            text.extend(item.chars().skip(roll(4)).take(14 + roll(16)));
        }
        all.push(text);
    }
    all
}

fn main() {
    let items: Vec<&str> = ITEMS
        .lines()
        .skip(1)
        .filter_map(|l| l.split('\t').nth(2))
        .collect();
    let _ = advise("");
    let begun = spent();
    let words: usize = (0..20)
        .flat_map(|_| &items)
        .map(|t| advise(t).remarks.len())
        .sum();
    let each = (spent() - begun) / (20.0 * items.len() as f64);
    println!("advice: {:.1} µs an item ({words} remarks)", each * 1000.0);

    let texts = texts();
    let characters: usize = texts.iter().map(|t| t.chars().count()).sum();
    let begun = spent();
    let mut index = Alike::with_capacity(TEXTS);
    for text in &texts {
        index.add(text);
    }
    println!(
        "index: {} texts of {} characters in {:.2} CPU s",
        index.len(),
        characters / texts.len(),
        (spent() - begun) / 1000.0
    );
    let asked: Vec<String> = texts
        .iter()
        .step_by(TEXTS / 1000)
        .map(|t| t.replacen("\u{ff0c}", "--", 1))
        .collect();
    let (mut worst, mut found) = (0.0_f64, 0);
    let begun = spent();
    for text in &asked {
        let before = spent();
        found += usize::from(!index.near(text, NEAR_PERCENT).is_empty());
        index.add(text);
        worst = worst.max(spent() - before);
    }
    println!(
        "one more: {:.3} ms on average, {worst:.3} ms at most; {found} of {} found",
        (spent() - begun) / asked.len() as f64,
        asked.len()
    );
}
