//! The incidents of a running server: what is in force, and what is done about it in the background.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aspis_core::{
    alert::{Alert, Severity, Turn},
    block,
    client::Client,
    clock::Timestamp,
    event::{Event, Kind},
    ids::{AccountId, ActionId},
    posture::{Easing, STEPS},
    refusal::{Refusal, Rule},
};
use aspis_guard::{blocks::Blocks, corridor::Posture, surface::Class};
use aspis_store::actions::{Action, ActionKind};
use aspis_watch::alerts::Hears;
use tokio::sync::Notify;

use super::{
    Desk,
    automatic::{AutoRules, Wish},
};

/// The rule of alarm of clients that send hostile input again and again.
const HOSTILE: &str = "hostile.by_client";
/// The same of those whose browser a page of another site may have had send it.
const LURED: &str = "hostile.lured";
/// The rule of alarm of keys that are laid out to be stolen.
const HONEY: &str = "key.honey_used";
/// Letters and wishes that wait, at most.
const WAITING: usize = 10_000;

/// A letter to those whom an action touched.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) kind: Kind,
    pub(super) action: ActionId,
    pub(super) at: Timestamp,
    pub(super) accounts: Vec<AccountId>,
    pub(super) text: Option<String>,
}

/// What operators and the server itself do against attackers.
pub(crate) struct Incidents {
    pub(crate) desk: Desk,
    pub(crate) blocks: Arc<Blocks>,
    pub(super) auto: AutoRules,
    /// What is tightened, as far as the store knows.
    standing: Mutex<Vec<Action>>,
    /// Whose turn it is to read: of two at once the later one has the later word.
    turn: tokio::sync::Mutex<()>,
    wishes: Mutex<VecDeque<Wish>>,
    letters: Mutex<VecDeque<Told>>,
    came: Notify,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Incidents {
    /// Reads what is in force.
    pub(crate) async fn open(desk: Desk, auto: AutoRules) -> Result<Self, aspis_store::StoreError> {
        let incidents = Self {
            blocks: Arc::clone(&desk.blocks),
            desk,
            auto,
            standing: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            wishes: Mutex::default(),
            letters: Mutex::default(),
            came: Notify::new(),
        };
        incidents.read_blocks().await?;
        incidents.read_standing().await?;
        Ok(incidents)
    }

    /// Takes the blocks that the store knows.
    pub(super) async fn read_blocks(&self) -> Result<(), aspis_store::StoreError> {
        let _mine = self.turn.lock().await;
        let blocks = self.desk.store.blocks.blocks(self.desk.clock.now()).await?;
        self.blocks.set(&blocks);
        Ok(())
    }

    /// Takes what the store knows to be tightened.
    pub(super) async fn read_standing(&self) -> Result<(), aspis_store::StoreError> {
        let _mine = self.turn.lock().await;
        let standing = self.desk.store.actions.standing(self.desk.clock.now()).await?;
        *lock(&self.standing) = standing;
        Ok(())
    }

    /// What is harder than the settings say, now.
    pub(crate) fn posture(&self) -> Posture {
        let (now, mut posture) = (self.desk.clock.now(), Posture::default());
        let standing = lock(&self.standing);
        for action in standing.iter().filter(|action| action.until.is_none_or(|until| now < until)) {
            let easing = action.easing.zip(action.until).map(|(from, until)| Easing { from, until });
            let step = easing.map_or(0, |easing| easing.step(now));
            posture.challenge |= action.kind == ActionKind::ChallengeAll;
            let tightened = |class: &&Class| {
                action.kind == ActionKind::Tighten && action.scope.split(',').any(|word| word == class.word())
            };
            for class in Class::ALL.iter().filter(tightened) {
                let known = &mut posture.steps[*class as usize];
                *known = Some(known.unwrap_or(STEPS).min(step));
            }
        }
        posture
    }

    /// Has letters sent soon.
    pub(super) fn write(&self, told: Told) {
        let mut letters = lock(&self.letters);
        if letters.len() >= WAITING {
            tracing::warn!("too many letters about incidents wait; one action's are left out");
            return;
        }
        letters.push_back(told);
        drop(letters);
        self.came.notify_one();
    }

    /// Waits until there is something to do.
    pub(crate) async fn came(&self) {
        self.came.notified().await;
    }

    pub(super) fn next_letter(&self) -> Option<Told> {
        lock(&self.letters).pop_front()
    }

    /// Shuts out whoever alerts say, and forgets blocks that are over. To be called when something came, and every few
    /// seconds.
    pub(crate) async fn keep(&self) -> Result<(), Refusal> {
        while let Some(wish) = { lock(&self.wishes).pop_front() } {
            self.block_automatically(wish.client, wish.rule, wish.count).await?;
        }
        let now = self.desk.clock.now();
        let over = self.desk.store.blocks.sweep_blocks(now).await?;
        if !over.is_empty() {
            self.read_blocks().await?;
        }
        for block in &over {
            self.say(block, Kind::BlockEnded, now, None);
        }
        Ok(())
    }

    /// What pages of others have a client send is shut out from now on, as long as a first block holds.
    fn shun(&self, client: Client, count: u64) {
        let now = self.desk.clock.now();
        let until = now.plus(self.auto.time);
        if self.auto.on && self.blocks.shun(client, now, until) {
            let place = Some(format!("{client}, from other sites"));
            let rule = Rule { place, count: Some(count), ..Rule::named(LURED) };
            let event = Event::of_server(Kind::BlockBegan, now);
            self.desk.events.record(Event { client: Some(client), rule: Some(rule), ..event });
        }
    }

    fn wish(&self, client: Client, rule: &'static str, count: u64) {
        if self.blocks.find(block::of_client(client).addr(), self.desk.clock.now()).is_some() {
            return;
        }
        let mut wishes = lock(&self.wishes);
        let wish = Wish { client, rule, count };
        if wishes.len() < WAITING && wishes.iter().all(|known| known.client != client) {
            wishes.push_back(wish);
            drop(wishes);
            self.came.notify_one();
        }
    }
}

impl Hears for Incidents {
    fn alert(&self, alert: &Alert) {
        let wanted = alert.severity == Severity::Critical && alert.enforced && alert.turn != Turn::Ended;
        // Where there was no room to tell clients apart, it is the one who made it so.
        let client = alert.subject.client().or(alert.client).filter(|_| wanted);
        match (alert.rule, client) {
            (HOSTILE | HONEY, Some(client)) => self.wish(client, alert.rule, alert.count),
            (LURED, Some(client)) => self.shun(client, alert.count),
            _ => {}
        }
    }
}

impl std::fmt::Debug for Incidents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Incidents")
    }
}
