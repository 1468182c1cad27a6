//! What one decided, and how the round stands branch by branch.

use crate::respond::{Answer, page};
use crate::visit::Visit;
use app::review::{FindDecided, FindRound, FindWaits, Recused, UnitRound, Wait, Waits};
use askama::Template;
use domain::access::Permission;

/// A decision of one's own.
struct Own {
    pledge: String,
    name: String,
    confirmed: bool,
    round: i64,
    at: String,
    message: String,
    state: String,
}

#[derive(Template)]
#[template(path = "review/done.html")]
struct DonePage {
    v: Visit,
    list: Vec<Own>,
    total: i64,
    page: i64,
    pages: i64,
    units: Vec<UnitRound>,
    /// For the office alone.
    waits: Option<Waits>,
}

impl DonePage {
    fn roles(&self, recused: &Recused) -> String {
        let names: Vec<String> = recused.roles.iter().map(|r| self.v.t_of("role", r)).collect();
        names.join(self.v.t("review.names_pause"))
    }

    fn why(&self, recused: &Recused) -> String {
        lang::text(self.v.lang(), &format!("review.why_{}", recused.why.name())).to_owned()
    }

    /// The median in days, halves written out.
    fn median(&self, wait: &Wait) -> String {
        let halves = wait.median_halves();
        let days = match halves % 2 {
            0 => (halves / 2).to_string(),
            _ => format!("{}.5", halves / 2),
        };
        self.v.t1("review.days", "n", days)
    }
}

pub(super) async fn show(v: Visit) -> Answer {
    let app = v.web().app();
    let at: i64 = v.query("page").parse().unwrap_or(1).max(1);
    let units = app.query(v.actor(), FindRound).await?;
    let found = app.query(v.actor(), FindDecided { page: at - 1 }).await?;
    let waits = match v.may(Permission::ManageCampaign) {
        true => Some(app.query(v.actor(), FindWaits).await?),
        false => None,
    };
    let own = found.list.into_iter().map(|(row, name)| Own {
        confirmed: row.verdict == "confirm",
        at: v.moment(row.decided_at),
        state: lang::text(v.lang(), &format!("review.state_{}", row.state)).to_owned(),
        pledge: row.pledge_id,
        round: row.round,
        message: row.message,
        name,
    });
    let list = own.collect();
    let pages = found.total.div_euclid(FindDecided::PAGE) + i64::from(found.total % FindDecided::PAGE > 0);
    page(&DonePage {
        list,
        total: found.total,
        page: at,
        pages,
        units,
        waits,
        v,
    })
}
