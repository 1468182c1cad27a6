//! Which desk an address means.

use crate::visit::Visit;
use app::pledge::Desk;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::convert::Infallible;

/// Which desk an address means, and the kind of commitment where the address names one.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Whose form.
    pub desk: Desk,
    /// The address of the desk's first page.
    pub base: String,
    /// The kind named in the address.
    pub kind: String,
}

impl Place {
    pub(super) fn of(path: &str) -> Place {
        let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).collect();
        let kind = |at: usize| {
            parts
                .get(at + 1)
                .filter(|_| parts.get(at) == Some(&"write"))
                .copied()
                .unwrap_or("")
        };
        match parts.as_slice() {
            ["branch-pledge", "on-behalf", person, ..] => Place {
                desk: Desk::Behalf((*person).to_owned()),
                base: format!("/branch-pledge/on-behalf/{person}"),
                kind: kind(3).to_owned(),
            },
            ["branch-pledge", unit, ..] => Place {
                desk: Desk::Branch((*unit).to_owned()),
                base: format!("/branch-pledge/{unit}"),
                kind: kind(2).to_owned(),
            },
            ["pledge-along", person, ..] => Place {
                desk: Desk::Along((*person).to_owned()),
                base: format!("/pledge-along/{person}"),
                kind: kind(2).to_owned(),
            },
            _ => Place {
                desk: Desk::Own,
                base: "/my-pledge".to_owned(),
                kind: kind(1).to_owned(),
            },
        }
    }

    /// Where remarks are sent.
    pub fn comment_address(&self) -> String {
        format!("{}/comment", self.base)
    }

    /// The member's own form.
    pub fn own(&self) -> bool {
        self.desk == Desk::Own
    }

    /// The branch's form.
    pub fn branch(&self) -> bool {
        matches!(self.desk, Desk::Branch(_))
    }

    /// Somebody else's own form, written along.
    pub fn along(&self) -> bool {
        matches!(self.desk, Desk::Along(_))
    }

    /// What the desk's first page is called; a department's form is not a branch's.
    pub fn heading(&self, v: &Visit, department: bool) -> &'static str {
        v.t(match self.desk {
            Desk::Own => "pledge.mine",
            Desk::Branch(_) if department => "pledge.of_department",
            Desk::Branch(_) => "pledge.of_branch",
            Desk::Behalf(_) => "pledge.on_behalf",
            Desk::Along(_) => "along.heading",
        })
    }

    /// Typed for somebody else.
    pub fn behalf(&self) -> bool {
        matches!(self.desk, Desk::Behalf(_))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Place {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Place::of(parts.uri.path()))
    }
}
