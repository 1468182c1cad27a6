//! Whether the reader proved lately who he is, and proving it once more.

use super::Visit;
use crate::fields::Fields;
use domain::access::Actor;

/// The field in which a password or slip code is typed again.
pub(crate) const FIELD: &str = "proof_password";

impl Visit {
    /// Whether a confirming decision would rest on a proof that still holds.
    pub fn proven(&self) -> bool {
        let now = self.web().app().clock().now();
        self.actor().proof.as_ref().is_some_and(|p| p.holds(now))
    }

    /// Who acts, after proving once more who he is where a form asked for it and he typed something.
    ///
    /// # Errors
    /// What the proof refuses.
    pub(crate) async fn proving(&self, fields: &Fields) -> app::Result<Actor> {
        let mut actor = self.actor().clone();
        if let Some(user) = self.user()
            && !fields.get(FIELD).is_empty()
        {
            let proof = app::account::prove(self.web().app(), user, fields.get(FIELD)).await?;
            actor.proof = Some(proof);
        }
        Ok(actor)
    }
}
