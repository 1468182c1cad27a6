//! The table itself. A line here is the only way to be allowed anything.

use super::Permission::{self, *};
use super::Reach::{self, Organization, Own, Unit};
use super::Role::{self, *};

/// Permission × role × reach.
pub const TABLE: &[(Permission, &[(Role, Reach)])] = &[
    (
        Enter,
        &[
            (CampaignOffice, Organization),
            (PartyCommittee, Organization),
            (BranchSecretary, Unit),
            (LineLeader, Unit),
            (Participant, Own),
            (Supervisor, Organization),
            (Publisher, Organization),
            (SystemAdmin, Organization),
            (SecurityAdmin, Organization),
            (AuditAdmin, Organization),
        ],
    ),
    (
        ViewWorkbench,
        &[
            (CampaignOffice, Organization),
            (PartyCommittee, Organization),
            (BranchSecretary, Unit),
            (LineLeader, Unit),
            (Supervisor, Organization),
        ],
    ),
    (
        ViewRoster,
        &[(CampaignOffice, Organization), (BranchSecretary, Unit)],
    ),
    (ManageRoster, &[(CampaignOffice, Organization)]),
    (ManageCampaign, &[(CampaignOffice, Organization)]),
    (
        ExcusePerson,
        &[(CampaignOffice, Organization), (BranchSecretary, Unit)],
    ),
    (WriteNotice, &[(CampaignOffice, Organization)]),
    (
        SignForNotice,
        &[(CampaignOffice, Organization), (BranchSecretary, Unit)],
    ),
    (GiveOpinion, &[(Participant, Own)]),
    (
        CollectOpinions,
        &[(CampaignOffice, Organization), (BranchSecretary, Unit)],
    ),
    (
        ManageDemands,
        &[(CampaignOffice, Organization), (BranchSecretary, Unit)],
    ),
    (FilePledge, &[(Participant, Own)]),
    (FileBranchPledge, &[(BranchSecretary, Unit)]),
    (
        FileOnBehalf,
        &[(BranchSecretary, Unit), (CampaignOffice, Organization)],
    ),
    (CommentOnDraft, &[(BranchSecretary, Unit), (Participant, Unit)]),
    (CheckBranchPledge, &[(CampaignOffice, Organization)]),
    (DecideBranchPledge, &[(PartyCommittee, Organization)]),
    (ReviewMemberPledge, &[(BranchSecretary, Unit)]),
    (
        ReviewAsLineLeader,
        &[(LineLeader, Unit), (PartyCommittee, Organization)],
    ),
    (
        PublishBranchPledges,
        &[(CampaignOffice, Organization), (Publisher, Organization)],
    ),
    // A secretary's own pledge is published by the office.
    (
        PublishMemberPledges,
        &[(BranchSecretary, Unit), (CampaignOffice, Organization)],
    ),
    (
        RecordChannel,
        &[
            (CampaignOffice, Organization),
            (BranchSecretary, Unit),
            (Publisher, Organization),
        ],
    ),
    (
        TakeDown,
        &[(CampaignOffice, Organization), (BranchSecretary, Unit)],
    ),
    (WithdrawConsent, &[(Participant, Own)]),
    (
        AnswerObjection,
        &[(CampaignOffice, Organization), (BranchSecretary, Unit)],
    ),
    (
        PrintForms,
        &[
            (CampaignOffice, Organization),
            (BranchSecretary, Unit),
            (Participant, Own),
        ],
    ),
    // Whoever may take the decision, or the office for him; the act looks which one it is.
    (
        AttachStamped,
        &[
            (CampaignOffice, Organization),
            (PartyCommittee, Organization),
            (BranchSecretary, Unit),
            (LineLeader, Unit),
        ],
    ),
    (ReportProgress, &[(Participant, Own)]),
    (ReportBranchProgress, &[(BranchSecretary, Unit)]),
    (
        HandleFeedback,
        &[(CampaignOffice, Organization), (BranchSecretary, Unit)],
    ),
    (DrawSample, &[(Supervisor, Organization)]),
    (
        PlanInspection,
        &[(Supervisor, Organization), (CampaignOffice, Organization)],
    ),
    // Whoever was drawn or assigned records; the act looks that he was.
    (
        RecordInspection,
        &[
            (Supervisor, Organization),
            (CampaignOffice, Organization),
            (PartyCommittee, Organization),
            (BranchSecretary, Unit),
        ],
    ),
    (ManageAppraisal, &[(CampaignOffice, Organization)]),
    (AppraiseOwn, &[(Participant, Own), (BranchSecretary, Unit)]),
    (CommentAsBranch, &[(BranchSecretary, Unit)]),
    (
        CommentAsLeader,
        &[(PartyCommittee, Organization), (LineLeader, Unit)],
    ),
    (
        OrderRectification,
        &[(Supervisor, Organization), (CampaignOffice, Organization)],
    ),
    (ReplyToCriticism, &[(Participant, Own), (BranchSecretary, Unit)]),
    (
        AnswerRectification,
        &[(Participant, Own), (BranchSecretary, Unit)],
    ),
    (
        FollowUp,
        &[(Supervisor, Organization), (CampaignOffice, Organization)],
    ),
    (SendReport, &[(BranchSecretary, Unit)]),
    (
        ManageExamples,
        &[(CampaignOffice, Organization), (BranchSecretary, Unit)],
    ),
    (
        ExportLedger,
        &[
            (CampaignOffice, Organization),
            (BranchSecretary, Unit),
            (Supervisor, Organization),
        ],
    ),
    (ExportPackage, &[(CampaignOffice, Organization)]),
    (IssueSlip, &[(BranchSecretary, Unit), (SystemAdmin, Organization)]),
    (ManageAccounts, &[(SystemAdmin, Organization)]),
    (GrantRoles, &[(SecurityAdmin, Organization)]),
    (KeepSeals, &[(SecurityAdmin, Organization)]),
    (ReadAudit, &[(AuditAdmin, Organization)]),
    (ManageSystem, &[(SystemAdmin, Organization)]),
];
