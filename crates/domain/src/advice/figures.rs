//! How often the advice is right, on texts with labels. The bounds may only be raised.

use super::*;

const SAMPLES: &str = include_str!("../../tests/data/pledge-samples.tsv");
const FIRST: &str = include_str!("../../tests/data/advice-held-out.tsv");
const SECOND: &str = include_str!("../../tests/data/advice-held-out-2.tsv");
const THIRD: &str = include_str!("../../tests/data/advice-held-out-3.tsv");
const FIFTH: &str = include_str!("../../tests/data/advice-held-out-5.tsv");
const FOURTH: &str = include_str!("../../tests/data/advice-held-out-4.tsv");

const SIXTH: &str = include_str!("../../tests/data/advice-held-out-6.tsv");
const SEVENTH: &str = include_str!("../../tests/data/advice-held-out-7.tsv");

const CLASSES: [Class; 3] = [Class::Specific, Class::Vague, Class::Boilerplate];

/// Rows: the label; columns: the class given.
#[derive(Debug, Default)]
struct Table {
    cells: [[usize; 3]; 3],
    wrong: Vec<String>,
}

fn table(data: &str) -> Table {
    let mut out = Table::default();
    for line in data.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[_, _, text, label] = fields.as_slice() else {
            panic!("four columns: {line}");
        };
        let class = advise(text).class;
        let at = |name: &str| CLASSES.iter().position(|c| c.name() == name).expect("a class");
        out.cells[at(label)][at(class.name())] += 1;
        if class.name() != label {
            out.wrong.push(format!("{label} > {}: {text}", class.name()));
        }
    }
    out
}

impl Table {
    /// Specific or not, right, in percent.
    fn telling_specific(&self) -> usize {
        let [[_, b, c], [d, ..], [g, ..]] = self.cells;
        let all: usize = self.cells.iter().flatten().sum();
        100 * (all - b - c - d - g) / all.max(1)
    }

    /// Boilerplate found, in percent.
    fn boilerplate_found(&self) -> usize {
        let row = self.cells[2];
        100 * row[2] / row.iter().sum::<usize>().max(1)
    }

    /// Of what is called boilerplate, so much is, in percent.
    fn boilerplate_true(&self) -> usize {
        let column: usize = self.cells.iter().map(|row| row[2]).sum();
        100 * self.cells[2][2] / column.max(1)
    }
}

#[test]
fn labelled_texts_are_told_apart() {
    // Texts; specific or not, boilerplate found, boilerplate true (percent).
    for (name, data, rows, told, found, true_ones) in [
        ("samples", SAMPLES, 60, 98, 95, 85),
        ("first", FIRST, 181, 97, 95, 85),
        ("second", SECOND, 90, 97, 95, 90),
        ("third", THIRD, 90, 97, 95, 85),
        ("fourth", FOURTH, 45, 97, 95, 78),
        ("fifth", FIFTH, 40, 94, 95, 75),
        ("sixth", SIXTH, 59, 98, 100, 93),
        ("seventh", SEVENTH, 135, 98, 100, 92),
    ] {
        let t = table(data);
        assert_eq!(t.cells.iter().flatten().sum::<usize>(), rows, "{name}");
        assert!(t.telling_specific() >= told, "{name} {t:#?}");
        assert!(t.boilerplate_found() >= found, "{name} {t:#?}");
        assert!(t.boilerplate_true() >= true_ones, "{name} {t:#?}");
    }
}

/// A text that is not specific is never left without a word on why.
#[test]
fn what_cannot_be_checked_gets_a_remark() {
    for data in [SAMPLES, FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH] {
        for line in data.lines().skip(1) {
            let text = line.split('\t').nth(2).expect("a text");
            let advice = advise(text);
            assert!(
                advice.class == Class::Specific || !advice.remarks.is_empty(),
                "{text}"
            );
        }
    }
}
