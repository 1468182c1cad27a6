//! A document as an official paper (GB/T 9704).

use super::Notice;
use crate::campaign::RunningCampaign;
use crate::error::{Error, Result};
use crate::lists::Words;
use documents::paper::{Document, Official, Passage, official};
use domain::notice::{Paragraph, paragraphs};

/// The paper of a notice, a brief or a summary; the forms of its campaign are the attachments of a notice whose writer lists none of his own. `house` is the
/// name of the organisation.
///
/// # Errors
/// When the document model refuses it.
pub fn paper(
    words: Words<'_>,
    house: &str,
    notice: &Notice,
    campaign: Option<&RunningCampaign>,
) -> Result<Document> {
    let (app, lang) = (words.app, words.lang);
    let date = notice.dated_on.as_deref().and_then(|d| d.parse().ok());
    let date = date.unwrap_or_else(|| app.date_of(notice.published_at.unwrap_or(0)));
    let mut paper = Official {
        language: lang.code().to_owned(),
        number: notice.number.clone(),
        title: notice.title.clone(),
        signer: notice.source.clone(),
        date: lang::date(lang, date),
        ..Official::default()
    };
    let mut own: Option<Vec<String>> = None;
    for part in paragraphs(&notice.body) {
        let text = |text: &str| text.to_owned();
        match part {
            Paragraph::Addressee(line) => paper.addressee = text(line),
            Paragraph::Heading(line) => paper.body.push(Passage::Heading { text: text(line) }),
            Paragraph::Attachment(line) => own.get_or_insert_with(Vec::new).push(text(line)),
            Paragraph::Subheading(line) => paper.body.push(Passage::Subheading { text: text(line) }),
            Paragraph::Text(line) => paper.body.push(Passage::Paragraph {
                text: domain::notice::plain(line),
            }),
        }
    }
    if notice.kind == "brief" {
        // Who issues it and when stands in the head of a brief, and not at its end.
        paper.issue = (std::mem::take(&mut paper.signer), std::mem::take(&mut paper.date));
        paper.mark = lang::fill(lang, "brief.mark", &[("organization", &house)]);
    }
    lang::text(lang, "notice.attachments_label").clone_into(&mut paper.attachments_label);
    let usual = || {
        let forms = campaign
            .filter(|_| notice.kind == "notice")?
            .template
            .forms
            .iter();
        Some(forms.map(|f| f.title.get(lang).to_owned()).collect())
    };
    paper.attachments = own.or_else(usual).unwrap_or_default();
    paper.attachments.retain(|title| !title.is_empty());
    official(&paper, date).map_err(Error::bug)
}
