//! A bounded memory for what is worked out of texts again and again. Everything in it follows from its key alone, so it
//! can be forgotten at any time and is never wrong.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What was used lately, in two halves: what is asked for moves to the young half; when that is full, the old half goes.
#[derive(Debug)]
pub(crate) struct Kept<V> {
    halves: Mutex<(HashMap<String, V>, HashMap<String, V>)>,
    /// Entries of a half at most.
    most: usize,
}

impl<V: Clone> Kept<V> {
    /// A memory of at most twice so many entries.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            halves: Mutex::default(),
            most,
        }
    }

    /// What is kept under a key.
    pub(crate) fn get(&self, key: &str) -> Option<V> {
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = halves.0.get(key) {
            return Some(value.clone());
        }
        let (key, value) = halves.1.remove_entry(key)?;
        self.add(&mut halves, key, value.clone());
        Some(value)
    }

    /// Keeps a value.
    pub(crate) fn put(&self, key: String, value: V) {
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        self.add(&mut halves, key, value);
    }

    fn add(&self, halves: &mut (HashMap<String, V>, HashMap<String, V>), key: String, value: V) {
        if halves.0.len() >= self.most {
            halves.1 = std::mem::take(&mut halves.0);
        }
        halves.0.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_the_memory_is_bounded() {
        let kept = Kept::new(10);
        kept.put("used".to_owned(), 0);
        for n in 1..1000 {
            kept.put(n.to_string(), n);
            assert_eq!(kept.get("used"), Some(0), "after {n}");
        }
        assert_eq!(kept.get("999"), Some(999));
        assert_eq!(kept.get("1"), None);
        let halves = kept.halves.lock().expect("whole");
        assert!(halves.0.len() + halves.1.len() <= 20);
    }
}
