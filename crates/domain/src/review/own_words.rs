//! What of a text is the writer's own: the fixed words of a model sentence are not, and filling one with other numbers
//! is no copying.

use super::twin::Likeness;
use crate::pledge::sentence::{Piece, pieces};

/// The model sentences of a campaign, ready for taking their words out of texts.
#[derive(Debug, Default)]
pub struct Models(Vec<Vec<String>>);

/// A text without the words of the model sentence it was made from.
#[derive(Debug, Clone)]
pub struct OwnWords {
    /// Place of the model sentence.
    model: Option<usize>,
    /// The figures and numerals in the places, in order.
    numbers: Vec<char>,
    likeness: Likeness,
}

/// Letters of fixed words a sentence must have to be recognised in a text.
const FIXED_LEAST: usize = 6;

impl Models {
    /// Prepares model sentences (`…{name}…`).
    #[must_use]
    pub fn of<'a>(sentences: impl IntoIterator<Item = &'a str>) -> Self {
        let fixed = |sentence: &str| -> Vec<String> {
            let words = pieces(sentence).into_iter().filter_map(|piece| match piece {
                Piece::Words(words) => Some(words),
                Piece::Place(_) => None,
            });
            words.collect()
        };
        let all = sentences.into_iter().map(fixed);
        let letters = |words: &Vec<String>| words.iter().map(|w| w.chars().count()).sum::<usize>();
        Self(all.filter(|words| letters(words) >= FIXED_LEAST).collect())
    }

    /// What is the writer's own in a text.
    #[must_use]
    pub fn own(&self, text: &str) -> OwnWords {
        let made = self.0.iter().enumerate();
        let made = made.filter_map(|(model, fixed)| Some((model, without(text, fixed)?)));
        let shortest = made.min_by_key(|(_, rest)| rest.len());
        let (model, rest) = match shortest {
            Some((model, rest)) => (Some(model), rest),
            None => (None, text.to_owned()),
        };
        OwnWords {
            model,
            numbers: crate::advice::number_letters(&rest).collect(),
            likeness: Likeness::of(&rest),
        }
    }
}

/// The text without the fixed words, which must stand in it in their order; a space where they stood.
fn without(text: &str, fixed: &[String]) -> Option<String> {
    let mut rest = text;
    let mut own = String::new();
    for words in fixed {
        let (before, behind) = rest.split_once(words.as_str())?;
        own.push_str(before);
        own.push(' ');
        rest = behind;
    }
    own.push_str(rest);
    Some(own)
}

impl OwnWords {
    /// How alike two texts are in what is their own, in percent (see [`Likeness::percent`]). The same model sentence with
    /// other numbers is not alike at all.
    #[must_use]
    pub fn percent(&self, other: &Self) -> u32 {
        if self.model.is_some() && self.model == other.model && self.numbers != other.numbers {
            return 0;
        }
        self.likeness.percent(&other.likeness)
    }

    /// A cheap look before [`OwnWords::percent`].
    #[must_use]
    pub fn cannot_reach(&self, other: &Self, percent: u32) -> bool {
        self.likeness.cannot_reach(&other.likeness, percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filled_model_sentence_is_no_copy_and_a_copied_text_is() {
        let models = Models::of([
            "每月为{对象}举办{场数}场健康讲座，{期限}前共{总数}场",
            "到{期限}前，为{对象}做产前讲解，共{人数}人",
            "{x}",
        ]);
        let percent = |a: &str, b: &str| models.own(a).percent(&models.own(b));
        let a = "每月为社区孕妇和家属举办2场健康讲座，年底前共6场";
        let other_numbers = "每月为社区孕妇和家属举办1场健康讲座，年底前共4场";
        let other_object = "每月为中学教师举办2场健康讲座，年底前共6场";
        assert_eq!(percent(a, other_numbers), 0);
        assert!(percent(a, other_object) < 80);
        // Own words behind the sentence, copied.
        let rest = "，讲义由科里三位主治医师轮流编写并公布在病区门口";
        let both = (format!("{a}{rest}"), format!("{a}{rest}。"));
        assert!(percent(&both.0, &both.1) >= 80);
        let free = "夜间呼叫铃响后三分钟内到床边，每月抽查并公布";
        assert_eq!(percent(free, free), 100);
        assert_eq!(percent(free, a), 0);
    }
}
