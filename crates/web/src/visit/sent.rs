//! What a reader sent, in case it cannot be kept just now: the page that says so hands it back.

use super::{Visit, address};

/// What a reader sent with a form.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// Texts by name, without passwords: those are typed again and do not travel back in a page.
    pub texts: Vec<(String, String)>,
    /// Whether files came with them, which a page cannot hand back.
    pub files: bool,
}

/// A text of so many characters was written, not chosen.
const WRITTEN: usize = 4;

/// What the boxes and lists of a form send: keys of templates, ids, dates; nobody wrote them, nor would know them again.
fn is_chosen(text: &str) -> bool {
    let of_a_key =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.' | ':');
    text.chars().all(of_a_key)
}

impl Sent {
    /// The longer texts: somebody wrote them and will want to see that they are not lost.
    pub fn written(&self) -> impl Iterator<Item = &str> {
        let own = self.texts.iter().filter(|(name, _)| name != "csrf");
        own.map(|(_, text)| text.as_str())
            .filter(|text| text.chars().count() >= WRITTEN && !is_chosen(text))
    }

    /// Everything but what belonged to the session, as a form sends it.
    pub fn encoded(&self) -> String {
        let texts = self.texts.iter().filter(|(name, _)| name != "csrf");
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(texts)
            .finish()
    }
}

impl Visit {
    /// Remembers what the reader sent, for as long as the request lasts.
    pub(crate) fn note_sent(&self, texts: &[(String, String)], files: bool) {
        let fit = texts.iter().filter(|(name, _)| !name.contains("password"));
        // A request is read once; a second reading would find the same.
        let _ = self.0.sent.set(Sent {
            texts: fit.cloned().collect(),
            files,
        });
    }

    /// What the reader sent; `None` when it was nothing or has not been read.
    pub fn sent(&self) -> Option<&Sent> {
        self.0.sent.get()
    }

    /// Whether the reader only opens a page: nothing of his can be lost.
    pub fn reading(&self) -> bool {
        self.0.reading
    }

    /// The address of this request, as it was asked for.
    pub fn whole_address(&self) -> String {
        let pairs: Vec<_> = self
            .0
            .query
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        address(&self.0.path, &pairs)
    }
}
