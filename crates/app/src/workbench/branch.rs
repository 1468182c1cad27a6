//! One branch with its people, as its secretary and the office look at it.

use super::Facts;
use crate::campaign;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::Permission;
use domain::campaign::coverage::BranchCoverage;
use domain::organization::PersonClass;
use domain::problem::Problem;
use store::Tx;
use store::organization::Unit;
use store::person::Person;
use store::task::Filing;

/// A person of a branch and how his pledge stands.
#[derive(Clone, Debug)]
pub struct PersonLine {
    /// The person.
    pub person: Person,
    /// State of the pledge; empty while there is none.
    pub state: String,
    /// While a new version is under way, the state of the one in force; else empty.
    pub stood: String,
    /// Id of the pledge; empty while there is none.
    pub pledge: String,
    /// The branch that reviews it, where that is another one: there he handed it in before he came.
    pub elsewhere: String,
    /// Why he is excused; empty where he is not.
    pub excuse: String,
    /// Whether he shall take part.
    pub must: bool,
    /// Whether he shall or may take part.
    pub may: bool,
}

/// A branch with its people.
#[derive(Clone, Debug)]
pub struct BranchFile {
    /// The branch.
    pub unit: Unit,
    /// Its coverage.
    pub coverage: BranchCoverage,
    /// Its own pledge: the state; empty while there is none.
    pub pledge: String,
    /// While a new version of it is under way, the state of the one in force; else empty.
    pub stood: String,
    /// Whether it shall or may pledge itself.
    pub pledges: bool,
    /// Its people: those who have not filed first, leaders before the others.
    pub people: Vec<PersonLine>,
}

/// Asks for one branch of the campaign at hand.
pub struct ReadBranch {
    /// The branch.
    pub unit: String,
}

impl Query for ReadBranch {
    type Out = BranchFile;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ViewWorkbench)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<BranchFile> {
        let campaign = campaign::at_hand(ctx, tx).await?;
        let facts = Facts::read(ctx, tx, &campaign).await?;
        let missing = || Problem::not_found("problem.not_found");
        let unit = facts
            .units
            .iter()
            .find(|u| u.id == self.unit)
            .ok_or_else(missing)?
            .clone();
        let coverage = facts
            .coverage(&campaign)
            .into_iter()
            .find(|c| c.unit == unit.id)
            .ok_or_else(missing)?;
        let scope = &campaign.template.scope;
        let of_branch = facts.people.iter().filter(|p| p.unit_id == unit.id);
        let mut people: Vec<PersonLine> = of_branch
            .map(|person| {
                let pledge = facts.pledge_of(&person.id);
                let class = PersonClass::from_name(&person.class);
                PersonLine {
                    may: class.is_some_and(|c| scope.admits(c, person.leading_cadre)),
                    state: pledge.map(|f| f.state.clone()).unwrap_or_default(),
                    stood: facts.stood(&person.id),
                    pledge: pledge.map(|f| f.id.clone()).unwrap_or_default(),
                    elsewhere: elsewhere(&facts, pledge, &unit.id),
                    excuse: facts.excuses.get(&person.id).cloned().unwrap_or_default(),
                    must: class.is_some_and(|c| scope.shall(c, person.leading_cadre)),
                    person: person.clone(),
                }
            })
            .collect();
        people.sort_by_key(|p| (rank(p), !p.person.leading_cadre));
        Ok(BranchFile {
            pledge: facts
                .pledge_of(&unit.id)
                .map(|f| f.state.clone())
                .unwrap_or_default(),
            stood: facts.stood(&unit.id),
            pledges: facts.may_pledge(&unit),
            coverage,
            people,
            unit,
        })
    }
}

/// Name of the unit to which the text at hand of a pledge belongs, unless it is this one.
fn elsewhere(facts: &Facts, pledge: Option<&Filing>, unit: &str) -> String {
    let there = pledge.map(|f| f.at_hand.as_str()).filter(|there| *there != unit);
    let name = there.and_then(|there| facts.names.get(there));
    name.cloned().unwrap_or_default()
}

/// What needs doing stands first: not filed, sent back, being written; then filed; then those who need not.
fn rank(line: &PersonLine) -> u8 {
    match (line.must && line.excuse.is_empty(), line.state.as_str()) {
        (true, "") => 0,
        (true, "returned" | "draft") if line.stood.is_empty() => 1,
        (true, _) => 2,
        (false, state) => {
            if state.is_empty() {
                4
            } else {
                3
            }
        }
    }
}
