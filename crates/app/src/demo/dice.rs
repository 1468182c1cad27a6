//! Randomness that comes out the same for the same seed (SplitMix64).

/// Seeded dice.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice for a seed.
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 {
            0
        } else {
            usize::try_from(self.roll() % n as u64).unwrap_or(0)
        }
    }

    /// True in about so many of a hundred cases.
    pub fn percent(&mut self, of_hundred: usize) -> bool {
        self.below(100) < of_hundred
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    /// One of several by weight.
    pub fn weighted<'a, T>(&mut self, of: &'a [(T, u32)]) -> Option<&'a T> {
        let sum: u32 = of.iter().map(|(_, w)| w).sum();
        let mut left = u32::try_from(self.below(sum as usize)).unwrap_or(0);
        for (value, weight) in of {
            if left < *weight {
                return Some(value);
            }
            left -= weight;
        }
        of.first().map(|(v, _)| v)
    }

    /// Puts a list into another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}
