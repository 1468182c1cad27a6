//! Briefs and the campaign summary made of figures, reports of branches, good examples (N19).

mod example;
mod figures;
mod generate;
mod report;

pub use example::{
    ConsentExample, Example, ExampleDesk, FindExamples, ListExamples, NominateExample, PublishExample,
    VerifyExample, WithdrawExample,
};
pub use figures::{CampaignFigures, Figure, FindFigures, UnitFigures};
pub use generate::WriteFromFigures;
pub(crate) use generate::settle_number;
pub use report::{FindReport, FindReports, ReportCell, ReportFile, ReportLine, Reports, SendReport};
pub use store::brief::PublicExample;
