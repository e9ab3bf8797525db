//! `POST /api/v1/auth/register`

use aspis_core::refusal::Code;
use aspis_identity::people::Registered;
use axum::{Json, response::IntoResponse};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::RegisterInput;
use crate::{
    extract::{Answer, Ctx, Input, bounded},
    openapi::{Doc, json},
    routes::words::Moment,
};

pub(crate) const DOC: Doc = Doc::new("register", "accounts", "Make an account")
    .input(json::<RegisterInput>)
    .created_or_accepted(json::<NewAccount>)
    .refuses(&[
        Code::ChallengeRequired,
        Code::InvalidInput,
        Code::WeakPassword,
        Code::MarkupInName,
        Code::EmailTaken,
        Code::ServerBusy,
    ])
    .link("login", 201, &[("email", "$request.body#/email"), ("password", "$request.body#/password")])
    .stored();

/// A new account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewAccount {
    /// Its identifier.
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    account_id: String,
    /// Its address in canonical form.
    #[schema(format = "email", min_length = 5, max_length = 254)]
    email: String,
    /// Its name, as it was given.
    #[schema(min_length = 1, max_length = 100)]
    full_name: String,
    /// When it was made.
    created: Moment,
}

impl From<Registered> for NewAccount {
    fn from(made: Registered) -> Self {
        Self {
            account_id: made.id.to_string(),
            email: made.email,
            full_name: made.full_name,
            created: made.created.into(),
        }
    }
}

pub(crate) async fn register(ctx: Ctx, Input(input): Input<RegisterInput>) -> Answer {
    bounded("challenge", input.challenge.as_deref(), 4096)?;
    let challenge = input.challenge.clone();
    let made = ctx.app.people.register(input.into(), challenge.as_deref(), &ctx.visitor()).await?;
    Ok(match made {
        Some(made) => (StatusCode::CREATED, Json(NewAccount::from(made))).into_response(),
        // A letter says the rest, to the owner of the address alone.
        None => StatusCode::ACCEPTED.into_response(),
    })
}
