//! The random draw that anyone can replay (N17, RD-01 to RD-03). RFC 3797's idea with SHA-256.
//!
//! # The algorithm, so that another program can redo it
//!
//! All text is UTF-8, `LF` is byte 0x0A, `TAB` byte 0x09, every line ends with `LF`. Lines are sorted by their
//! bytes and no line stands twice. `hash(x)` is SHA-256 written as 64 lower-case hexadecimal digits.
//!
//! 1. **Pool.** One line `stratum TAB id LF` for each item that can be drawn; the stratum is the branch. Sorted.
//!    `pool_hash` = hash(pool text).
//! 2. **Inspectors.** Text of the lines `inspector TAB unit TAB id LF` (unit = branch of that inspector) and
//!    `recused TAB stratum TAB id LF` (an inspector who may not check that branch), sorted together.
//!    `inspectors_hash` = hash(that text).
//! 3. **Commitment**, made public before the seed is known: hash of the lines `jiannuo-draw-1 LF`, `pool_hash LF`,
//!    `inspectors_hash LF`, `sample LF`, `minimum LF`, `inspectors_per_stratum LF` (decimal),
//!    `seed_source LF` (the words that say where the seed will come from).
//! 4. **Seed.** What the announced source gave, white space removed and full-width forms made half-width.
//!    `key` = hash of the lines `commitment LF`, `seed LF`.
//! 5. **Places per stratum.** Each stratum first gets the smaller of `minimum` and its size. While places are left
//!    and a stratum has items left, the next place goes to the stratum with the largest `size / (places + 1)`
//!    (compared exactly as fractions; only strata with items left; ties to the stratum first by bytes).
//!    The sample is never smaller than the minimums ask.
//! 6. **Drawing** `k` of a list of `n` lines in their order, for a `purpose` and a `stratum`: for place 1, 2, … k,
//!    with `m` entries left: for attempt 0, 1, 2, …: `h` = SHA-256 of the lines `key LF`, `purpose LF`, `stratum LF`,
//!    `place LF`, `attempt LF`; `x` = its first eight bytes, big-endian. If `x < 2^64 - (2^64 mod m)`, entry number
//!    `x mod m` (from 0) of those left is drawn and taken out, the others keep their order; else the next
//!    attempt (so that no entry is favoured).
//! 7. **Items**: purpose `item`, strata in byte order, the stratum's pool lines in order.
//! 8. **Inspectors**: purpose `inspector`, for each stratum that got items: those inspectors, sorted by id, whose
//!    unit is not the stratum and who are not recused from it. `inspectors_per_stratum` (at least 2) are drawn.

mod file;
mod select;

pub use file::{DrawFile, DrawnInspector, DrawnItem, Replay, replay};
pub use select::{Draw, DrawState, Frozen, Inspector, PoolEntry, Recusal, SEED_MIN, check_dice, normal_seed};

/// Format of the draw file and first line of the commitment.
pub const FORMAT: &str = "jiannuo-draw-1";
