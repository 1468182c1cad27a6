//! The only place that asks what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Where the time comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's own clock.
    #[default]
    System,
    /// A time that tests and the demo set themselves, in microseconds UTC.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at a time in microseconds UTC until it is set again.
    pub fn fixed(at: i64) -> Clock {
        Clock::Fixed(Arc::new(AtomicI64::new(at)))
    }

    /// Now, in microseconds UTC.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everything else is told to use"
    )]
    pub fn now(&self) -> i64 {
        match self {
            Clock::System => jiff::Timestamp::now().as_microsecond(),
            Clock::Fixed(at) => at.load(Ordering::SeqCst),
        }
    }

    /// Sets a fixed clock; the system's clock is not ours to set.
    pub fn set(&self, to: i64) {
        if let Clock::Fixed(at) = self {
            at.store(to, Ordering::SeqCst);
        }
    }
}
