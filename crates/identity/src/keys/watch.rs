//! Odd uses: a key that is used as it never was waits for its owner, or at least that is said.
//!
//! In force first, durable after: the use itself is refused already, and a request does not wait for the store. What a
//! crash loses is found again with the next odd use.

use std::{net::IpAddr, sync::Arc};

use aspis_core::{
    clock::Timestamp,
    event::{Event, Kind, Source},
    ids::KeyId,
    principal::SignedIn,
    refusal::Bound,
    scenario::key_leakage::habits::{self, Odd},
};

use super::{ApiKeys, Code, Refusal, Rule, Visitor, live::Live, unknown};

/// What becomes of a key that is used oddly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stance {
    /// Nothing; nobody looks.
    Off,
    /// It is recorded, and passes.
    Signal,
    /// The key is suspended until its owner says that it is right.
    Suspend,
}

/// The settings of the watch.
#[derive(Debug, Clone, Copy)]
pub struct Watching {
    /// What becomes of a key that is used oddly.
    pub stance: Stance,
    /// What is odd.
    pub habits: habits::Rules,
    /// Calls of a key in a day from which on that is recorded, once a day.
    pub busy: u64,
}

/// A key as it was sent.
#[derive(Debug, Clone, Copy)]
pub struct Sent {
    /// From where.
    pub address: IpAddr,
    /// In which request.
    pub source: Source,
    /// When.
    pub now: Timestamp,
}

/// A suspension that the store has not heard of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Suspension {
    key: KeyId,
    account: aspis_core::ids::AccountId,
    odd: Odd,
    sent: Sent,
}

impl ApiKeys {
    /// Refuses a use that is odd, or only tells of it.
    pub(super) fn watch(self: &Arc<Self>, live: &Arc<Live>, sent: &Sent) -> Result<(), Refusal> {
        use super::live::Opinion;
        let Watching { stance, habits, .. } = self.rules.watching;
        match live.judge(sent.address, sent.now, stance, habits) {
            Opinion::Usual => Ok(()),
            Opinion::Signal(odd) => {
                self.tell_odd(live, odd, sent, false);
                Ok(())
            }
            Opinion::Suspend(odd) => {
                self.tell_odd(live, odd, sent, true);
                self.suspend(live, odd, *sent);
                Err(waits(odd))
            }
            Opinion::Waits(odd) => Err(waits(odd)),
        }
    }

    /// Records that a key has made many calls today, at the first that is too many.
    pub(super) fn tell_busy(
        &self,
        live: &Live,
        calls: u64,
        client: aspis_core::client::Client,
        now: Timestamp,
    ) {
        let most = self.rules.watching.busy;
        if calls != most.saturating_add(1) {
            return;
        }
        let bound = Bound { limit: most, window_s: Some(86_400) };
        let rule = Rule { count: Some(calls), bound: Some(bound), ..Rule::named("keys.busy") };
        self.parts.events.record(Event {
            client: Some(client),
            account: Some(live.keyed.account),
            key: Some(live.keyed.key),
            rule: Some(rule),
            ..Event::of_server(Kind::KeyBusy, now)
        });
    }

    /// Its owner says that what was odd is right.
    pub async fn resume(
        self: &Arc<Self>,
        who: SignedIn,
        key: KeyId,
        visitor: &Visitor,
    ) -> Result<(), Refusal> {
        self.parts.people.fresh(who).await?;
        self.change(|keys| async move { keys.go_on(who, key).await }).await?;
        self.inform(Kind::KeyResumed, key, who.account, visitor).await;
        Ok(())
    }

    async fn go_on(&self, who: SignedIn, key: KeyId) -> Result<(), Refusal> {
        // What is suspended in memory alone is suspended in the store first.
        self.write_suspensions().await;
        let now = self.now();
        let odd = self.parts.store.key_watch.resume_key(who.account, key, now).await?;
        let odd = odd.ok_or_else(unknown)?;
        if let Some(live) = self.index.by_id(key) {
            live.go_on(odd, now);
        }
        Ok(())
    }

    fn tell_odd(&self, live: &Live, odd: Odd, sent: &Sent, enforced: bool) {
        self.parts.events.record(Event {
            client: sent.source.client,
            request: sent.source.request,
            account: Some(live.keyed.account),
            key: Some(live.keyed.key),
            rule: Some(rule_of(odd)),
            enforced,
            ..Event::of_server(Kind::KeySuspended, sent.now)
        });
    }

    fn suspend(self: &Arc<Self>, live: &Live, odd: Odd, sent: Sent) {
        let suspension = Suspension { key: live.keyed.key, account: live.keyed.account, odd, sent };
        self.suspensions().push(suspension);
        let keys = Arc::clone(self);
        self.changing.spawn(async move {
            let _mine = keys.turn.lock().await;
            keys.write_suspensions().await;
        });
    }

    /// Writes down suspensions that the store has not heard of, and tells the owners. What fails is tried again.
    pub(super) async fn write_suspensions(&self) {
        let waiting = std::mem::take(&mut *self.suspensions());
        for suspension in waiting {
            let Suspension { key, account, odd, sent } = suspension;
            let people = &self.parts.people;
            let notice = people.notice_for(Kind::KeySuspended, account, sent.source.client);
            match self.parts.store.key_watch.suspend_key(key, odd, notice.clone()).await {
                Ok(first) => {
                    self.index.by_id(key).inspect(|live| live.suspension_told());
                    if first {
                        people.write_to_owner(&notice).await;
                    }
                }
                Err(error) => {
                    // The conversion logs why.
                    let _ = Refusal::from(error);
                    self.suspensions().push(suspension);
                }
            }
        }
    }

    fn suspensions(&self) -> std::sync::MutexGuard<'_, Vec<Suspension>> {
        self.suspensions.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// What was odd, for the operator.
fn rule_of(odd: Odd) -> Rule {
    match odd {
        Odd::Network(network) => Rule { place: Some(network.to_string()), ..Rule::named("keys.network") },
        Odd::Calls(most) => Rule {
            count: Some(most.saturating_add(1)),
            bound: Some(Bound { limit: most, window_s: Some(86_400) }),
            ..Rule::named("keys.calls")
        },
    }
}

fn waits(odd: Odd) -> Refusal {
    let why = match odd {
        Odd::Network(_) => "it came from a network that it was never used from",
        Odd::Calls(_) => "it made far more calls than on a usual day",
    };
    let said = format!(
        "The key is suspended: {why}. If that is right, its owner resumes it at /api/v1/keys/{{id}}/resume or rotates it."
    );
    Refusal::because(Code::KeySuspended, said).by(rule_of(odd))
}
