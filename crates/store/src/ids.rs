//! The identifiers of the domain go in and come out as text; what is read is checked again.

use crate::{AsValue, Cell, Value};
use domain::ids;

/// Types with `parse` and `as_str`.
macro_rules! text_values {
    ($($id:ident),+ $(,)?) => { $(
        impl AsValue for ids::$id {
            fn as_value(&self) -> Value<'_> {
                Value::Text(self.as_str().into())
            }
        }
        impl Cell for ids::$id {
            fn cell(value: Value<'_>) -> Option<Self> {
                match value {
                    Value::Text(text) => Self::parse(text).ok(),
                    _ => None,
                }
            }
        }
    )+ };
}

text_values!(
    OrganizationId,
    UnitId,
    PersonId,
    AccountId,
    CampaignId,
    StageId,
    NoticeId,
    OpinionId,
    DemandId,
    VisitId,
    SymposiumId,
    PledgeId,
    ItemId,
    ReviewId,
    PublicationId,
    ObjectionId,
    ProgressId,
    AppraisalRoundId,
    BallotId,
    InspectionId,
    DrawId,
    FindingId,
    CriticismId,
    RectificationId,
    BriefId,
    FileId,
    AuditEntryId,
    JobId,
    SessionId,
    KindId,
    QuestionId,
    ReasonId,
    GradeId,
    ChannelId,
    RoleId,
);
