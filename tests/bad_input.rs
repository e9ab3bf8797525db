//! Bad input gets a 4xx problem document that names the field and what is allowed: never a 500, nothing said back that
//! was a secret, nothing half-written. Table-driven over every route that takes a body, every field, every parameter.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::shop::{Caller, Reply, Shop};

mod bodies;
mod fields;
mod kinds;
mod parameters;
mod routes;
mod vectors;
mod wire;
mod words;

use routes::{
    NO_LINK, ROUTES,
    Route::{
        self, Accept, AccountChange, Approve, Authenticator, Buy, Change, Describe, Exempt, Forgot,
        GiveUpKey, Honey, Incident, Login, MakeKey, Networks, Passkey, PasskeyLogin, Predict, Refresh,
        Register, Reject, Reset, RotateKey, Sell, StepUp, Trust, Undo,
    },
};

/// A password that must never be said back.
const CANARY: &str = "sealed canary 7741 of the keeper";

/// A shop with somebody in it who has something to lose.
struct Site {
    shop: Shop,
    access: String,
    refresh: String,
    invitation: String,
    price: String,
    /// The identifier of an API key.
    key: String,
    /// An operator's sign-in, and the account that is changed by it.
    operator: String,
    account: String,
}

impl Site {
    async fn open() -> Self {
        let shop = Shop::lenient(&[]).await;
        let person = json!({"email": "keeper@example.org", "password": CANARY, "full_name": "Keeper"});
        assert_eq!(shop.caller().post("/api/v1/auth/register", &person).await.status(), 201);
        let login = json!({"email": "keeper@example.org", "password": CANARY});
        let tokens = shop.caller().post("/api/v1/auth/login", &login).await.json();
        let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
        let (access, refresh) = (text("access_token"), text("refresh_token"));
        let invitation = shop.app.invitation().await.unwrap().expose().to_owned();
        let price = shop.caller().get("/api/v1/price/BTC").await.json()["price"].as_str().unwrap().to_owned();
        let wish = json!({"name": "nightly", "scopes": ["read:prices"]});
        let made = shop.caller().token(&access).post("/api/v1/keys", &wish).await.json();
        let key = made["id"].as_str().unwrap().to_owned();
        let me = shop.caller().token(&access).get("/api/v1/auth/me").await.json();
        let account = me["account_id"].as_str().unwrap().to_owned();
        let operator = shop.another_operator("op@example.org").await;
        let site = Self { shop, access, refresh, invitation, price, key, operator, account };
        let stake = json!({"asset_id": "BTC", "quantity": "1"});
        assert_eq!(site.keeper().order("buy", "stake", &stake).await.status(), 201);
        site
    }

    fn keeper(&self) -> Caller<'_> {
        self.shop.caller().token(&self.access)
    }

    /// Where a route really is.
    fn path(&self, route: Route) -> String {
        let path = route.path().replace("{token}", &self.invitation);
        let id = if route == AccountChange { &self.account } else { &self.key };
        path.replace("{asset}", "BTC").replace("{id}", id).replace("{name}", "internal_db")
    }

    /// A body with every field, all of them right.
    fn good(&self, route: Route) -> Value {
        let order = |limit: &str, price: &str| json!({"asset_id": "BTC", "quantity": "0.1", limit: price, "note": "by hand"});
        match route {
            Register => json!({"email": "new@example.org", "password": CANARY, "full_name": "New"}),
            Accept => json!({"email": "operator@example.org", "password": CANARY, "full_name": "Operator"}),
            Login => json!({"email": "keeper@example.org", "password": CANARY}),
            Forgot => json!({"email": "keeper@example.org"}),
            Reset => json!({"token": NO_LINK, "password": CANARY}),
            StepUp => json!({"password": CANARY}),
            Change => json!({"current_password": CANARY, "password": CANARY}),
            Authenticator => json!({"code": "123456"}),
            Passkey => json!({"ceremony": "none", "credential": {}, "name": "My telephone"}),
            PasskeyLogin => json!({"ceremony": "none", "credential": {}}),
            Networks => json!({"allowed_ips": ["203.0.113.0/24"]}),
            Refresh => json!({"refresh_token": self.refresh}),
            Predict => json!({"horizon_days": 7, "price": self.price, "source": "internal_db"}),
            Buy => order("max_price", "1000000"),
            Sell => order("min_price", "1"),
            MakeKey => {
                json!({"name": "x", "scopes": ["predict"], "allowed_ips": ["203.0.113.7"], "expires_in_days": 7})
            }
            RotateKey => json!({"grace_minutes": 60, "expires_in_days": 7}),
            GiveUpKey => json!({"key": "aspis_live_nobodys"}),
            Describe => json!({"description": "The <b>first</b> of its kind."}),
            Honey => json!({"name": "The old wiki"}),
            Approve | Reject | Trust => json!({"reason": "It was looked at."}),
            AccountChange => json!({"action": "enable", "why": "back", "dry_run": true}),
            Incident => json!({"action": "challenge_all", "why": "so many", "dry_run": true}),
            Undo => json!({"dry_run": true}),
            Exempt => json!({"client": "192.0.2.7", "rule": "rate.prices", "for_s": 60, "why": "ours"}),
        }
    }

    /// A body that is good but for one field, which is the given JSON text.
    fn but(&self, route: Route, field: &str, raw: &str) -> String {
        let mut good = self.good(route);
        good.as_object_mut().unwrap().remove(field);
        let others =
            good.as_object().unwrap().iter().map(|(name, value)| format!("{}:{value},", json!(name)));
        format!("{{{}{}:{raw}}}", others.collect::<String>(), json!(field))
    }

    /// Sends bytes that say they are JSON, with everything else that the route asks for.
    async fn send(&self, route: Route, body: impl Into<Bytes>) -> Reply {
        self.as_type(route, &["application/json"], body).await
    }

    /// The same, with the media types that are given.
    async fn as_type(&self, route: Route, types: &[&str], body: impl Into<Bytes>) -> Reply {
        let mut caller = self.shop.caller();
        if route.is_operators() {
            caller = caller.token(&self.operator);
        } else if route.is_signed() {
            caller = self.keeper().with("idempotency-key", &format!("k-{route:?}"));
        }
        for media in types {
            caller = caller.with("content-type", media);
        }
        caller.call(route.method(), &self.path(route), body).await
    }

    /// Everything that bad input must not change.
    async fn state(&self) -> String {
        let portfolio = self.keeper().get("/api/v1/portfolio").await.text();
        let trades = self.keeper().get("/api/v1/portfolio/transactions").await.text();
        let audit = self.shop.app.store.ledger.audit().await.unwrap();
        assert!(audit.is_clean(), "{audit:?}");
        // Every account opens its books with an entry, so this counts the accounts too.
        format!("{portfolio}\n{trades}\n{}", audit.entries)
    }

    /// What must hold for every refusal; `what` was sent.
    fn judge(&self, reply: &Reply, what: &str) {
        let text = reply.text();
        assert!((400..500).contains(&reply.status()), "{what}: {} {text}", reply.status());
        assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{what}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{what}");
        let problem = reply.json();
        assert_eq!(problem["status"], reply.status(), "{what}");
        assert_eq!(problem["request_id"].as_str(), reply.header("x-request-id"), "{what}");
        assert_eq!(problem["type"], format!("/problems/{}", reply.code()), "{what}");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{what}");
        for secret in [CANARY, &self.access, &self.refresh, &self.invitation, &self.operator] {
            assert!(!text.contains(secret), "{what}: a secret is said back: {text}");
        }
        for inside in ["panicked", ".rs", "serde", "sqlite", "struct ", "u32", "borrowed"] {
            assert!(!text.contains(inside), "{what}: shows internals: {text}");
        }
    }

    /// A 400 that names a field and says what is allowed there.
    fn names(&self, reply: &Reply, field: &str, what: &str) {
        self.judge(reply, what);
        assert_eq!(
            (reply.status(), reply.fields()),
            (400, vec![field.to_owned()]),
            "{what}: {}",
            reply.text()
        );
        let error = &reply.json()["errors"][0];
        assert!(error["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{what}: {error}");
        assert!(error["code"].as_str().is_some_and(|code| !code.is_empty()), "{what}: {error}");
    }
}

#[test]
fn every_route_that_takes_a_body_is_in_the_table() {
    use aspis_guard::surface::BodyKind::{Json, OptionalJson};
    // What a browser reports and rows of prices are bodies of another kind.
    let takes = |row: &aspis_guard::surface::Row| matches!(row.body, Json | OptionalJson);
    let rows = aspis::surface::rows();
    let there: BTreeSet<String> = rows.iter().filter(|row| takes(row)).map(ToString::to_string).collect();
    assert_eq!(there, ROUTES.map(|route| format!("{} {}", route.method(), route.path())).into());
}

/// Those that cannot be good without a link, a code or a passkey get as far as asking for it.
#[tokio::test]
async fn the_good_bodies_are_good() {
    let site = Site::open().await;
    for route in ROUTES {
        let reply = site.send(route, site.good(route).to_string()).await;
        let code = if reply.status() < 400 { String::new() } else { reply.code() };
        let (status, word) = match route {
            Register | Accept | Buy | Sell | MakeKey | RotateKey | Honey | Exempt => (201, ""),
            Login | Refresh | Predict | Networks | GiveUpKey | Describe | Trust | AccountChange
            | Incident => (200, ""),
            Forgot => (202, ""),
            StepUp | Change => (204, ""),
            Reset => (400, "invalid_link"),
            Authenticator | Approve | Reject | Undo => (404, "not_found"),
            Passkey | PasskeyLogin => (400, "invalid_passkey"),
        };
        assert_eq!((reply.status(), code.as_str()), (status, word), "{route:?}: {}", reply.text());
    }
}
