//! Making one pledge public: head, frozen version, items, life story, log.

use super::publish::{Ready, consents};
use super::{Told, fold, log, tell};
use crate::campaign::RunningCampaign;
use crate::ctx::Ctx;
use crate::error::Result;
use domain::pledge::Pledge;
use domain::publication::{PublicPledge, board_rank};
use serde_json::json;
use store::Tx;
use store::publication as rows;

/// Key of the channel that publishing here fills by itself, where the template has it (N12: the network).
const WEB_CHANNEL: &str = "network";

/// Makes one pledge of the batch public.
pub(super) async fn release(
    ctx: &Ctx,
    tx: &mut Tx,
    batch: &rows::Publication,
    row: &rows::Candidate,
    ready: &Ready,
) -> Result<()> {
    let org = ctx.organization.as_str();
    let public = &ready.public;
    let before = Pledge::from_columns(&row.state, row.step, row.round, row.version)?;
    let after = before.publish(consents(row))?;
    rows::set_pledge_state(tx, org, &row.id, after.columns(), ctx.now).await?;
    let (content, hash, code) = public.seal()?;
    let reason = row.reason.clone().unwrap_or_default();
    let head = head(
        ctx,
        batch,
        row,
        public,
        (content.clone(), hash.clone(), code.as_str().to_owned()),
    );
    rows::put_pledge(tx, org, &head).await?;
    let version = rows::PublicVersion {
        pledge_id: row.id.clone(),
        version: head.version,
        content,
        hash: hash.clone(),
        check_code: head.check_code.clone(),
        reason: reason.clone(),
        published_at: ctx.now,
    };
    rows::add_version(tx, org, &version).await?;
    put_items(ctx, tx, &head, public).await?;
    story(ctx, tx, row, public, &reason).await?;
    let entry = json!({ "act": "version", "pledge": row.id, "sha256": hash, "version": head.version });
    log(ctx, tx, ctx.today, entry).await
}

fn head(
    ctx: &Ctx,
    batch: &rows::Publication,
    row: &rows::Candidate,
    public: &PublicPledge,
    (content, hash, check_code): (String, String, String),
) -> rows::PublicPledge {
    let name_sort = row.name_sort.clone().filter(|_| row.person_id.is_some());
    rows::PublicPledge {
        id: row.id.clone(),
        campaign_id: row.campaign_id.clone(),
        publication_id: batch.id.clone(),
        pledger: if row.person_id.is_some() {
            "person"
        } else {
            "branch"
        }
        .to_owned(),
        unit_id: row.unit_id.clone(),
        unit_name: public.unit_name.clone(),
        name: public.name.clone(),
        post: public.post.clone(),
        leading_cadre: public.leading_cadre,
        rank: board_rank(public.rank(), u32::try_from(row.place).unwrap_or(0)),
        // The sort key spells the whole name; behind a mask it must not stand either.
        name_sort: if row.person_name.as_deref() == Some(public.name.as_str()) {
            name_sort.unwrap_or_default()
        } else {
            String::new()
        },
        number: public.number.clone(),
        version: i64::from(public.version),
        content,
        hash,
        check_code,
        pledged_on: public.pledged_on.to_string(),
        due_on: public.due_on().unwrap_or(public.pledged_on).to_string(),
        confirmed_on: public.confirmed_on.to_string(),
        published_at: ctx.now,
        published_by: batch.scope.clone(),
        taken_down_at: None,
        taken_down_reason: String::new(),
    }
}

/// Writes the items of a public text onto the board; those the text no longer has leave it.
pub(super) async fn put_items(
    ctx: &Ctx,
    tx: &mut Tx,
    head: &rows::PublicPledge,
    public: &PublicPledge,
) -> Result<()> {
    let org = ctx.organization.as_str();
    for old in rows::item_ids(tx, org, &head.id).await? {
        if public.items.iter().all(|i| i.id.as_str() != old) {
            rows::drop_item(tx, org, &old).await?;
        }
    }
    let facts = rows::facts(tx, org, &head.id).await?;
    let told = store::public::events(tx, org, &head.id).await?;
    let last_words = |item: &str, kind: &str| {
        let mut events = told
            .iter()
            .rev()
            .filter(|e| e.kind == kind && e.item_id.as_deref() == Some(item));
        events.next().map(|e| e.words.clone()).unwrap_or_default()
    };
    for (position, item) in (0..).zip(&public.items) {
        let id = item.id.as_str();
        let fact = facts.iter().find(|f| f.id == id).cloned().unwrap_or_default();
        let search = [
            &head.name,
            &head.post,
            &head.unit_name,
            &item.content,
            &item.measure,
            &item.beneficiary,
        ];
        let row = rows::PublicItem {
            id: id.to_owned(),
            pledge_id: head.id.clone(),
            campaign_id: head.campaign_id.clone(),
            unit_id: head.unit_id.clone(),
            position,
            rank: head.rank,
            kind: item.kind.to_string(),
            content: item.content.clone(),
            measure: item.measure.clone(),
            beneficiary: item.beneficiary.clone(),
            due_on: item.due_date.to_string(),
            demand_id: item.demand.as_ref().map(ToString::to_string),
            claim: fact.claim,
            claim_words: last_words(id, "progress"),
            claimed_on: fact.claimed_on,
            verdict: fact.verdict,
            verdict_words: last_words(id, "inspection"),
            verdict_on: fact.verdict_on,
            rectifying: fact.rectifying,
            search: fold(&search.map(String::as_str).join(" ")),
            updated_at: ctx.now,
        };
        rows::put_item(tx, org, &row).await?;
    }
    Ok(())
}

/// The lines of the life story that publishing itself makes: where it came from, and that it is public.
async fn story(
    ctx: &Ctx,
    tx: &mut Tx,
    row: &rows::Candidate,
    public: &PublicPledge,
    reason: &str,
) -> Result<()> {
    let line = |kind, on, words, detail| Told {
        pledge: &row.id,
        item: None,
        on,
        kind,
        words,
        detail,
    };
    if public.version > 1 {
        let correction = rows::Correction {
            id: ctx.id(),
            campaign_id: row.campaign_id.clone(),
            pledge_id: row.id.clone(),
            kind: "amended".to_owned(),
            reason: reason.to_owned(),
            made_by: ctx.actor.name.clone(),
            made_at: ctx.now,
        };
        rows::add_correction(tx, &ctx.organization, &correction).await?;
        let version = json!({ "version": public.version });
        let rounds = json!({ "round": row.round, "version": public.version });
        tell(ctx, tx, line("confirmed", public.confirmed_on, "", rounds)).await?;
        tell(ctx, tx, line("amended", ctx.today, reason, version.clone())).await?;
        return tell(ctx, tx, line("published", ctx.today, "", version)).await;
    }
    for item in &public.items {
        let Some(demand) = &item.demand else { continue };
        let Some(demand) = store::public::demand(tx, &ctx.organization, demand.as_str()).await? else {
            continue;
        };
        let told = Told {
            pledge: &row.id,
            item: Some(item.id.as_str()),
            on: public.pledged_on,
            kind: "demand",
            words: &demand.title,
            detail: json!({ "voices": demand.voices, "demand": demand.id }),
        };
        tell(ctx, tx, told).await?;
    }
    let rounds = json!({ "round": row.round });
    tell(ctx, tx, line("submitted", public.pledged_on, "", json!({}))).await?;
    tell(ctx, tx, line("confirmed", public.confirmed_on, "", rounds)).await?;
    tell(ctx, tx, line("published", ctx.today, "", json!({}))).await
}

pub(super) async fn note_web_channel(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: &RunningCampaign,
    batch: &rows::Publication,
) -> Result<()> {
    if campaign.channels().iter().all(|c| c.key != WEB_CHANNEL) {
        return Ok(());
    }
    let line = rows::Channel {
        id: ctx.id(),
        publication_id: batch.id.clone(),
        channel: WEB_CHANNEL.to_owned(),
        done_on: ctx.today.to_string(),
        place: "/board".to_owned(),
        proof: String::new(),
        file_id: None,
        recorded_by: ctx.actor.account.clone(),
        recorded_at: ctx.now,
    };
    rows::add_channel(tx, &ctx.organization, &line).await?;
    Ok(())
}
