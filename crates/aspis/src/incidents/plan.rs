//! From an ask to what the store is to do: who is meant, what is spared, and what would lock somebody out.

use aspis_core::{
    block::{self, Block, Hand},
    clock::Timestamp,
    ids::{AccountId, ActionId},
    principal::Role,
    refusal::{Code, Refusal},
};
use aspis_guard::surface::Class;
use aspis_identity::{email::Email, token};
use aspis_store::actions::{Action, ActionKind, Change, Order, Whom};
use ipnet::IpNet;

use super::{
    Ask, By, Desk,
    desk::{kind, seconds},
};

/// What is planned by whom, at one moment.
pub(super) struct Plan<'a> {
    pub(super) desk: &'a Desk,
    pub(super) by: &'a By,
    pub(super) now: Timestamp,
}

/// What an order is about, in words, and what it changes.
struct Part {
    kind: ActionKind,
    scope: String,
    change: Change,
    until: Option<Timestamp>,
}

impl Part {
    fn new(kind: ActionKind, scope: impl Into<String>, change: Change) -> Self {
        Self { kind, scope: scope.into(), change, until: None }
    }
}

fn wrong(field: &str, detail: &str) -> Refusal {
    Refusal::field(Code::InvalidInput, field, "invalid", detail)
}

impl Plan<'_> {
    /// Everything that an ask comes to, in its order.
    pub(super) async fn orders(&self, ask: &Ask) -> Result<Vec<Order>, Refusal> {
        let Some(playbook) = self.desk.playbook(ask)? else {
            return Ok(vec![self.order(self.part(ask).await?, ask, None)]);
        };
        let name = playbook.name.as_str();
        let whole = self.order(Part::new(ActionKind::Contain, name, Change::Stands), ask, None);
        let id = whole.action.id;
        let mut orders = vec![whole];
        for ask in playbook.asks(ask) {
            orders.push(self.order(self.part(&ask).await?, &ask, Some(id)));
        }
        Ok(orders)
    }

    fn order(&self, part: Part, ask: &Ask, part_of: Option<ActionId>) -> Order {
        let Part { kind: what, scope, change, until } = part;
        let tells = !matches!(change, Change::Block { .. } | Change::Unblock(_) | Change::Stands)
            && !matches!(what, ActionKind::RotateKeys | ActionKind::Relax);
        let action = Action {
            id: ActionId::new(self.now, self.desk.chance.as_ref()),
            kind: what,
            scope,
            who: self.by.name.clone(),
            at: self.now,
            until,
            why: ask.why.clone().unwrap_or_default(),
            touched: 0,
            easing: None,
            undone: None,
            part_of,
            before: None,
        };
        Order { action, change, notice: tells.then(|| kind(what).word()), text: ask.text.clone() }
    }

    async fn part(&self, ask: &Ask) -> Result<Part, Refusal> {
        Ok(match ask.action {
            ActionKind::Block => self.block(ask)?,
            ActionKind::Unblock => {
                let network = network(ask)?;
                Part::new(ActionKind::Unblock, network.to_string(), Change::Unblock(network))
            }
            ActionKind::LogoutAll => self.logout(ask).await?,
            ActionKind::RotateKeys => self.rotate(ask),
            ActionKind::EndApiKeys => {
                let (whom, scope) = self.whom(ask).await?;
                Part::new(ActionKind::EndApiKeys, scope, Change::EndKeys(whom))
            }
            ActionKind::ForcePasswordReset => {
                let (whom, scope) = self.whom(ask).await?;
                let but = self.by.signed.filter(|_| !ask.me_too).map(|who| who.account);
                let change = Change::ForceReset { whom, but, keys: ends_keys(ask)? };
                Part::new(ActionKind::ForcePasswordReset, scope, change)
            }
            ActionKind::Tighten => Part::new(ActionKind::Tighten, classes(ask)?.join(","), Change::Stands),
            ActionKind::ChallengeAll => Part::new(ActionKind::ChallengeAll, "strangers", Change::Stands),
            ActionKind::Relax => {
                let until = self.now.plus(seconds(ask.over_s).unwrap_or_default());
                Part { until: Some(until), ..Part::new(ActionKind::Relax, "all", Change::Relax(until)) }
            }
            ActionKind::Notify => self.notify(ask).await?,
            ActionKind::Disable | ActionKind::Enable | ActionKind::RemoveFactors => {
                self.account_part(ask).await?
            }
            ActionKind::Contain => return Err(wrong("action", "a playbook holds no playbook")),
        })
    }

    fn block(&self, ask: &Ask) -> Result<Part, Refusal> {
        let network = network(ask)?;
        if block::is_too_wide(network) {
            return Err(wrong("network", "is too wide; the widest are /8 for IPv4 and /16 for IPv6"));
        }
        let own = self.by.address.is_some_and(|address| network.contains(&address.to_canonical()));
        if own || self.desk.blocks.holds_allowed(&network) {
            return Err(Code::LocksYouOut.into());
        }
        let until = seconds(ask.for_s).map(|span| self.now.plus(span));
        let block = Block {
            network,
            hand: Hand::Operator,
            since: self.now,
            until,
            why: ask.why.clone().unwrap_or_default(),
            who: self.by.name.clone(),
        };
        let change = Change::Block { block, most: self.desk.most };
        Ok(Part { until, ..Part::new(ActionKind::Block, network.to_string(), change) })
    }

    async fn logout(&self, ask: &Ask) -> Result<Part, Refusal> {
        let (whom, scope) = self.whom(ask).await?;
        let since = ask.since.as_deref().map(|text| {
            let moment = Timestamp::parse(text);
            moment.ok_or_else(|| {
                wrong("since", "must be a date (2026-01-17) or a moment (2026-01-17T00:00:00Z)")
            })
        });
        let but = self.by.signed.filter(|_| !ask.me_too).map(|who| who.family);
        let change = Change::EndSignIns { whom, since: since.transpose()?, but };
        Ok(Part::new(ActionKind::LogoutAll, scope, change))
    }

    fn rotate(&self, ask: &Ask) -> Part {
        let names = token::signing_names(self.desk.schedule, self.now);
        let seed = || token::SigningKey::fresh_seed(self.desk.chance.as_ref());
        let fresh = names.into_iter().map(|name| (name, seed())).collect();
        let until = (!ask.now).then(|| self.now.plus(self.desk.schedule.after));
        let scope = if ask.now { "signing, at once" } else { "signing" };
        Part::new(ActionKind::RotateKeys, scope, Change::RotateSigning { fresh, until })
    }

    async fn notify(&self, ask: &Ask) -> Result<Part, Refusal> {
        if ask.text.as_ref().is_none_or(|text| text.trim().is_empty()) {
            return Err(wrong("text", "must say what people are told"));
        }
        let (whom, scope) = self.whom(ask).await?;
        Ok(Part::new(ActionKind::Notify, scope, Change::Notify(whom)))
    }

    async fn account_part(&self, ask: &Ask) -> Result<Part, Refusal> {
        let named = ask.account.as_deref().ok_or_else(|| wrong("account", "must name one"))?;
        let account = self.account(named).await?;
        let mine = self.by.signed.is_some_and(|who| who.account == account);
        if mine && !ask.me_too && ask.action != ActionKind::Enable {
            return Err(Code::LocksYouOut.into());
        }
        let change = match ask.action {
            ActionKind::Disable => Change::Disable(account),
            ActionKind::Enable => Change::Enable(account),
            _ => Change::RemoveFactors(account),
        };
        Ok(Part::new(ask.action, account.to_string(), change))
    }

    /// Exactly one way to say who is meant.
    async fn whom(&self, ask: &Ask) -> Result<(Whom, String), Refusal> {
        match (&ask.account, &ask.role, &ask.scope) {
            (Some(named), None, None) => {
                let account = self.account(named).await?;
                Ok((Whom::Account(account), account.to_string()))
            }
            (None, Some(word), None) => {
                let role = Role::parse(word).ok_or_else(|| wrong("role", "must be one of user, admin"))?;
                Ok((Whom::Role(role), format!("role {word}")))
            }
            (None, None, Some(word)) if word == EVERYBODY => Ok((Whom::All, EVERYBODY.to_owned())),
            (None, None, Some(_)) => Err(wrong("scope", "must be everybody")),
            (None, None, None) => Err(wrong("scope", "say whose: account, role, or scope: everybody")),
            _ => Err(wrong("scope", "send exactly one of account, role and scope")),
        }
    }

    /// An account by its identifier or address.
    async fn account(&self, named: &str) -> Result<AccountId, Refusal> {
        let unknown = || Refusal::because(Code::NotFound, "There is no such account.");
        if let Some(id) = AccountId::parse(named) {
            return Ok(id);
        }
        let email = Email::parse(named).map_err(|_| unknown())?;
        let account = self.desk.store.accounts.by_email(email.as_str()).await?;
        account.map(|account| account.id).ok_or_else(unknown)
    }
}

/// The one word for all there are: it is long enough to be meant.
const EVERYBODY: &str = "everybody";

/// Whether a forced reset ends API keys too: who knew the password may have made some.
fn ends_keys(ask: &Ask) -> Result<bool, Refusal> {
    match ask.keys.as_deref() {
        None | Some("revoke") => Ok(true),
        Some("keep") => Ok(false),
        Some(_) => Err(wrong("keys", "must be one of revoke, keep")),
    }
}

fn network(ask: &Ask) -> Result<IpNet, Refusal> {
    let network = ask.network.as_deref().and_then(block::parse);
    network.ok_or_else(|| {
        wrong("network", "must be an address or a network, e.g. 203.0.113.7 or 203.0.113.0/24")
    })
}

/// The classes that are meant, each once; none is all that are worth it.
fn classes(ask: &Ask) -> Result<Vec<&'static str>, Refusal> {
    let known = |word: &str| Class::ALL.into_iter().find(|class| class.word() == word);
    if ask.classes.iter().any(|word| known(word).is_none()) {
        let words = Class::ALL.map(Class::word).join(", ");
        return Err(wrong("classes", &format!("must be of {words}")));
    }
    let named = |class: &Class| ask.classes.iter().any(|word| word == class.word());
    let meant = |class: &Class| if ask.classes.is_empty() { *class != Class::Static } else { named(class) };
    Ok(Class::ALL.into_iter().filter(meant).map(Class::word).collect())
}
