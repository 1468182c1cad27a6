//! The ballot summary of a frozen round as a paper (PRODUCT.md 3.7).

use super::*;
use documents::paper::ledger;
use domain::problem::Problem;

pub(super) async fn summary(v: Visit, Path((id, file)): Path<(String, String)>) -> Answer {
    let (stem, format) = crate::papers::parts_of(&file)?;
    if stem != "summary" {
        return Err(Problem::not_found("problem.not_found").into());
    }
    let round = v.web().app().query(v.actor(), FindRound { round: id }).await?;
    // Who sees his own line only has the page; the paper is for those who answer for others.
    if !round.wide {
        return Err(Problem::forbidden("problem.forbidden").into());
    }
    if round.round.state != RoundState::Frozen {
        return Err(Problem::conflict("summary.not_frozen").into());
    }
    let table = app::lists::ballot_summary(v.words(), &round);
    let document = ledger(&table, v.code(), v.t("documents.form.page_of")).map_err(app::Error::bug)?;
    crate::papers::deliver(document, &table.title, format).await
}
