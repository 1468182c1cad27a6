//! Who may do what: one table, asked by every act and printed into `docs/generated/permissions.*`.
//!
//! A permission is held through a [`Role`] and reaches as far as its [`Reach`] says: over the whole
//! organisation, over the units of the grant, or over one's own matter only. Nobody reviews, publishes,
//! checks, rates or closes their own matter (PRODUCT.md 3.3): acts of that sort also ask [`not_own`].

mod fields;
mod grants;
mod inherit;
mod table;

pub use fields::{FIELDS, PersonField, may_see};
pub use grants::{may_add, may_hand_slip, may_remove, roles_of, unit_fits};
pub use table::TABLE;

use serde::{Deserialize, Serialize};

/// A role of PRODUCT.md section 1, given to an account for one unit or for the whole organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 党群办 / 创先争优办公室: runs the campaign.
    CampaignOffice,
    /// 院党委: decides on branches' pledges.
    PartyCommittee,
    /// 支部书记: files the branch pledge, reviews members.
    BranchSecretary,
    /// 分管领导: decides where the secretary would judge himself.
    LineLeader,
    /// A member, probationary member, activist or non-party cadre: files a pledge, reports the result.
    Participant,
    /// 监审部: draws, inspects, orders rectification.
    Supervisor,
    /// 信息部: publishes on the web.
    Publisher,
    /// Runs the server; grants nothing, reads no content.
    SystemAdmin,
    /// Makes grants; neither content nor log.
    SecurityAdmin,
    /// Reads the audit trail; changes nothing.
    AuditAdmin,
}

impl Role {
    /// All roles, in the order of PRODUCT.md.
    pub const ALL: [Role; 10] = [
        Role::CampaignOffice,
        Role::PartyCommittee,
        Role::BranchSecretary,
        Role::LineLeader,
        Role::Participant,
        Role::Supervisor,
        Role::Publisher,
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::AuditAdmin,
    ];

    /// The identifier as databases, JSON and i18n keys (`role.…`) write it.
    pub fn name(self) -> &'static str {
        match self {
            Role::CampaignOffice => "campaign_office",
            Role::PartyCommittee => "party_committee",
            Role::BranchSecretary => "branch_secretary",
            Role::LineLeader => "line_leader",
            Role::Participant => "participant",
            Role::Supervisor => "supervisor",
            Role::Publisher => "publisher",
            Role::SystemAdmin => "system_admin",
            Role::SecurityAdmin => "security_admin",
            Role::AuditAdmin => "audit_admin",
        }
    }

    /// Reads an identifier.
    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.name() == name)
    }

    /// The three administrators are three people (三员分立): an account holding one may hold no other role
    /// but [`Role::Participant`].
    pub fn is_administrator(self) -> bool {
        matches!(self, Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin)
    }
}

/// How far a permission reaches for a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Everything in the organisation.
    Organization,
    /// The units the role was granted for.
    Unit,
    /// What the person files, reports or answers for himself.
    Own,
}

macro_rules! permissions {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal),+ $(,)?) => {
        /// Everything an account can be allowed to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Permission { $($(#[doc = $doc])* $name),+ }
        impl Permission {
            /// All of them, in the order of the printed table.
            pub const ALL: &'static [Permission] = &[$(Permission::$name),+];
            /// The identifier as the table, JSON and i18n keys write it.
            pub fn name(self) -> &'static str { match self { $(Permission::$name => $text),+ } }
        }
    };
}

permissions! {
    /// See one's own tasks and the entrance of the signed-in side.
    Enter = "enter",
    /// See the office's or branch's workbench: figures, register, who has not filed.
    ViewWorkbench = "view_workbench",
    /// See the roster's people (fields by [`may_see`]).
    ViewRoster = "view_roster",
    /// Change people and units, import a roster.
    ManageRoster = "manage_roster",
    /// Make, start, change and close a campaign, extend a stage.
    ManageCampaign = "manage_campaign",
    /// Excuse a person from the campaign with a reason (N3).
    ExcusePerson = "excuse_person",
    /// Write and publish notices, briefs and summaries (N1, N19).
    WriteNotice = "write_notice",
    /// Acknowledge a notice for one's unit (N1).
    SignForNotice = "sign_for_notice",
    /// Say something in the internal opinion form (N9).
    GiveOpinion = "give_opinion",
    /// Record visits and symposiums, type in paper opinions (N9).
    CollectOpinions = "collect_opinions",
    /// Merge opinions into demands, answer or decline a demand in public (N7).
    ManageDemands = "manage_demands",
    /// File one's own pledge (N10).
    FilePledge = "file_pledge",
    /// File the branch's pledge (N10, N20).
    FileBranchPledge = "file_branch_pledge",
    /// Enter a pledge for somebody who cannot (N10).
    FileOnBehalf = "file_on_behalf",
    /// Comment on drafts of one's branch.
    CommentOnDraft = "comment_on_draft",
    /// First look at branches' pledges (N11).
    CheckBranchPledge = "check_branch_pledge",
    /// Decide on branches' pledges (N11).
    DecideBranchPledge = "decide_branch_pledge",
    /// Decide on members' pledges (N11).
    ReviewMemberPledge = "review_member_pledge",
    /// Decide on pledges of secretaries and leading cadres (N11, N21).
    ReviewAsLineLeader = "review_as_line_leader",
    /// Publish branches' pledges (N12).
    PublishBranchPledges = "publish_branch_pledges",
    /// Publish members' pledges (N12).
    PublishMemberPledges = "publish_member_pledges",
    /// Keep the ledger of channels (N12).
    RecordChannel = "record_channel",
    /// Take a publication down, with reason.
    TakeDown = "take_down",
    /// Withdraw one's own consent to publication.
    WithdrawConsent = "withdraw_consent",
    /// Answer objections of the publicity period.
    AnswerObjection = "answer_objection",
    /// Print forms and wall sheets.
    PrintForms = "print_forms",
    /// Attach the scan of a form stamped on paper to its decision; the act looks that one may take it (N20, N21).
    AttachStamped = "attach_stamped",
    /// Report progress on one's own items (N13).
    ReportProgress = "report_progress",
    /// Report progress on the branch's items.
    ReportBranchProgress = "report_branch_progress",
    /// Answer or hide opinions from the public.
    HandleFeedback = "handle_feedback",
    /// Freeze a pool and draw (N17).
    DrawSample = "draw_sample",
    /// Plan inspections and symposiums.
    PlanInspection = "plan_inspection",
    /// Record what an inspection found.
    RecordInspection = "record_inspection",
    /// Open, freeze and publish appraisal rounds, hand out ballot codes (N13).
    ManageAppraisal = "manage_appraisal",
    /// Say how one's own pledge went.
    AppraiseOwn = "appraise_own",
    /// Comment as the branch (支部讲评).
    CommentAsBranch = "comment_as_branch",
    /// Comment as leader (领导点评).
    CommentAsLeader = "comment_as_leader",
    /// Criticise, order rectification, extend it (N18).
    OrderRectification = "order_rectification",
    /// Reply to a criticism of one's own matter.
    ReplyToCriticism = "reply_to_criticism",
    /// Answer a rectification order as its owner.
    AnswerRectification = "answer_rectification",
    /// Look again after a rectification and close it.
    FollowUp = "follow_up",
    /// Send a branch's report to the office (N19).
    SendReport = "send_report",
    /// Nominate and verify good examples (N19).
    ManageExamples = "manage_examples",
    /// Take the ledger and statistics away as files.
    ExportLedger = "export_ledger",
    /// Take away the evidence package of a campaign: forms with personal data, decisions, proofs.
    ExportPackage = "export_package",
    /// Make accounts and hand out sign-in slips for members of one's branch.
    IssueSlip = "issue_slip",
    /// Make and disable accounts.
    ManageAccounts = "manage_accounts",
    /// Grant and revoke roles.
    GrantRoles = "grant_roles",
    /// Keep the pictures of units' seals; which decision bears one is not his to say.
    KeepSeals = "keep_seals",
    /// Read the audit trail.
    ReadAudit = "read_audit",
    /// See the health of the installation, back up.
    ManageSystem = "manage_system",
}

/// One role an account holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The unit it is limited to; `None` is the whole organisation.
    pub unit: Option<String>,
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Actor {
    /// The account; empty for the public, `system` for the product's own jobs and its command line.
    pub account: String,
    /// The person behind the account.
    pub person: Option<String>,
    /// The name shown and written into the audit entry; empty for the public.
    pub name: String,
    /// The branch the person belongs to.
    pub unit: Option<String>,
    /// What the account was granted.
    pub grants: Vec<Grant>,
    /// The same for units that ended and whose matters go on under a unit of those grants: what they left is in reach,
    /// but they ask nothing new of anybody.
    pub inherited: Vec<Grant>,
    /// The command line and jobs on the server's own machine: may do everything, and is logged as itself.
    pub machine: bool,
    /// How he last proved who he is in this session.
    pub proof: Option<crate::seal::Proof>,
    /// The campaign whose public pages a reader looks back at; `None` = the one that runs, else the one that ended last.
    pub looks_at: Option<String>,
}

impl Actor {
    /// Nobody in particular: a visitor.
    pub fn public() -> Actor {
        Actor::default()
    }

    /// The product itself: command line and jobs.
    pub fn machine() -> Actor {
        Actor {
            account: "system".to_owned(),
            machine: true,
            ..Actor::default()
        }
    }

    /// By whom a decision is taken: the person, or the account itself where nobody of the roster stands behind it
    /// (the clerk that the set-up names). `None` for the public and for the product itself.
    pub fn decider(&self) -> Option<&str> {
        let account = Some(self.account.as_str()).filter(|a| !a.is_empty() && !self.machine);
        self.person.as_deref().or(account)
    }

    /// Whether the account holds a role, for any unit.
    pub fn has(&self, role: Role) -> bool {
        self.grants.iter().any(|g| g.role == role)
    }

    /// The units a role is limited to; `None` when it is held for the whole organisation.
    pub fn units(&self, role: Role) -> Option<Vec<&str>> {
        let mut units = Vec::new();
        for grant in self.grants.iter().filter(|g| g.role == role) {
            units.push(grant.unit.as_deref()?);
        }
        Some(units)
    }

    /// The role that an audit entry names: the first one through which the permission is held.
    pub fn role_for(&self, permission: Permission) -> &'static str {
        if self.machine {
            return "system";
        }
        let through = holders(permission).iter().find(|(role, _)| self.has(*role));
        through.map_or("", |(role, _)| role.name())
    }
}

/// What an act is about, as far as permission is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Anything the role reaches: for pages that then list only what is in reach.
    Any,
    /// The whole organisation.
    Organization,
    /// One unit.
    Unit(&'a str),
    /// A person's own matter, lying in a unit.
    Person {
        /// Whose matter it is.
        person: &'a str,
        /// The branch it lies in.
        unit: &'a str,
    },
}

/// The roles that hold a permission and how far it reaches.
pub fn holders(permission: Permission) -> &'static [(Role, Reach)] {
    TABLE
        .iter()
        .find(|(p, _)| *p == permission)
        .map_or(&[], |(_, holders)| holders)
}

/// Whether the actor may do this here. The only place that answers the question.
pub fn may(actor: &Actor, permission: Permission, scope: Scope<'_>) -> bool {
    if actor.machine {
        return true;
    }
    holders(permission).iter().any(|(role, reach)| {
        actor
            .grants
            .iter()
            .chain(&actor.inherited)
            .filter(|g| g.role == *role)
            .any(|grant| match (reach, scope) {
                (_, Scope::Any) => true,
                (Reach::Organization, _) => {
                    grant.unit.is_none() || scope_unit(scope) == grant.unit.as_deref()
                }
                // A participant is granted for no unit: his is the branch he belongs to today.
                (Reach::Unit, _) if *role == Role::Participant => {
                    actor.unit.is_some() && scope_unit(scope) == actor.unit.as_deref()
                }
                (Reach::Unit, Scope::Organization) => grant.unit.is_none(),
                (Reach::Unit, _) => grant.unit.is_none() || scope_unit(scope) == grant.unit.as_deref(),
                (Reach::Own, Scope::Person { person, .. }) => actor.person.as_deref() == Some(person),
                (Reach::Own, _) => false,
            })
    })
}

/// Whether the matter is somebody else's: nobody reviews, publishes, checks, rates or closes their own.
pub fn not_own(actor: &Actor, owner: Option<&str>) -> bool {
    owner.is_none() || actor.person.as_deref() != owner
}

fn scope_unit(scope: Scope<'_>) -> Option<&str> {
    match scope {
        Scope::Unit(unit) | Scope::Person { unit, .. } => Some(unit),
        Scope::Any | Scope::Organization => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(role: Role, unit: Option<&str>) -> Actor {
        Actor {
            account: "a".into(),
            person: Some("p".into()),
            unit: Some("u".into()),
            grants: vec![Grant {
                role,
                unit: unit.map(Into::into),
            }],
            ..Actor::default()
        }
    }

    #[test]
    fn every_permission_stands_in_the_table_once_and_somebody_holds_it() {
        for permission in Permission::ALL {
            assert_eq!(
                TABLE.iter().filter(|(p, _)| p == permission).count(),
                1,
                "{permission:?}"
            );
            assert!(
                !holders(*permission).is_empty(),
                "{permission:?} is held by nobody"
            );
        }
    }

    #[test]
    fn a_secretary_reaches_his_branch_and_no_other() {
        let secretary = actor(Role::BranchSecretary, Some("u"));
        assert!(may(&secretary, Permission::ReviewMemberPledge, Scope::Unit("u")));
        assert!(!may(&secretary, Permission::ReviewMemberPledge, Scope::Unit("v")));
        assert!(!may(
            &secretary,
            Permission::ReviewMemberPledge,
            Scope::Organization
        ));
        assert!(may(&secretary, Permission::ReviewMemberPledge, Scope::Any));
    }

    #[test]
    fn own_means_own() {
        let member = actor(Role::Participant, None);
        assert!(may(
            &member,
            Permission::FilePledge,
            Scope::Person {
                person: "p",
                unit: "u"
            }
        ));
        assert!(!may(
            &member,
            Permission::FilePledge,
            Scope::Person {
                person: "q",
                unit: "u"
            }
        ));
        assert!(!may(&member, Permission::ViewWorkbench, Scope::Any));
    }

    #[test]
    fn a_participant_reaches_no_further_than_his_branch() {
        let member = actor(Role::Participant, None);
        assert!(may(&member, Permission::CommentOnDraft, Scope::Unit("u")));
        assert!(!may(&member, Permission::CommentOnDraft, Scope::Unit("v")));
        assert!(!may(&member, Permission::CommentOnDraft, Scope::Organization));
    }

    #[test]
    fn the_public_may_nothing_that_needs_permission() {
        for permission in Permission::ALL {
            assert!(!may(&Actor::public(), *permission, Scope::Any));
        }
    }

    #[test]
    fn the_three_administrators_touch_no_content() {
        for role in [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin] {
            let admin = actor(role, None);
            for permission in [
                Permission::ViewRoster,
                Permission::ReviewMemberPledge,
                Permission::HandleFeedback,
            ] {
                assert!(!may(&admin, permission, Scope::Any), "{role:?} {permission:?}");
            }
        }
        assert!(!may(
            &actor(Role::SecurityAdmin, None),
            Permission::ReadAudit,
            Scope::Any
        ));
        assert!(!may(
            &actor(Role::AuditAdmin, None),
            Permission::GrantRoles,
            Scope::Any
        ));
        assert!(!may(
            &actor(Role::SystemAdmin, None),
            Permission::GrantRoles,
            Scope::Any
        ));
    }

    #[test]
    fn nobody_judges_himself() {
        let secretary = actor(Role::BranchSecretary, Some("u"));
        assert!(!not_own(&secretary, Some("p")));
        assert!(not_own(&secretary, Some("q")));
        assert!(not_own(&secretary, None));
    }
}
