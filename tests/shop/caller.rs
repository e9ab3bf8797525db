//! Somebody who calls: an address, headers, perhaps a token.

use std::net::SocketAddr;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use serde_json::Value;

use super::{Reply, Shop};

/// A caller at one address.
#[derive(Clone)]
pub(crate) struct Caller<'a> {
    shop: &'a Shop,
    from: SocketAddr,
    headers: Vec<(String, String)>,
}

impl<'a> Caller<'a> {
    pub(super) fn new(shop: &'a Shop, address: &str) -> Self {
        let from = SocketAddr::new(address.parse().unwrap(), 40_000);
        Self {
            shop,
            from,
            headers: vec![("host".into(), "127.0.0.1:8001".into()), ("user-agent".into(), "shop/1".into())],
        }
    }

    /// With a header more.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a header in place of those of its name.
    pub(crate) fn but(self, name: &str, value: &str) -> Self {
        self.without(name).with(name, value)
    }

    /// Without the headers of a name.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// With an access token.
    pub(crate) fn token(self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    /// With an access token that is bound to a key, and a proof.
    pub(crate) fn dpop(self, token: &str, proof: &str) -> Self {
        self.with("authorization", &format!("DPoP {token}")).with("dpop", proof)
    }

    /// Any request with any body.
    pub(crate) async fn call(&self, method: &str, path: &str, body: impl Into<Bytes>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        self.shop.send(self.from, request.body(Full::new(body.into())).unwrap()).await
    }

    /// A GET.
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.call("GET", path, "").await
    }

    /// A POST of JSON.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_raw(path, body.to_string()).await
    }

    /// A POST of bytes that say they are JSON.
    pub(crate) async fn post_raw(&self, path: &str, body: impl Into<Bytes>) -> Reply {
        self.clone().with("content-type", "application/json").call("POST", path, body).await
    }

    /// An order with a key.
    pub(crate) async fn order(&self, side: &str, key: &str, body: &Value) -> Reply {
        self.clone().with("idempotency-key", key).post(&format!("/api/v1/portfolio/{side}"), body).await
    }
}

impl Shop {
    /// Somebody who is signed in, at the usual address.
    pub(crate) async fn ada(&self) -> Caller<'_> {
        let token = self.member("ada@example.org").await;
        self.caller().token(&token)
    }
}
