//! The frozen content of a version and its hash: what was signed, reviewed and printed.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::form::PledgeForm;
use super::ink::Ink;
use crate::canonical::{canonical_json, sha256_hex};
use crate::ids::{CampaignId, ChannelId, CheckCode, DemandId, ItemId, KindId, PledgeId};
use crate::problem::Problem;

/// One item as it was handed in; its due date is settled (its own or the form's).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of CommitmentItem")]
pub struct VersionItem {
    pub id: ItemId,
    pub kind: KindId,
    pub content: String,
    pub measure: String,
    pub beneficiary: String,
    pub due_date: Option<Date>,
    pub demand: Option<DemandId>,
    /// Promised together with others. With whom stays out: this text is shown to whoever verifies it. Left out when
    /// false, so that items without it keep their hash.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub joint: bool,
}

/// The content of one round. It holds nothing of the person but the signed name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionContent {
    /// Version of this format.
    pub format: String,
    /// The campaign.
    pub campaign: CampaignId,
    /// The pledge.
    pub pledge: PledgeId,
    /// Which round was handed in, from 1.
    pub round: u32,
    /// 承诺日期.
    pub pledged_on: Option<Date>,
    /// 公开形式.
    pub channels: Vec<ChannelId>,
    /// The items, without blank rows.
    pub items: Vec<VersionItem>,
    /// The name typed as signature.
    pub signature: String,
    /// SHA-256 of what was drawn beside it. The drawing itself stays out: this text is shown to whoever verifies it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<String>,
}

impl VersionContent {
    /// Freezes a form that is being handed in.
    #[must_use]
    pub fn freeze(campaign: CampaignId, pledge: PledgeId, round: u32, form: &PledgeForm) -> Self {
        let items = form
            .items
            .iter()
            .filter(|item| !item.is_blank())
            .map(|item| VersionItem {
                id: item.id.clone(),
                kind: item.kind.clone(),
                content: item.content.clone(),
                measure: item.measure.clone(),
                beneficiary: item.beneficiary.clone(),
                due_date: form.due_date_of(item),
                demand: item.demand.clone(),
                joint: !item.joint.trim().is_empty(),
            });
        Self {
            format: "jiannuo-pledge-1".to_owned(),
            campaign,
            pledge,
            round,
            pledged_on: form.pledged_on,
            channels: form.channels.clone(),
            items: items.collect(),
            signature: form.signature.clone(),
            drawn: None,
        }
    }

    /// Whether a form says of its items, word for word, what this version says of them. What came back from review so is
    /// handed in only when its writer says that he means it.
    #[must_use]
    pub fn says_the_same(&self, form: &PledgeForm) -> bool {
        let now = Self::freeze(self.campaign.clone(), self.pledge.clone(), self.round, form);
        now.items == self.items
    }

    /// With a signature drawn beside the typed one.
    #[must_use]
    pub fn drawn(self, ink: Option<&Ink>) -> Self {
        Self {
            drawn: ink.map(Ink::sha256),
            ..self
        }
    }

    /// What was kept as drawn, if it is what was signed here: a drawing put in later is not shown as a signature.
    #[must_use]
    pub fn ink(&self, kept: &str) -> Option<Ink> {
        let ink = Ink::parse(kept).ok().flatten()?;
        (self.drawn.as_deref() == Some(ink.sha256().as_str())).then_some(ink)
    }

    /// Canonical JSON, its SHA-256 in hexadecimal and the check code printed on the sheet.
    ///
    /// # Errors
    /// Never for this content; the signature is that of every canonical text.
    pub fn seal(&self) -> Result<(String, String, CheckCode), Problem> {
        let text = canonical_json(self)?;
        let hash = sha256_hex(text.as_bytes());
        let code = CheckCode::of(&text);
        Ok((text, hash, code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pledge::CommitmentItem;
    use jiff::civil::date;

    #[test]
    fn canonical_text_is_fixed_and_any_change_changes_the_hash() {
        let id = |n: u8| format!("01932b6e-7c1a-7f00-8000-0000000000{n:02}");
        let item = |n, content: &str| CommitmentItem {
            id: ItemId::parse(id(n)).expect("uuid"),
            kind: KindId::parse("practical_deed").expect("word"),
            content: content.to_owned(),
            measure: String::new(),
            beneficiary: "产妇".to_owned(),
            due_date: None,
            demand: None,
            joint: String::new(),
        };
        let mut form = PledgeForm {
            items: vec![
                item(3, "备10套待产包"),
                CommitmentItem {
                    beneficiary: String::new(),
                    ..item(4, " ")
                },
            ],
            due_date: Some(date(2011, 6, 30)),
            signature: "王䶮".to_owned(),
            ..PledgeForm::default()
        };
        let freeze = |form: &PledgeForm| {
            let campaign = CampaignId::parse(id(1)).expect("uuid");
            VersionContent::freeze(campaign, PledgeId::parse(id(2)).expect("uuid"), 1, form)
                .seal()
                .expect("seal")
        };
        let (text, hash, code) = freeze(&form);
        assert_eq!(
            text,
            concat!(
                r#"{"campaign":"01932b6e-7c1a-7f00-8000-000000000001","channels":[],"format":"jiannuo-pledge-1","#,
                r#""items":[{"beneficiary":"产妇","content":"备10套待产包","demand":null,"due_date":"2011-06-30","#,
                r#""id":"01932b6e-7c1a-7f00-8000-000000000003","kind":"practical_deed","measure":""}],"#,
                r#""pledge":"01932b6e-7c1a-7f00-8000-000000000002","pledged_on":null,"round":1,"signature":"王䶮"}"#
            )
        );
        assert_eq!(hash.len(), 64);
        form.items[0].content = "备11套待产包".to_owned();
        let (_, other, other_code) = freeze(&form);
        assert!(other != hash && other_code != code);
        // That it is promised together is signed with the rest, with whom is not; alone = the text as it always was.
        form.items[0].joint = "马㛃雅".to_owned();
        let (text, joint, _) = freeze(&form);
        assert!(text.contains(r#""joint":true"#) && !text.contains("马㛃雅") && joint != other);
        // So is what was drawn: the text holds its hash and no stroke of it.
        let drawing = "[[[10,20],[200,120]]]";
        let ink = Ink::parse(drawing).expect("fine");
        let campaign = CampaignId::parse(id(1)).expect("uuid");
        let signed = VersionContent::freeze(campaign, PledgeId::parse(id(2)).expect("uuid"), 1, &form);
        assert_eq!(signed.ink(drawing), None, "nothing was drawn when it was signed");
        let signed = signed.drawn(ink.as_ref());
        let (text, by_hand, _) = signed.seal().expect("seal");
        assert!(by_hand != joint && !text.contains("[10,20]"));
        assert_eq!(signed.ink(drawing), ink);
        assert_eq!(signed.ink("[[[10,20],[200,121]]]"), None, "another hand");
    }
}
