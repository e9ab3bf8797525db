//! Stories of keys, over the in-memory store and a clock that is moved by hand.

use std::net::IpAddr;

use aspis_core::{
    client::Client,
    event::Source,
    ids::FamilyId,
    principal::{Role, SignedIn},
    scope::{Scope, Scopes},
};
use uuid::Uuid;

use super::*;
use crate::people::tests::{Town, visitor};

mod bounds;
mod heard;
mod life;
mod watched;

const DAY: Duration = Duration::from_secs(86_400);
const HOME: &str = "203.0.113.1";

/// A town with keys in it.
struct Shop {
    town: Town,
    keys: Arc<ApiKeys>,
    ada: SignedIn,
}

fn rules() -> Rules {
    Rules {
        lifetime: 30 * DAY,
        grace: DAY,
        per_account: 3,
        most: 5,
        sources: vec!["internal_db".to_owned()],
        operators_strong: false,
        warn: vec![7 * DAY, DAY],
        watching: Watching {
            stance: Stance::Suspend,
            habits: aspis_core::scenario::key_leakage::habits::Rules {
                settled: 7 * DAY,
                times: 10,
                least: 1000,
            },
            busy: 10_000,
        },
    }
}

impl Shop {
    async fn open() -> Self {
        let (town, tokens) = Town::with_ada().await;
        let ada = town.asks(&tokens.access).expect("signed in");
        let keys = open(&town, rules()).await;
        Self { town, keys, ada }
    }

    async fn restarts(&mut self) {
        self.town.restarts().await;
        self.keys = open(&self.town, rules()).await;
    }

    async fn makes(&self, scopes: &str) -> Result<Made, Refusal> {
        self.wants(wish(scopes)).await
    }

    async fn wants(&self, new: NewKey) -> Result<Made, Refusal> {
        self.keys.create(self.ada, new, &visitor(1)).await
    }

    async fn replaces(&self, made: &Made, wish: Replacing) -> Result<Made, Refusal> {
        self.keys.replace(self.ada, made.key.id, wish, &visitor(1)).await
    }

    async fn revokes(&self, made: &Made) -> Result<(), Refusal> {
        self.keys.revoke(self.ada, made.key.id, &visitor(1)).await
    }

    fn sends(&self, made: &Made, from: &str) -> Option<Code> {
        self.sends_text(made.text.expose(), from)
    }

    /// The code that a key is refused with.
    fn sends_text(&self, text: &str, from: &str) -> Option<Code> {
        let from: IpAddr = from.parse().expect("an address");
        let known = self.keys.verify(text, &self.sent(from));
        if let Ok(keyed) = known {
            self.keys.used(keyed.key, Client::from_ip(from), self.keys.now());
        }
        known.err().map(|denied| denied.refusal.code())
    }

    fn sent(&self, from: IpAddr) -> Sent {
        let source = Source { client: Some(Client::from_ip(from)), request: None };
        Sent { address: from, source, now: self.keys.now() }
    }

    fn is_good(&self, made: &Made) -> bool {
        self.sends(made, HOME).is_none()
    }
}

async fn open(town: &Town, rules: Rules) -> Arc<ApiKeys> {
    let parts = Parts {
        people: town.people.clone(),
        store: town.store.clone(),
        clock: town.clock.clone(),
        chance: town.chance.clone(),
        events: town.events.clone(),
    };
    ApiKeys::open(parts, rules).await.expect("open")
}

fn wish(scopes: &str) -> NewKey {
    NewKey {
        name: "the nightly job".to_owned(),
        scopes: Scopes::parse(scopes).expect("scopes").iter().collect(),
        allowed_ips: Vec::new(),
        source: None,
        expires_in_days: None,
    }
}

fn code<T>(answer: Result<T, Refusal>) -> Option<Code> {
    answer.err().map(|refusal| refusal.code())
}

fn operator(who: SignedIn) -> SignedIn {
    SignedIn { role: Role::Admin, ..who }
}

fn stranger() -> SignedIn {
    SignedIn {
        account: AccountId(Uuid::from_u128(99)),
        family: FamilyId(Uuid::from_u128(99)),
        role: Role::User,
        strong: false,
    }
}
