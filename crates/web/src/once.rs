//! What the public sends is taken once, however often its form is sent: after a reload, a second press, a way back through
//! the history the same receipt is shown (UX: a double submit shows the same page).
//!
//! The receipt is remembered in memory for an hour under a number the form carries, and nowhere else: not who sent it, nor
//! what.

use app::feedback::Given;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex};
use tokio::sync::OnceCell;

/// How long a form is recognised, in microseconds.
const AN_HOUR: i64 = 3_600_000_000;
/// Most forms remembered; past it the oldest go.
const MOST: usize = 10_000;

/// The number a form carries: the one it came with, else a new one.
pub fn number(carried: &str) -> String {
    if !carried.is_empty() {
        return carried.to_owned();
    }
    let mut bytes = [0; 12];
    app::case::fill_random(&mut bytes);
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

type Receipt = Arc<OnceCell<Given>>;

/// The forms taken lately.
#[derive(Default)]
pub(crate) struct Once(Mutex<HashMap<String, (i64, Receipt)>>);

impl Once {
    fn receipt(&self, number: &str, now: i64) -> Receipt {
        let Ok(mut known) = self.0.lock() else {
            return Receipt::default();
        };
        known.retain(|_, (at, _)| now.saturating_sub(*at) < AN_HOUR);
        if known.len() >= MOST
            && let Some(oldest) = known
                .iter()
                .min_by_key(|(_, (at, _))| *at)
                .map(|(number, _)| number.clone())
        {
            known.remove(&oldest);
        }
        known
            .entry(number.to_owned())
            .or_insert((now, Receipt::default()))
            .1
            .clone()
    }

    /// Takes what a form sends, or gives back what it was given the first time. What was refused may be sent again.
    ///
    /// # Errors
    /// Whatever taking it reports.
    pub async fn take(
        &self,
        number: &str,
        now: i64,
        taking: impl Future<Output = app::Result<Given>>,
    ) -> app::Result<Given> {
        if number.is_empty() {
            return taking.await;
        }
        let receipt = self.receipt(number, now);
        receipt.get_or_try_init(|| taking).await.cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(code: &str) -> Given {
        Given {
            code: code.to_owned(),
            due_on: None,
        }
    }

    #[tokio::test]
    async fn a_form_is_taken_once_within_an_hour() {
        let once = Once::default();
        let send = async |number: &str, now, code: &str| {
            let given = once.take(number, now, async { Ok(given(code)) }).await;
            given.expect("taken").code
        };
        assert_eq!(send("a", 0, "first").await, "first");
        assert_eq!(send("a", 1, "second").await, "first");
        assert_eq!(send("b", 1, "other").await, "other");
        assert_eq!(send("", 1, "one").await, "one");
        assert_eq!(
            send("", 1, "two").await,
            "two",
            "a program without a number sends what it likes"
        );
        assert_eq!(send("a", AN_HOUR, "later").await, "later");
    }

    #[tokio::test]
    async fn what_was_refused_may_be_sent_again() {
        let once = Once::default();
        let refused = domain::problem::Problem::invalid("problem.feedback.grade");
        let first = once.take("a", 0, async { Err(refused.into()) }).await;
        assert!(first.is_err());
        let second = once.take("a", 1, async { Ok(given("taken")) }).await;
        assert_eq!(second.expect("taken").code, "taken");
    }
}
