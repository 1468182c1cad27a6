//! Proving once more who one is, for what is sealed: by password or by the slip one came in with.

use super::*;
use domain::seal::Proof;

/// Notes in the session that its owner proved who he is.
struct Prove {
    account: Account,
    token_hash: String,
    by: &'static str,
    slip: Option<String>,
}

impl UseCase for Prove {
    type Out = Proof;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Proof> {
        let org = ctx.organization.as_str();
        if let Some(hash) = &self.slip {
            rows::use_slip(tx, org, hash, ctx.now).await?;
        }
        if self.account.failures > 0 {
            rows::set_failures(tx, org, &self.account.id, 0, 0).await?;
        }
        rows::prove_session(tx, org, &self.token_hash, ctx.now, self.by).await?;
        Ok(Proof {
            at: ctx.now,
            by: self.by.to_owned(),
        })
    }
    fn event(&self, _: &Proof) -> Event {
        Event::new("account.prove", "account", &self.account.id).with(serde_json::json!({ "by": self.by }))
    }
}

struct OwnSlip(String);

impl Query for OwnSlip {
    type Out = bool;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<bool> {
        let slip = rows::slip(tx, &ctx.organization, &self.0).await?;
        // A slip that was used stays in the hand it was given to: typed again it proves the same.
        Ok(slip.is_some_and(|s| {
            s.account_id == ctx.actor.account && s.purpose != "confirm" && s.ends_at >= ctx.now
        }))
    }
}

/// Proves who acts, by the password or, for whoever came in by a slip, by its code typed again. Wrong tries count as
/// at sign-in and slow the next one.
///
/// # Errors
/// `problem.prove_wrong`, `problem.sign_in_slowed`.
pub async fn prove(app: &App, user: &SignedIn, typed: &str) -> Result<Proof> {
    let account = app.query(&user.actor, OwnAccount).await?;
    not_slowed(app, &account, "proof_password")?;
    let slip = ReceiptCode::parse(typed).ok().map(|c| c.stored_hash());
    let by_slip = match &slip {
        Some(hash) => app.query(&user.actor, OwnSlip(hash.clone())).await?,
        None => false,
    };
    let right = by_slip || {
        let (typed, hash) = (typed.to_owned(), account.password_hash.clone());
        let check = move || password::verify(&typed, hash.as_deref());
        tokio::task::spawn_blocking(check).await.unwrap_or(false)
    };
    if !right {
        app.execute(&user.actor, CountFailure { account }).await?;
        return Err(Problem::invalid("problem.prove_wrong")
            .on("proof_password")
            .into());
    }
    let case = Prove {
        account,
        token_hash: user.token_hash.clone(),
        by: if by_slip { "slip" } else { "password" },
        slip: slip.filter(|_| by_slip),
    };
    app.execute(&user.actor, case).await
}
