//! A browser: it keeps the cookie it was given, and says of a page what browsers say.

use serde_json::json;

use super::{Caller, PASSWORD, Reply, Shop};

const LOGIN: &str = "/api/v1/auth/login";

/// One browser with a session; the shop may be another one after a restart.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    /// The value of its session cookie.
    pub(crate) cookie: String,
    /// The token that its pages send.
    pub(crate) csrf: String,
    /// Where it is.
    pub(crate) address: String,
    /// What it calls itself.
    pub(crate) agent: String,
}

impl Browser {
    /// Registers somebody, and signs them in.
    pub(crate) async fn of(shop: &Shop, email: &str) -> Self {
        shop.member(email).await;
        Self::sign_in(shop, email).await
    }

    /// Signs in somebody who has an account.
    pub(crate) async fn sign_in(shop: &Shop, email: &str) -> Self {
        Self::sign_in_at(shop, email, "203.0.113.7", "shop/1").await
    }

    /// The same from somewhere else.
    pub(crate) async fn sign_in_at(shop: &Shop, email: &str, address: &str, agent: &str) -> Self {
        let caller = shop.at(address).but("user-agent", agent);
        let login = json!({"email": email, "password": PASSWORD, "session": "cookie"});
        let reply = caller.post(LOGIN, &login).await;
        assert_eq!(reply.status(), 200, "{}", reply.text());
        let nobody = Self {
            cookie: String::new(),
            csrf: String::new(),
            address: address.to_owned(),
            agent: agent.to_owned(),
        };
        nobody.renewed(&reply)
    }

    /// With the cookie and the token of an answer.
    pub(crate) fn renewed(&self, reply: &Reply) -> Self {
        let cookie = reply.cookie("aspis_session").unwrap_or_else(|| panic!("no cookie: {}", reply.text()));
        let csrf = reply.json()["csrf_token"].as_str().unwrap().to_owned();
        Self { cookie, csrf, ..self.clone() }
    }

    /// The same cookie and token in other hands.
    pub(crate) fn stolen(&self, address: &str, agent: &str) -> Self {
        Self { address: address.to_owned(), agent: agent.to_owned(), ..self.clone() }
    }

    /// What it sends with every request.
    pub(crate) fn looks<'a>(&self, shop: &'a Shop) -> Caller<'a> {
        let caller = shop.at(&self.address).but("user-agent", &self.agent);
        caller.with("cookie", &format!("aspis_session={}", self.cookie))
    }

    /// What a page of ours sends with a request that changes something.
    pub(crate) fn acts<'a>(&self, shop: &'a Shop) -> Caller<'a> {
        self.looks(shop)
            .with("origin", "http://127.0.0.1:8001")
            .with("sec-fetch-site", "same-origin")
            .with("x-requested-with", "fetch")
            .with("x-csrf-token", &self.csrf)
    }

    /// Who it is signed in as: status and word where it is not.
    pub(crate) async fn me(&self, shop: &Shop) -> (u16, String) {
        let reply = self.looks(shop).get("/api/v1/auth/me").await;
        let said =
            if reply.status() == 200 { reply.json()["email"].as_str().unwrap().into() } else { reply.code() };
        (reply.status(), said)
    }
}
