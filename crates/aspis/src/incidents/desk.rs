//! The desk: takes an ask, has it carried out in the store, and says so.

use std::{net::IpAddr, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use aspis_core::{
    chance::Chance,
    clock::Clock,
    event::{Event, Kind, Sink, Source},
    ids::ActionId,
    principal::SignedIn,
    refusal::{Code, Refusal, Rule},
    scenario::token_theft::signing::Schedule,
};
use aspis_guard::blocks::Blocks;
use aspis_store::{
    Durable,
    actions::{Action, ActionKind, Done, Obstacle, Order, Undo},
};

use super::{Ask, fields, plan::Plan, playbooks::Playbook};

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) struct By {
    /// What the record says: an account, or a system user.
    pub(crate) name: String,
    /// The operator's own sign-in, which is spared.
    pub(crate) signed: Option<SignedIn>,
    /// Where they are, which is not shut out.
    pub(crate) address: Option<IpAddr>,
    /// In which request.
    pub(crate) source: Source,
}

impl By {
    /// A system user, at the machine itself.
    pub(crate) fn system(name: String) -> Self {
        Self { name, signed: None, address: None, source: Source::SERVER }
    }
}

/// What was carried out, or would be.
#[derive(Debug)]
pub(crate) struct Carried {
    pub(crate) orders: Vec<Order>,
    pub(crate) done: Vec<Done>,
    pub(crate) dry: bool,
}

/// What asks are carried out with.
pub(crate) struct Desk {
    pub(crate) store: Durable,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) events: Arc<dyn Sink>,
    /// Who is never shut out.
    pub(crate) blocks: Arc<Blocks>,
    /// How many blocks there may be.
    pub(crate) most: usize,
    /// The rhythm of signing keys.
    pub(crate) schedule: Schedule,
    /// What can be run as one.
    pub(crate) playbooks: ArcSwap<Vec<Playbook>>,
}

/// What is said of a deed.
struct Told<'a> {
    what: &'a str,
    count: Option<u64>,
    why: &'a str,
}

/// The longest text of an operator, in code points.
const WHY: usize = 500;
const TEXT: usize = 1000;
/// The longest block, and the longest way back.
const LONGEST: u64 = 31_536_000;
const WAY_BACK: u64 = 604_800;

impl Desk {
    /// Carries an ask out, or says why not.
    pub(crate) async fn carry_out(&self, ask: &Ask, by: &By) -> Result<Carried, Refusal> {
        judge(ask)?;
        fields::judge(ask, self.playbook(ask)?.as_ref())?;
        let orders = Plan { desk: self, by, now: self.clock.now() }.orders(ask).await?;
        if ask.action == ActionKind::Relax && self.is_idle(&orders).await? {
            return Ok(Carried { orders: Vec::new(), done: Vec::new(), dry: ask.dry_run });
        }
        let done = self.store.actions.carry_out(&orders, ask.dry_run).await?;
        let done = done.map_err(|obstacle| refused(obstacle, ask.action))?;
        let carried = Carried { orders, done, dry: ask.dry_run };
        if !ask.dry_run {
            for (order, done) in carried.orders.iter().zip(&carried.done) {
                let scope = &order.action.scope;
                let told = Told { what: scope, count: Some(done.touched), why: &order.action.why };
                self.say(kind(order.action.kind), by, &told);
            }
        }
        Ok(carried)
    }

    /// True where nothing would be touched: that is neither kept nor told.
    async fn is_idle(&self, orders: &[Order]) -> Result<bool, Refusal> {
        let tried = self.store.actions.carry_out(orders, true).await?;
        Ok(tried.is_ok_and(|done| done.iter().all(|done| done.touched == 0)))
    }

    /// The playbook that is asked for.
    pub(super) fn playbook(&self, ask: &Ask) -> Result<Option<Playbook>, Refusal> {
        if ask.action != ActionKind::Contain {
            return Ok(None);
        }
        let playbooks = self.playbooks.load();
        let wanted = playbooks.iter().find(|playbook| ask.playbook.as_ref() == Some(&playbook.name));
        let unknown = || {
            let names: Vec<&str> = playbooks.iter().map(|playbook| playbook.name.as_str()).collect();
            let detail = format!("must be one of {}", names.join(", "));
            Refusal::field(Code::InvalidInput, "playbook", "invalid", detail)
        };
        wanted.cloned().map(Some).ok_or_else(unknown)
    }

    /// Takes an action back with all its parts, or says why not.
    pub(crate) async fn undo(&self, id: ActionId, by: &By, dry: bool) -> Result<Vec<Action>, Refusal> {
        let held = self.blocks.held(by.address);
        let (at, most) = (self.clock.now(), self.most);
        let undo = Undo { id, who: &by.name, at, dry, held: &held, most };
        let undone = self.store.actions.undo(undo).await?;
        let undone = undone.map_err(|obstacle| match obstacle {
            Obstacle::Unknown => Refusal::because(Code::NotFound, "There is no such action."),
            other => refused(other, ActionKind::Enable),
        })?;
        for action in undone.iter().filter(|_| !dry) {
            let what = format!("{} {}", action.kind.word(), action.scope);
            self.tell(Kind::ActionUndone, by, &what, Some(action.touched));
        }
        Ok(undone)
    }

    /// Says what an operator did.
    pub(crate) fn tell(&self, kind: Kind, by: &By, what: &str, count: Option<u64>) {
        self.say(kind, by, &Told { what, count, why: "" });
    }

    fn say(&self, kind: Kind, by: &By, told: &Told<'_>) {
        let Told { what, count, why } = *told;
        let place = Some(format!("{}: {what}", by.name));
        let Source { client, request } = by.source;
        let rule = Some(Rule { place, count, ..Rule::named(kind.word()) });
        let account = by.signed.map(|who| who.account);
        let event = Event::of_server(kind, self.clock.now());
        let why = Some(why).filter(|why| !why.is_empty()).map(Box::from);
        self.events.record(Event { client, request, account, rule, why, ..event });
    }
}

/// The event of an action.
pub(super) fn kind(kind: ActionKind) -> Kind {
    match kind {
        ActionKind::Block => Kind::BlockBegan,
        ActionKind::Unblock => Kind::BlockEnded,
        ActionKind::LogoutAll => Kind::SignInsEnded,
        ActionKind::RotateKeys | ActionKind::EndApiKeys => Kind::KeysRotated,
        ActionKind::ForcePasswordReset => Kind::PasswordResetForced,
        ActionKind::Tighten => Kind::LimitsTightened,
        ActionKind::ChallengeAll => Kind::ChallengeForced,
        ActionKind::Relax => Kind::LimitsRelaxed,
        ActionKind::Notify => Kind::PeopleNotified,
        ActionKind::Contain => Kind::PlaybookRun,
        ActionKind::Disable => Kind::AccountDisabled,
        ActionKind::Enable => Kind::AccountEnabled,
        ActionKind::RemoveFactors => Kind::FactorsReset,
    }
}

fn refused(obstacle: Obstacle, action: ActionKind) -> Refusal {
    match obstacle {
        Obstacle::Unknown if action == ActionKind::Unblock => Refusal::because(
            Code::NotFound,
            "This network is not shut out. Blocks are lifted as they were made.",
        ),
        Obstacle::Unknown => Refusal::because(Code::NotFound, "There is no such account."),
        Obstacle::LastOperator => Code::LastOperator.into(),
        Obstacle::Settled => Code::CannotBeUndone.into(),
        Obstacle::Full => Code::TooManyBlocks.into(),
        Obstacle::LocksOut => Code::LocksYouOut.into(),
    }
}

/// Texts and spans within their bounds.
fn judge(ask: &Ask) -> Result<(), Refusal> {
    let long = |text: Option<&String>, most| text.is_some_and(|text| text.chars().count() > most);
    for (field, text, most) in [("why", ask.why.as_ref(), WHY), ("text", ask.text.as_ref(), TEXT)] {
        if long(text, most) {
            let detail = format!("must have at most {most} characters");
            return Err(Refusal::field(Code::InvalidInput, field, "length", detail));
        }
        if text.is_some_and(|text| text.chars().any(|c| c.is_control() && c != '\n')) {
            return Err(Refusal::field(
                Code::InvalidInput,
                field,
                "invalid",
                "must not hold control characters",
            ));
        }
    }
    let spans = [("for_s", ask.for_s, 60, LONGEST), ("over_s", ask.over_s, 0, WAY_BACK)];
    for (field, span, least, most) in spans {
        if span.is_some_and(|span| !(least..=most).contains(&span)) {
            let detail = format!("must be from {least} to {most}");
            return Err(Refusal::field(Code::InvalidInput, field, "out_of_range", detail));
        }
    }
    Ok(())
}

/// A span that was asked for.
pub(super) fn seconds(span: Option<u64>) -> Option<Duration> {
    span.map(Duration::from_secs)
}
