//! `POST /api/v1/auth/invitations/{token}`

use aspis_core::{refusal::Code, secret::SecretText};
use axum::{Json, response::IntoResponse};
use http::StatusCode;

use super::{RegisterInput, register::NewAccount};
use crate::{
    extract::{Answer, Ctx, Input},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new("accept_invitation", "accounts", "Become an operator by an invitation")
    .input(json::<RegisterInput>)
    .created(json::<NewAccount>)
    .refuses(&[
        Code::InvalidInput,
        Code::WeakPassword,
        Code::MarkupInName,
        Code::InvalidInvitation,
        Code::EmailTaken,
        Code::ServerBusy,
    ])
    .stored();

pub(crate) async fn accept(ctx: Ctx, Input(input): Input<RegisterInput>) -> Answer {
    let token = SecretText::new(ctx.passage.param("token"));
    let made = ctx.app.people.accept(token, input.into(), ctx.source()).await?;
    Ok((StatusCode::CREATED, Json(NewAccount::from(made))).into_response())
}
