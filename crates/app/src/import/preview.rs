//! What an import would do, before it does it.

use super::*;

/// What an import would do, for the preview.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// What happens to people.
    pub plan: RosterPlan,
    /// Ids of people who had left and come back.
    pub back: Vec<String>,
    /// Name and branch of known people the plan names.
    pub names: HashMap<String, (String, String)>,
    /// Of those who leave, who has a public promise that nobody could report on any more.
    pub promised: Vec<String>,
    /// New branches.
    pub new_branches: Vec<String>,
    /// Those of them that ended and come back.
    pub returning: Vec<String>,
    /// Branches whose departments, phone or unit above change.
    pub changed_branches: Vec<String>,
    /// Which branches will stand under which unit, where that is new.
    pub placed: Vec<(String, Vec<String>)>,
    /// Names that are nearly those of branches that are there.
    pub near: Vec<Near>,
    /// New names that may mean branches that are there: the name and those branches.
    pub alike: Vec<(String, Vec<String>)>,
    /// Names, as the file has them, of branches for which somebody is secretary already; folded.
    pub headed: BTreeSet<String>,
    /// So many would leave that it is asked once more: of how many who are here; 0 = not asked.
    pub many_of: usize,
}

/// Plans an import; nothing is written.
pub struct PlanRoster {
    /// The file as it was read.
    pub reading: Arc<RosterReading>,
    /// It is the whole roster: whoever is not in it leaves.
    pub whole: bool,
    /// As in [`ApplyRoster`].
    pub own_branches: Option<BTreeSet<String>>,
}

impl Query for PlanRoster {
    type Out = Preview;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageRoster)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Preview> {
        ctx.require(Permission::ManageRoster, Scope::Organization)?;
        let known = known(ctx, tx).await?;
        let Renamed { reading, near } = with_near(&known, &self.reading, self.own_branches.as_ref());
        let (plan, back) = decide(&known, &reading, self.whole, &Decisions::new());
        let named: HashSet<&String> = plan
            .leave
            .iter()
            .chain(&back)
            .chain(plan.unsure.iter().flat_map(|u| &u.candidates))
            .chain(plan.change.iter().map(|c| &c.id))
            .collect();
        let names = known
            .existing
            .iter()
            .filter(|e| named.contains(&e.id))
            .map(|e| (e.id.clone(), (e.record.name.clone(), e.record.branch.clone())))
            .collect();
        let promised = match crate::campaign::current(ctx, tx).await? {
            Some(campaign) if !plan.leave.is_empty() => {
                store::task::public_pledgers(tx, &ctx.organization, &campaign.id).await?
            }
            _ => vec![],
        };
        let leaves: HashSet<&String> = plan.leave.iter().collect();
        let promised = promised.into_iter().filter(|id| leaves.contains(id)).collect();
        let rows = &reading.branches;
        let headed = headed(ctx, tx, &known, &self.reading, &near).await?;
        let alike = match &self.own_branches {
            Some(own) => near::alike(&known, rows, own),
            None => Vec::new(),
        };
        let is_new = |b: &&RosterBranch| !known.branches.contains_key(&folded(&b.name));
        Ok(Preview {
            new_branches: rows.iter().filter(is_new).map(|b| b.name.clone()).collect(),
            changed_branches: rows
                .iter()
                .filter_map(|b| branch_after(&known, b))
                .map(|u| u.name)
                .collect(),
            placed: branches::placed(&known, rows),
            returning: rows
                .iter()
                .filter(|b| is_new(b) && branches::ended(&known, &b.name).is_some())
                .map(|b| b.name.clone())
                .collect(),
            near,
            alike,
            headed,
            many_of: if plan.many_leave(known.here()) {
                known.here()
            } else {
                0
            },
            plan,
            promised,
            back,
            names,
        })
    }
}

/// The names of the file whose branch has a secretary already, whatever the file says of him.
async fn headed(
    ctx: &Ctx,
    tx: &mut Tx,
    known: &Known,
    reading: &RosterReading,
    near: &[Near],
) -> Result<BTreeSet<String>> {
    let holders = store::review::role_holders(tx, &ctx.organization).await?;
    let secretary = |unit: &str| {
        let mut all = holders.iter().filter(|h| h.role == Role::BranchSecretary.name());
        all.any(|h| h.unit_id.as_deref() == Some(unit))
    };
    let means = |name: &str| {
        let read = near.iter().find(|n| n.taken && n.name == name);
        known.branches.get(&folded(read.map_or(name, |n| &n.there)))
    };
    let names = reading.branches.iter().map(|b| b.name.as_str());
    let headed = names.filter(|name| means(name).is_some_and(|unit| secretary(&unit.id)));
    Ok(headed.map(folded).collect())
}
