//! The draw as a file that anyone downloads, and its replay.

use serde::{Deserialize, Serialize};

use super::FORMAT;
use super::select::{Draw, DrawState, Frozen, normal_seed};
use crate::problem::Problem;

/// An item that was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawnItem {
    /// The branch.
    pub stratum: String,
    /// How many items of that branch were in the pool.
    pub of: usize,
    /// Its number among them, from 1.
    pub number: usize,
    /// The item.
    pub id: String,
}

/// An inspector who was drawn for a branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawnInspector {
    /// The branch to inspect.
    pub stratum: String,
    /// The inspector.
    pub id: String,
}

/// A published draw: everything needed to replay it, and what it gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawFile {
    /// Always [`FORMAT`].
    pub format: String,
    /// What was frozen.
    #[serde(flatten)]
    pub frozen: Frozen,
    /// SHA-256 of the pool text.
    pub pool_hash: String,
    /// SHA-256 of the inspectors text.
    pub inspectors_hash: String,
    /// The commitment as it was logged before the seed was known.
    pub commitment: String,
    /// The seed; none while it is not known.
    #[serde(default)]
    pub seed: Option<String>,
    /// The items drawn.
    #[serde(default)]
    pub items: Vec<DrawnItem>,
    /// The inspectors drawn.
    #[serde(default)]
    pub drawn_inspectors: Vec<DrawnInspector>,
    /// Why the draw is void, if it is.
    #[serde(default)]
    pub void_reason: Option<String>,
}

impl DrawFile {
    /// The file of a draw.
    #[must_use]
    pub fn of(draw: &Draw) -> Self {
        let (seed, void_reason) = match &draw.state {
            DrawState::Frozen => (None, None),
            DrawState::Drawn { seed } => (Some(seed.clone()), None),
            DrawState::Void { reason, seed } => (seed.clone(), Some(reason.clone())),
        };
        let (items, drawn_inspectors) = seed.as_deref().map(|s| draw.frozen.select(s)).unwrap_or_default();
        Self {
            format: FORMAT.to_owned(),
            pool_hash: draw.frozen.pool_hash(),
            inspectors_hash: draw.frozen.inspectors_hash(),
            commitment: draw.frozen.commitment(),
            frozen: draw.frozen.clone(),
            seed,
            items,
            drawn_inspectors,
            void_reason,
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// `problem.draw.file` (arg `line`) when it is not a draw file.
    pub fn read(json: &str) -> Result<Self, Problem> {
        let file: Self = serde_json::from_str(json)
            .map_err(|e| Problem::invalid("problem.draw.file").with("line", e.line()))?;
        if file.format != FORMAT {
            return Err(Problem::invalid("problem.draw.file").with("line", 1));
        }
        Ok(file)
    }
}

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replay {
    /// The pool's and the inspectors' hashes and the commitment are those of the frozen data.
    pub hashes_agree: bool,
    /// The items and inspectors are those the seed gives; `None` while there is no seed.
    pub result_agrees: Option<bool>,
    /// The items the seed gives.
    pub items: Vec<DrawnItem>,
    /// The inspectors the seed gives.
    pub inspectors: Vec<DrawnInspector>,
}

/// Carries a draw out again from its file. `logged` is the commitment as the public log has it, if the reader
/// brings it: the file's own could have been changed with the rest.
///
/// # Errors
/// Refusals of [`Frozen::freeze`] and [`normal_seed`]: such a draw could never have been carried out.
pub fn replay(file: &DrawFile, logged: Option<&str>) -> Result<Replay, Problem> {
    let frozen = file.frozen.clone().freeze()?;
    let commitment = frozen.commitment();
    let hashes_agree = frozen == file.frozen
        && frozen.pool_hash() == file.pool_hash
        && frozen.inspectors_hash() == file.inspectors_hash
        && commitment == file.commitment
        && logged.is_none_or(|l| l.trim().eq_ignore_ascii_case(&commitment));
    let Some(seed) = &file.seed else {
        return Ok(Replay {
            hashes_agree,
            result_agrees: None,
            items: vec![],
            inspectors: vec![],
        });
    };
    let (items, inspectors) = frozen.select(&normal_seed(seed)?);
    let result_agrees = Some(items == file.items && inspectors == file.drawn_inspectors);
    Ok(Replay {
        hashes_agree,
        result_agrees,
        items,
        inspectors,
    })
}

#[cfg(test)]
mod tests;
