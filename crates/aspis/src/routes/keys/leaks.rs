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
    check_signature(&ctx, &body)?;
    let items = report::read(&body).map_err(unreadable)?;
    let mut labels = Vec::with_capacity(items.len());
    for item in items {
        labels.push(end(&ctx, item).await?);
    }
    Ok(Json(LeakAnswer(labels)).into_response())
}

/// Who may report is known by a signature alone: without one, nothing of the body is read, and nobody is told whether
/// any text is a key.
fn check_signature(ctx: &Ctx, body: &[u8]) -> Result<(), Refusal> {
    let own = &ctx.app.settings.keys;
    if own.leak_keys_file.get().is_none() && own.leak_secret.get().is_none() {
        return Err(Refusal::because(
            Code::NotFound,
            "This server takes no reports: see keys.leak_keys_file.",
        ));
    }
    let by_github = || {
        let name = ctx.header("github-public-key-identifier")?;
        let signature = ctx.header("github-public-key-signature")?;
        Some(own.leak_keys_file.get()?.have_signed(name, signature, body))
    };
    let by_own = || {
        let signed = webhook::Signed {
            id: ctx.header("webhook-id")?,
            timestamp: ctx.header("webhook-timestamp")?,
            signature: ctx.header("webhook-signature")?,
        };
        Some(own.leak_secret.get()?.has_signed(signed, body, ctx.app.clock.now()))
    };
    if by_github() == Some(true) || by_own() == Some(true) {
        return Ok(());
    }
    Err(Refusal::new(Code::InvalidSignature).by(Rule::named("keys.leaks.signature")))
}

fn unreadable(error: ReportError) -> Refusal {
    let code = match error {
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
