//! Campaigns: the template (everything a notice fixes, as data), its checks, and the stages computed from dates.

pub mod burden;
mod check;
pub mod coverage;
mod extend;
mod immediate;
mod kinds;
pub mod remind;
mod rewrite;
mod stage;
pub mod template;

pub use check::{TemplateFault, line_of, parse};
pub use extend::{REASON_MAX, extend};
pub use immediate::{act_window, gate_of_pledge, immediate};
pub use stage::{CampaignState, Extension, GateRefusal, StageState, gate, open_stages, stages};
pub use template::{Audience, GatedAct, Template, Text};

/// The templates the product ships: `(key, TOML)`.
#[must_use]
pub fn shipped() -> &'static [(&'static str, &'static str)] {
    &[
        (
            "notice_2010",
            include_str!("../../../../templates-campaign/notice-2010.toml"),
        ),
        (
            "yearly_pledge",
            include_str!("../../../../templates-campaign/yearly-pledge.toml"),
        ),
        (
            "monthly_list",
            include_str!("../../../../templates-campaign/monthly-list.toml"),
        ),
        (
            "department_service",
            include_str!("../../../../templates-campaign/department-service.toml"),
        ),
        (
            "demand_menu",
            include_str!("../../../../templates-campaign/demand-menu.toml"),
        ),
    ]
}
