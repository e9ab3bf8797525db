//! `POST /api/v1/keys/leaks`

use aspis_core::{
    hex,
    refusal::{Code, Refusal, Rule},
    scenario::key_leakage::report::{self, Item, ReportError, webhook},
};
use axum::{Json, response::IntoResponse};
use sha2::{Digest, Sha256};

use crate::{
    extract::{Answer, Ctx, Raw},
    openapi::{Doc, json},
};

mod shapes;

use shapes::{Label, LeakAnswer, LeakLabel, LeakReport};

pub(crate) const DOC: Doc = Doc::new(
    "report_leaks",
    "keys",
    "Say that keys were found where they do not belong: those of ours end at once. In the form of GitHub's secret \
     scanning, signed with its `Github-Public-Key-Signature` or as a Standard Webhook",
)
.input(json::<LeakReport>)
.ok(json::<LeakAnswer>)
.refuses(&[Code::InvalidInput, Code::InvalidSignature, Code::NotFound, Code::BodyTooLarge])
.stored();

/// Characters of a type that are said again.
const TYPE: usize = 200;

pub(crate) async fn leaks(ctx: Ctx, Raw(body): Raw) -> Answer {
    check_signature(&ctx, &body).await?;
    let items = report::read(&body).map_err(unreadable)?;
    let mut labels = Vec::with_capacity(items.len());
    for item in items {
        labels.push(end(&ctx, item).await?);
    }
    Ok(Json(LeakAnswer(labels)).into_response())
}

/// Who may report is known by a signature alone: without one, nothing of the body is read, and nobody is told whether
/// any text is a key.
async fn check_signature(ctx: &Ctx, body: &[u8]) -> Result<(), Refusal> {
    let own = &ctx.app.settings.keys;
    let has_keys = own.leak_keys_file.get().is_some() || ctx.app.reporters.has_list();
    if !has_keys && own.leak_secret.get().is_none() {
        return Err(Refusal::because(
            Code::NotFound,
            "This server takes no reports: see keys.leak_keys_url.",
        ));
    }
    if is_of_own(ctx, body) || is_of_github(ctx, body).await {
        return Ok(());
    }
    Err(Refusal::new(Code::InvalidSignature).by(Rule::named("keys.leaks.signature")))
}

/// Signed by a scanner that knows our secret.
fn is_of_own(ctx: &Ctx, body: &[u8]) -> bool {
    let said = || {
        Some(webhook::Signed {
            id: ctx.header("webhook-id")?,
            timestamp: ctx.header("webhook-timestamp")?,
            signature: ctx.header("webhook-signature")?,
        })
    };
    let secret = ctx.app.settings.keys.leak_secret.get();
    secret.zip(said()).is_some_and(|(secret, said)| secret.has_signed(said, body, ctx.app.clock.now()))
}

/// Signed by a key of the file, or of the list that is fetched.
async fn is_of_github(ctx: &Ctx, body: &[u8]) -> bool {
    let named = ctx.header("github-public-key-identifier").zip(ctx.header("github-public-key-signature"));
    let Some((name, signature)) = named else { return false };
    let filed = ctx.app.settings.keys.leak_keys_file.get();
    filed.is_some_and(|keys| keys.have_signed(name, signature, body))
        || ctx.app.reporters.have_signed(name, signature, body).await
}

fn unreadable(error: ReportError) -> Refusal {
    let code = match error {
        ReportError::Json => Code::InvalidJson,
        ReportError::Form => Code::InvalidInput,
        ReportError::TooMany => Code::BodyTooLarge,
    };
    Refusal::because(code, format!("The report cannot be read: {error}."))
}

/// Ends one key; durable first, then in force, then answered.
async fn end(ctx: &Ctx, item: Item) -> Result<LeakLabel, Refusal> {
    let Item { token, r#type } = item;
    let ended = ctx.app.keys.end_leaked(token.expose().trim(), ctx.source()).await?;
    Ok(LeakLabel {
        token_hash: hex::encode(&Sha256::digest(token.expose())),
        token_type: r#type.chars().take(TYPE).collect(),
        label: if ended.is_some() { Label::TruePositive } else { Label::FalsePositive },
    })
}
