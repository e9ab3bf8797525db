//! What handlers take: who asks, what was asked, and the refusal they may answer with.
//!
//! Permission is a type: a handler that takes [`Signed`] cannot be reached by anybody else.

use std::sync::Arc;

use aspis_core::{
    event::Source,
    principal::{Role, SignedIn},
    refusal::{Code, Refusal},
};
use aspis_guard::{
    Passage,
    origin::{Here, same_origin},
};
use aspis_identity::people::Visitor;
use axum::{
    extract::{FromRequestParts, Request},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, request};
use http_body_util::BodyExt;

use crate::app::App;

mod input;
mod page;
mod query;
mod scoped;

pub(crate) use input::{Input, MaybeInput, Raw, bounded};
pub(crate) use page::{place, placed};
pub(crate) use query::{Query, wrong};
pub(crate) use scoped::{By, ReadPortfolio, ReadPrices, Scoped, WritePortfolio, WritePrices};

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

    /// What the request tells of the one who sent it.
    pub(crate) fn visitor(&self) -> Visitor {
        let sent = |name: &str| self.headers.get(name).map(|value| value.as_bytes().to_vec());
        Visitor {
            client: self.passage.client,
            address: self.passage.address,
            agent: sent("user-agent").unwrap_or_default(),
            source: self.source(),
            key: None,
            challenge: sent("aspis-challenge").and_then(|sent| String::from_utf8(sent).ok()),
            attacked: self.passage.attacked || self.passage.challenged,
        }
    }

    /// The same with the key that is proved with the request, for what gives tokens (RFC 9449, 5).
    pub(crate) async fn visitor_with_key(&self, path: &str) -> Result<Visitor, Refusal> {
        let mut visitor = self.visitor();
        if self.headers.contains_key("dpop") {
            let proof = self.header("dpop").ok_or_else(|| Refusal::new(Code::InvalidDpopProof))?;
            let url = self.here().url(&self.headers, path).ok_or_else(|| Refusal::new(Code::InvalidHost))?;
            visitor.key = Some(self.app.people.prove_for_tokens(proof, "POST", &url).await?);
        }
        Ok(visitor)
    }

    /// How many rows of a page are asked for.
    pub(crate) fn page_limit(&self) -> Result<u64, Refusal> {
        let market = &self.app.settings.market;
        let limit = self.query.number("limit")?.unwrap_or(u64::from(market.page_default.get()));
        let most = u64::from(market.page_max.get());
        if (1..=most).contains(&limit) {
            return Ok(limit);
        }
        let detail = format!("must be from 1 to {most}");
        Err(Refusal::field(Code::InvalidQuery, "limit", "out_of_range", detail))
    }

    /// True when a browser session sent it.
    pub(crate) fn is_browsing(&self) -> bool {
        self.passage.session.is_some()
    }

    /// False when a browser says that another site's page sent it.
    pub(crate) fn check_site(&self) -> Result<(), Refusal> {
        let says =
            ["sec-fetch-site", "origin", "referer"].iter().any(|name| self.headers.contains_key(*name));
        if says {
            same_origin(self.here(), &crate::app::cors(&self.app.live()), &self.headers)
        } else {
            Ok(())
        }
    }

    fn here(&self) -> Here<'_> {
        Here { public: self.app.settings.server.public_url.get(), https: self.passage.https }
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
