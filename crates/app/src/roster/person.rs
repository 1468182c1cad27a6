//! A person with history, as the pages of the roster show him.

use super::*;
use store::person::OpenOf;

/// A person with history.
#[derive(Clone, Debug)]
pub struct PersonPage {
    /// Who, as far as the actor may see.
    pub person: Person,
    /// Name of the branch.
    pub branch: String,
    /// Stays with the names of the branches, oldest first.
    pub stays: Vec<(Membership, String)>,
    /// What he signs in with.
    pub login: Option<String>,
    /// Branches he could go to; empty for those who may not change the roster.
    pub branches: Vec<Unit>,
    /// What is open of him, for those who may let him go.
    pub open: OpenOf,
}

/// Shows a person.
pub struct FindPerson {
    /// Who.
    pub person: String,
}

impl Query for FindPerson {
    type Out = PersonPage;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ViewRoster)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<PersonPage> {
        let org = &ctx.organization;
        let person = find(ctx, tx, &self.person, Permission::ViewRoster).await?;
        let mut stays = Vec::new();
        for stay in rows::memberships(tx, org, &person.id).await? {
            let name = store::organization::unit(tx, org, &stay.unit_id)
                .await?
                .map_or(String::new(), |u| u.name);
            stays.push((stay, name));
        }
        let unit = store::organization::unit(tx, org, &person.unit_id).await?;
        let (mut branches, mut open) = (Vec::new(), OpenOf::default());
        if may(&ctx.actor, Permission::ManageRoster, Scope::Unit(&person.unit_id)) {
            branches = store::organization::units(tx, org).await?;
            branches.retain(|u| UnitKind::from_name(&u.kind).is_some_and(UnitKind::is_branch));
            open = rows::open_of(tx, org, &person.id).await?;
        }
        let login = accounts::of_person(tx, org, &person.id).await?.map(|a| a.login);
        Ok(PersonPage {
            branch: unit.map_or(String::new(), |u| u.name),
            person: veiled(&ctx.actor, person),
            stays,
            login,
            branches,
            open,
        })
    }
}
