//! The incidents of a running server: what is in force, and what is done about it in the background.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aspis_core::{
    alert::{Alert, Severity, Turn},
    block,
    client::Client,
    event::{Event, Kind},
    posture::{Easing, STEPS},
    refusal::{Code, Refusal, Rule},
};
use aspis_guard::{blocks::Blocks, corridor::Posture, surface::Class};
use aspis_store::actions::{Action, ActionKind};
use aspis_watch::alerts::Hears;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use super::{
    Desk,
    automatic::{AutoRules, Wish},
    letters::Letters,
    owed::Owed,
};

/// The rule of alarm of clients that send hostile input again and again.
const HOSTILE: &str = "hostile.by_client";
/// The same of those whose browser a page of another site may have had send it.
const LURED: &str = "hostile.lured";
/// The rule of alarm of keys that are laid out to be stolen.
const HONEY: &str = "key.honey_used";
/// Wishes that wait, at most.
const WAITING: usize = 10_000;

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
    came: Notify,
    pub(super) letters: Letters,
    /// What the store has done and could not be read since.
    owed: Mutex<Owed>,
    /// What operators began is done to its end, also when they have gone.
    doing: TaskTracker,
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
            came: Notify::new(),
            letters: Letters::default(),
            owed: Mutex::default(),
            doing: TaskTracker::new(),
        };
        incidents.read_blocks().await?;
        incidents.read_standing().await?;
        Ok(incidents)
    }

    /// Takes the blocks that the store knows.
    pub(crate) async fn read_blocks(&self) -> Result<(), aspis_store::StoreError> {
        let _mine = self.turn.lock().await;
        let blocks = self.desk.store.blocks.blocks(self.desk.clock.now()).await?;
        self.blocks.set(&blocks);
        Ok(())
    }

    /// Takes what the store knows to be tightened.
    pub(crate) async fn read_standing(&self) -> Result<(), aspis_store::StoreError> {
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

    /// Does something to its end, also when whoever asked for it has gone.
    pub(crate) async fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Refusal>> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.doing.spawn(work).await.unwrap_or_else(|_| Err(Refusal::new(Code::Internal)))
    }

    /// Waits until what was begun is done. To be called when no request is at work any more.
    pub(crate) async fn close(&self) {
        self.doing.close();
        self.doing.wait().await;
    }

    /// Has something read anew the next time.
    pub(super) fn owe(&self, left: Owed) {
        let mut owed = lock(&self.owed);
        *owed = owed.and(left);
    }

    /// What is to be read anew: from now on whoever asks has to.
    pub(super) fn owed(&self) -> Owed {
        std::mem::take(&mut *lock(&self.owed))
    }

    /// Waits until there is something to do.
    pub(crate) async fn came(&self) {
        self.came.notified().await;
    }

    /// Shuts out whoever alerts say, and forgets blocks that are over. To be called when something came, and every few
    /// seconds.
    pub(super) async fn keep(&self) -> Result<(), Refusal> {
        let granted = self.grant().await;
        let now = self.desk.clock.now();
        for block in self.desk.store.blocks.sweep_blocks(now).await? {
            self.say(&block, Kind::BlockEnded, now, None);
        }
        granted
    }

    /// Shuts out whoever alerts say. What fails is tried again.
    async fn grant(&self) -> Result<(), Refusal> {
        while let Some(wish) = { lock(&self.wishes).pop_front() } {
            if let Err(refusal) = self.block_automatically(wish.client, wish.rule, wish.count).await {
                lock(&self.wishes).push_front(wish);
                return Err(refusal);
            }
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
