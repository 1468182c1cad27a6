//! What the forms of a matter do, one act a step.

use crate::fields::Fields;
use crate::pages::supervision::upload;
use crate::visit::Visit;
use app::rectification::{
    Extend, FindCriticism, FollowUp, HandOver, IssueOrder, Reopen, Reply, Respond, Urge,
};
use domain::problem::Problem;

#[expect(
    clippy::too_many_lines,
    reason = "one arm a step; the formatter spreads the acts over lines"
)]
pub(super) async fn run(v: &Visit, criticism: String, step: &str, fields: &Fields) -> app::Result<()> {
    let (app, actor) = (v.web().app(), v.actor());
    let (words, reason, due_on) = (
        fields.trimmed("words"),
        fields.trimmed("reason"),
        fields.trimmed("due_on"),
    );
    match step {
        "reply" => app
            .execute(
                actor,
                Reply {
                    criticism,
                    words: fields.trimmed("reply"),
                },
            )
            .await
            .map(drop),
        "order" => {
            let owner = fields.get("owner").to_owned();
            app.execute(
                actor,
                IssueOrder {
                    criticism,
                    owner,
                    reason,
                    due_on,
                },
            )
            .await
            .map(drop)
        }
        "response" => {
            // Only who is asked for a response may leave a file here.
            let may = app
                .query(actor, FindCriticism(criticism.clone()))
                .await?
                .may_respond;
            let file = if may { upload(v, fields).await? } else { None };
            app.execute(
                actor,
                Respond {
                    criticism,
                    words: fields.trimmed("response"),
                    file,
                },
            )
            .await
        }
        "follow-up" => {
            let passed = match fields.get("passed") {
                "1" => true,
                "0" => false,
                _ => {
                    return Err(Problem::invalid("rectification.passed_missing")
                        .on("passed")
                        .into());
                }
            };
            let finding = fields.get("finding").to_owned();
            // Only who may look again may leave a file here.
            let query = FindCriticism(criticism.clone());
            let may = app.query(actor, query).await?.may_follow_up;
            let file = if may { upload(v, fields).await? } else { None };
            app.execute(
                actor,
                FollowUp {
                    file,
                    criticism,
                    words,
                    passed,
                    finding,
                    due_on,
                },
            )
            .await
        }
        "urge" => {
            let words = fields.trimmed("urge");
            app.execute(actor, Urge { criticism, words }).await
        }
        "hand-over" => {
            let owner = fields.get("owner").to_owned();
            let case = HandOver {
                criticism,
                owner,
                reason,
            };
            app.execute(actor, case).await.map(drop)
        }
        "extend" => {
            app.execute(
                actor,
                Extend {
                    criticism,
                    reason,
                    due_on,
                },
            )
            .await
        }
        "reopen" => {
            app.execute(
                actor,
                Reopen {
                    criticism,
                    reason,
                    due_on,
                },
            )
            .await
        }
        _ => Err(Problem::not_found("problem.not_found").into()),
    }
}
