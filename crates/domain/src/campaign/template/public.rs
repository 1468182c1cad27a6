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

    /// A board says at least who promises, of which branch, what of which kind, until when, and what became of it:
    /// without one of them it would be no public commitment.
    #[must_use]
    pub fn is_always_public(self) -> bool {
        use PublicField as F;
        matches!(
            self,
            F::Unit | F::Name | F::Kind | F::Content | F::DueDate | F::Fulfilment
        )
    }
}

/// What strangers read as a person's post, in the preview he consents to and on the board alike (PRODUCT.md 3.2): a
/// leading cadre's title where titles are public, everybody's post where posts are, else nothing.
#[must_use]
pub fn public_post<'a>(public: &[PublicField], leading: bool, title: &'a str, post: &'a str) -> &'a str {
    if leading && public.contains(&PublicField::Title) {
        if title.is_empty() { post } else { title }
    } else if public.contains(&PublicField::Post) {
        post
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::{PublicField as F, public_post};

    #[test]
    fn a_post_is_public_only_where_the_campaign_says_so() {
        for (public, leading, title, shown) in [
            (&[F::Title][..], false, "", ""),
            (&[F::Title], false, "劳模", ""),
            (&[F::Title], true, "副院长", "副院长"),
            (&[F::Title], true, "", "院领导"),
            (&[F::Post], true, "副院长", "院领导"),
            (&[F::Title, F::Post], false, "", "院领导"),
            (&[F::Title, F::Post], true, "副院长", "副院长"),
            (&[], true, "副院长", ""),
        ] {
            let post = public_post(public, leading, title, "院领导");
            assert_eq!(post, shown, "{public:?} {leading} {title}");
        }
    }
}
