//! Texts copied from a stock of sentences.

use crate::review::{Likeness, TWIN_PERCENT};

/// Sentences prepared for comparing.
#[derive(Debug, Default)]
pub struct Library(Vec<Likeness>);

impl Library {
    /// Prepares sentences.
    #[must_use]
    pub fn of(sentences: &[String]) -> Self {
        Self(sentences.iter().map(|s| Likeness::of(s)).collect())
    }

    /// The place of the sentence a text is nearly the same as.
    #[must_use]
    pub fn nearest(&self, text: &str) -> Option<usize> {
        let own = Likeness::of_reaching(text, &self.0, TWIN_PERCENT)?;
        let alike =
            |other: &Likeness| !own.cannot_reach(other, TWIN_PERCENT) && own.percent(other) >= TWIN_PERCENT;
        self.0.iter().position(alike)
    }
}
