//! The one refusal type of the product: why an act was not done, on which field, and which sentence says so.

use std::fmt::Display;

/// What sort of refusal this is; the outer layers turn it into a status and a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// Something typed or sent is not acceptable; the field says which.
    Invalid,
    /// Nobody is signed in, or the session has ended.
    SignInNeeded,
    /// This actor may not do this act here.
    Forbidden,
    /// No such object, or none this actor may know of (AZ-02: no word of what exists).
    NotFound,
    /// The object is not in a state that allows the act, or somebody else was faster.
    Conflict,
    /// The object was there and is gone for good (used link, taken-down page).
    Gone,
    /// The stage that allows this act is not open (N15); carries the stage's identifier.
    Closed(String),
    /// Asked too often; carries the seconds to wait where they are known.
    TooMany(Option<u32>),
    /// What was sent is larger than allowed.
    TooLarge,
    /// The product cannot do it now (locked or full storage); trying again later may work.
    Unavailable,
}

/// A refusal with the key of the sentence shown to the reader.
///
/// `key` is a full message key (`problem.…`), `args` are filled into the sentence by name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}")]
pub struct Problem {
    /// What sort of refusal.
    pub kind: ProblemKind,
    /// Message key in the catalogue.
    pub key: &'static str,
    /// The form field it belongs to, by its dotted name (`items.0.content`).
    pub field: Option<String>,
    /// Named values for the sentence.
    pub args: Vec<(&'static str, String)>,
}

impl Problem {
    /// A refusal of any kind.
    #[must_use]
    pub fn new(kind: ProblemKind, key: &'static str) -> Self {
        Self {
            kind,
            key,
            field: None,
            args: Vec::new(),
        }
    }

    /// Something typed or sent is not acceptable.
    #[must_use]
    pub fn invalid(key: &'static str) -> Self {
        Self::new(ProblemKind::Invalid, key)
    }

    /// The actor may not do this.
    #[must_use]
    pub fn forbidden(key: &'static str) -> Self {
        Self::new(ProblemKind::Forbidden, key)
    }

    /// No such object for this actor.
    #[must_use]
    pub fn not_found(key: &'static str) -> Self {
        Self::new(ProblemKind::NotFound, key)
    }

    /// The state of the object does not allow it.
    #[must_use]
    pub fn conflict(key: &'static str) -> Self {
        Self::new(ProblemKind::Conflict, key)
    }

    /// The object is gone for good.
    #[must_use]
    pub fn gone(key: &'static str) -> Self {
        Self::new(ProblemKind::Gone, key)
    }

    /// The stage is not open.
    #[must_use]
    pub fn closed(stage: impl Into<String>, key: &'static str) -> Self {
        Self::new(ProblemKind::Closed(stage.into()), key)
    }

    /// Ties the refusal to a form field.
    #[must_use]
    pub fn on(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Adds a named value for the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// The value of a named argument, if it was given.
    #[must_use]
    pub fn arg(&self, name: &str) -> Option<&str> {
        self.args
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, v)| v.as_str())
    }
}

/// Several refusals at once, so that a form shows all of them in one error summary.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("{} problem(s), first: {}", .0.len(), .0.first().map_or("none", |p| p.key))]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// An empty list to collect into.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one refusal.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Adds the refusal of a check, if it refused.
    pub fn note<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.0.push(problem)).ok()
    }

    /// Adds all refusals of a longer check.
    pub fn absorb<T>(&mut self, result: Result<T, Problems>) -> Option<T> {
        result.map_err(|problems| self.0.extend(problems.0)).ok()
    }

    /// Nothing was refused.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Goes on with a value if nothing was refused.
    ///
    /// # Errors
    /// All refusals collected so far.
    pub fn or<T>(self, value: T) -> Result<T, Problems> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }

    /// The refusals that belong to a field.
    pub fn of_field<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a Problem> {
        self.0.iter().filter(move |p| p.field.as_deref() == Some(field))
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collects_and_refuses() {
        let mut all = Problems::new();
        assert_eq!(all.note(Ok::<_, Problem>(3)), Some(3));
        assert!(all.clone().or(1).is_ok());
        all.note::<()>(Err(Problem::invalid("problem.text.missing")
            .on("a")
            .with("max", 5)));
        assert_eq!(all.of_field("a").count(), 1);
        assert_eq!(all.of_field("b").count(), 0);
        let back = all.or(1).expect_err("one refusal");
        assert_eq!(back.0[0].arg("max"), Some("5"));
        assert_eq!(back.to_string(), "1 problem(s), first: problem.text.missing");
    }
}
