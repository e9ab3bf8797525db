//! Exempting somebody from a rule: what is asked for, judged; what is granted, kept and said.
//!
//! The same asks come over HTTP, over the control socket and from the command line. Deliberately not here: which refusals are
//! excused (`core::exemption`), and where that is decided (the corridor).

use std::time::Duration;

use aspis_core::{
    block,
    event::{Event, Kind, Source},
    exemption::{Exemption, LONGEST, MOST, SHORTEST, Scope, Whom},
    ids::ExemptionId,
    refusal::{Code, Refusal, Rule},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::incidents::{By, Desk};

mod rules;
mod view;

pub(crate) use view::{ExemptionOutput, ExemptionsOutput};

/// Somebody to be excused, from what, and until when. Exactly one of `client`, `account` and `key`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExemptionInput)]
pub(crate) struct Wish {
    /// An address or a network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 2, max_length = 50, example = "203.0.113.0/24")]
    pub(crate) client: Option<String>,
    /// An account, by its identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    pub(crate) account: Option<String>,
    /// An API key, by its identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    pub(crate) key: Option<String>,
    /// A safeguard (`rate`, `inspect`, `scraping`, `attack`, `quota`, `block`) or one rule of it, such as `rate.login`.
    #[schema(pattern = "^[a-z0-9_.]+$", min_length = 3, max_length = 100, example = "rate.prices")]
    pub(crate) rule: String,
    /// For how many seconds.
    #[schema(minimum = 60, maximum = 2_592_000, example = 7200)]
    pub(crate) for_s: u64,
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    pub(crate) why: String,
}

/// The longest reason, in code points.
const WHY: usize = 500;
/// The longest name of a rule, in code points.
const RULE: usize = 100;

fn wrong(field: &str, word: &'static str, detail: &str) -> Refusal {
    Refusal::field(Code::InvalidInput, field, word, detail)
}

impl Wish {
    fn whom(&self) -> Result<Whom, Refusal> {
        let given = [("client", &self.client), ("account", &self.account), ("key", &self.key)];
        let mut given = given.into_iter().filter_map(|(kind, name)| Some((kind, name.as_ref()?)));
        let one = given.next().filter(|_| given.next().is_none());
        let (kind, name) =
            one.ok_or_else(|| wrong("client", "invalid", "must be exactly one of client, account and key"))?;
        let whom = Whom::parse(kind, name).ok_or_else(|| match kind {
            "client" => wrong(kind, "invalid", "must be an address or a network, such as 203.0.113.0/24"),
            _ => wrong(kind, "invalid", "must be an identifier"),
        })?;
        match whom {
            Whom::Client(network) if block::is_too_wide(network) => {
                Err(wrong(kind, "invalid", "is too wide; the widest are /8 for IPv4 and /16 for IPv6"))
            }
            whom => Ok(whom),
        }
    }

    fn scope(&self) -> Result<Scope, Refusal> {
        let near = || rules::nearest(&self.rule).join(", ");
        let scope = Scope::parse(&self.rule).ok_or_else(|| {
            let what = format!(
                "must be rate, inspect, scraping, attack, quota, block or a rule of one of them (nearest: {}); who \
                somebody is, what they may do and whether another site forged it is never excused",
                near()
            );
            wrong("rule", "invalid", &what)
        })?;
        if rules::is_known(&self.rule) {
            return Ok(scope);
        }
        Err(wrong("rule", "unknown", &format!("is the name of no rule; the nearest are {}", near())))
    }

    fn time(&self) -> Result<Duration, Refusal> {
        let time = Duration::from_secs(self.for_s);
        let fits = (SHORTEST..=LONGEST).contains(&time);
        let range = format!("must be from {} to {}", SHORTEST.as_secs(), LONGEST.as_secs());
        if fits { Ok(time) } else { Err(wrong("for_s", "out_of_range", &range)) }
    }

    fn why(&self) -> Result<&str, Refusal> {
        let why = self.why.trim();
        let fits = !why.is_empty() && why.chars().count() <= WHY && !why.chars().any(char::is_control);
        if fits {
            return Ok(why);
        }
        Err(wrong("why", "invalid", "must be 1 to 500 characters, and no control characters"))
    }
}

/// Keeps an exemption, and says so.
pub(crate) async fn grant(desk: &Desk, wish: &Wish, by: &By) -> Result<Exemption, Refusal> {
    let now = desk.clock.now();
    let exemption = Exemption {
        id: ExemptionId::new(now, desk.chance.as_ref()),
        whom: wish.whom()?,
        scope: wish.scope()?,
        since: now,
        until: now.plus(wish.time()?),
        why: wish.why()?.to_owned(),
        who: by.name.clone(),
    };
    known(desk, exemption.whom).await?;
    if !desk.store.exemptions.exempt(&exemption, MOST).await? {
        let said = format!("There are as many exemptions as there may be: {MOST}. End one first.");
        return Err(Refusal::because(Code::TooManyExemptions, said));
    }
    tell(desk, Kind::ExemptionBegan, &exemption, by);
    Ok(exemption)
}

/// An exemption of nobody would look as if it held.
async fn known(desk: &Desk, whom: Whom) -> Result<(), Refusal> {
    let (is_there, said) = match whom {
        Whom::Client(_) => return Ok(()),
        Whom::Account(id) => (desk.store.accounts.by_id(id).await?.is_some(), "There is no such account."),
        Whom::Key(id) => (desk.store.keys.key(id).await?.is_some(), "There is no such key."),
    };
    if is_there { Ok(()) } else { Err(Refusal::because(Code::NotFound, said)) }
}

/// Ends one before its time, and says so.
pub(crate) async fn end(desk: &Desk, id: ExemptionId, by: &By) -> Result<Exemption, Refusal> {
    let ended = desk.store.exemptions.end_exemption(id, desk.clock.now()).await?;
    let ended = ended.ok_or_else(|| Refusal::because(Code::NotFound, "There is no such exemption."))?;
    tell(desk, Kind::ExemptionEnded, &ended, by);
    Ok(ended)
}

/// Says what was granted or is over, and by whom.
pub(crate) fn tell(desk: &Desk, kind: Kind, exemption: &Exemption, by: &By) {
    let (whom, scope) = (exemption.whom, exemption.scope.as_str());
    let said = format!("{}: {} {} from {scope} until {}", by.name, whom.kind(), whom.name(), exemption.until);
    let rule = Rule { place: Some(said), exempt: Some(exemption.id), ..Rule::named(kind.word()) };
    let Source { client, request } = by.source;
    let account = by.signed.map(|who| who.account);
    let event = Event::of_server(kind, desk.clock.now());
    // Of one that ends it is why it was granted.
    let why = Some(exemption.why.as_str().into());
    desk.events.record(Event { client, request, account, rule: Some(rule), why, ..event });
}
