//! What a template shows to the public.

use super::*;

/// A field that may become public (PRODUCT.md 3.2). Nothing outside this list can be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the field of the pledge it is named after")]
pub enum PublicField {
    Unit,
    Name,
    Class,
    Title,
    Post,
    Kind,
    Content,
    Measure,
    Beneficiary,
    DueDate,
    PledgedOn,
    Channels,
    Fulfilment,
    Rating,
}

impl PublicField {
    /// All fields, in the order of the public page.
    pub const ALL: [Self; 14] = [
        Self::Unit,
        Self::Name,
        Self::Class,
        Self::Title,
        Self::Post,
        Self::Kind,
        Self::Content,
        Self::Measure,
        Self::Beneficiary,
        Self::DueDate,
        Self::PledgedOn,
        Self::Channels,
        Self::Fulfilment,
        Self::Rating,
    ];

    /// The identifier as TOML and i18n keys (`public_field.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Name => "name",
            Self::Class => "class",
            Self::Title => "title",
            Self::Post => "post",
            Self::Kind => "kind",
            Self::Content => "content",
            Self::Measure => "measure",
            Self::Beneficiary => "beneficiary",
            Self::DueDate => "due_date",
            Self::PledgedOn => "pledged_on",
            Self::Channels => "channels",
            Self::Fulfilment => "fulfilment",
            Self::Rating => "rating",
        }
    }

    /// A board says at least whose commitment it is and what is promised.
    #[must_use]
    pub fn is_always_public(self) -> bool {
        matches!(self, Self::Content | Self::Unit)
    }
}
