//! A document as an official paper (GB/T 9704) for the press.

use documents::pdf::{Block, Official};
use lang::Lang;
use store::notice::Notice;

/// The paper of a document. The body's `# ` and `## ` lines are headings.
pub fn paper(notice: &Notice, organization: &str, lang: Lang) -> Official {
    let issuer = if notice.source.is_empty() {
        organization
    } else {
        &notice.source
    };
    let mark = match notice.kind.as_str() {
        "brief" => lang::fill(lang, "brief.mark", &[("organization", &organization)]),
        _ => String::new(),
    };
    let blocks = notice
        .body
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .map(|line| {
            if let Some(text) = line.strip_prefix("## ") {
                Block::Subheading {
                    text: text.to_owned(),
                }
            } else if let Some(text) = line.strip_prefix("# ") {
                Block::Heading {
                    text: text.to_owned(),
                }
            } else {
                Block::Paragraph {
                    text: line.to_owned(),
                }
            }
        });
    let dated = notice.dated_on.as_deref().and_then(|d| d.parse().ok());
    Official {
        language: lang.code().to_owned(),
        mark,
        number: notice.number.clone(),
        title: notice.title.clone(),
        body: blocks.collect(),
        signer: issuer.to_owned(),
        date: dated.map(|d| lang::date(lang, d)).unwrap_or_default(),
        ..Official::default()
    }
}
