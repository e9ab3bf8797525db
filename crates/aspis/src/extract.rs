//! What handlers take: who asks, what was asked, and the refusal they may answer with.
//!
//! Permission is a type: a handler that takes [`Signed`] cannot be reached by anybody else.

use std::sync::Arc;

use aspis_core::{
    event::Source,
    principal::{Role, SignedIn},
    refusal::{Code, Refusal},
};
use aspis_guard::Passage;
use axum::{
    extract::{FromRequestParts, Request},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, request};
use http_body_util::BodyExt;

use crate::app::App;

mod input;
mod query;

pub(crate) use input::{Input, MaybeInput};
pub(crate) use query::Query;

/// A refusal on its way to the corridor, which writes it.
#[derive(Debug)]
pub(crate) struct Failure(Refusal);

impl<T: Into<Refusal>> From<T> for Failure {
    fn from(refusal: T) -> Self {
        Self(refusal.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        response.extensions_mut().insert(self.0);
        response
    }
}

/// What a handler answers.
pub(crate) type Answer<T = Response> = Result<T, Failure>;

/// Everything a handler needs to know of a request but its body.
pub(crate) struct Ctx {
    pub(crate) app: Arc<App>,
    pub(crate) passage: Passage,
    pub(crate) headers: HeaderMap,
    pub(crate) query: Query,
}

impl FromRequestParts<Arc<App>> for Ctx {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut request::Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let passage = parts.extensions.remove::<Passage>().ok_or(Code::Internal)?;
        let query = Query::parse(parts.uri.query().unwrap_or(""));
        Ok(Self { app: Arc::clone(app), passage, headers: std::mem::take(&mut parts.headers), query })
    }
}

impl Ctx {
    /// Where events of this request come from.
    pub(crate) fn source(&self) -> Source {
        Source::request(self.passage.client, self.passage.request)
    }

    /// The one value of a header, if it is there exactly once and is visible ASCII.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok())
    }
}

/// A signed-in caller.
pub(crate) struct Signed(pub(crate) SignedIn);

impl FromRequestParts<Arc<App>> for Signed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut request::Parts, _: &Arc<App>) -> Result<Self, Failure> {
        let passage = parts.extensions.get::<Passage>().ok_or(Code::Internal)?;
        Ok(Self(passage.principal.signed_in().ok_or(Code::CredentialsRequired)?))
    }
}

/// An operator.
pub(crate) struct Operator;

impl FromRequestParts<Arc<App>> for Operator {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut request::Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let Signed(who) = Signed::from_request_parts(parts, app).await?;
        if who.role == Role::Admin { Ok(Self) } else { Err(Code::Forbidden.into()) }
    }
}

/// The whole body, which the corridor has already bounded and read once.
async fn whole(request: Request) -> Result<Bytes, Failure> {
    let body = request.into_body().collect().await.map_err(|_| Refusal::new(Code::MalformedRequest))?;
    Ok(body.to_bytes())
}
