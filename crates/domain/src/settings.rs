//! What an organisation sets for itself: footer slots, quick links, the help line, how names are shown.

use serde::{Deserialize, Serialize};

/// A link the organisation puts on its pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What stands on the page.
    pub label: String,
    /// Where it leads; `https://…`, `tel:…` or a path of this site.
    pub href: String,
}

/// Settings of an organisation. Every slot is optional; an empty one is not shown (UX.md 2.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// One character or two for the letter tile; no emblem.
    pub mark: String,
    /// Quick links above the band.
    pub quick_links: Vec<Link>,
    /// Name of the office that helps.
    pub office: String,
    /// Its phone.
    pub office_phone: String,
    /// Its hours, as people write them.
    pub office_hours: String,
    /// 主办单位.
    pub sponsor: String,
    /// 网站标识码.
    pub site_code: String,
    /// ICP 备案号.
    pub icp: String,
    /// 公安备案号.
    pub police_record: String,
    /// Names of ordinary members are masked in public (张某某); leaders' never.
    pub mask_names: bool,
    /// Mourning days: pages lose their colour.
    pub gray: bool,
    /// The lines of the breadcrumb before the notice, e.g. 党建工作 > 党建新闻.
    pub breadcrumb: Vec<String>,
}
