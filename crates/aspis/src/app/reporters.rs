//! The list of public keys that reports of leaked keys are signed by, as somebody else keeps it.
//!
//! It is fetched at the start, each hour, and when a report names a key that is not known, once a minute at most, whoever
//! sends it. While it cannot be fetched or read, the keys that are known go on. The fetching is a task of its own, so that
//! nobody who hangs up can stop it. Deliberately not here: what a signature is.

use std::{pin::pin, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use aspis_core::{clock::Clock, scenario::key_leakage::report::github::PublicKeys};
use aspis_market::sources::{self, Address, Limits};
use tokio::{
    sync::{Notify, Semaphore, watch},
    time::{sleep, timeout},
};

use super::App;

/// How often it is fetched where nothing asks for it: a key that is taken back is good no longer than this.
const AGAIN: Duration = Duration::from_secs(3600);
/// How long after one try there is no other.
const PAUSE: Duration = Duration::from_secs(60);
/// How long a report waits for the list.
const PATIENCE: Duration = Duration::from_secs(20);
/// Reports that wait for it at once, so that made-up names fill no more places than these.
const WAITING: usize = 16;
/// The longest list.
const LONGEST: usize = 1 << 20;

/// How the fetching stands.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    asking: bool,
    /// Tries that have ended.
    ended: u64,
    /// When the last one began, by the clock that never goes back.
    begun: Option<Duration>,
}

/// The keys of those who may report.
pub(crate) struct Reporters {
    list: Option<Address>,
    clock: Arc<dyn Clock>,
    known: ArcSwap<PublicKeys>,
    wanted: Notify,
    state: watch::Sender<State>,
    waiting: Semaphore,
}

impl Reporters {
    /// Those of a list; nothing is fetched before [`Reporters::keep`].
    pub(super) fn of(list: Option<&Address>, clock: &Arc<dyn Clock>) -> Self {
        Self {
            list: list.cloned(),
            clock: Arc::clone(clock),
            known: ArcSwap::default(),
            wanted: Notify::new(),
            state: watch::Sender::default(),
            waiting: Semaphore::new(WAITING),
        }
    }

    /// True where there is a list.
    pub(crate) fn has_list(&self) -> bool {
        self.list.is_some()
    }

    /// True where a key of the list has signed these bytes. For a name that is not known it may be fetched anew.
    pub(crate) async fn have_signed(&self, name: &str, signature: &str, body: &[u8]) -> bool {
        if self.list.is_some() && !self.known.load().knows(name) {
            self.hear_anew().await;
        }
        self.known.load().have_signed(name, signature, body)
    }

    /// Waits for the try that goes on, or for one that begins now; for none where the last was a moment ago.
    async fn hear_anew(&self) {
        let Ok(_place) = self.waiting.try_acquire() else { return };
        let mut state = self.state.subscribe();
        let now = *state.borrow_and_update();
        if !now.asking && !self.is_due(now) {
            return;
        }
        self.wanted.notify_one();
        // Who waited in vain has the keys of before.
        let _ = timeout(PATIENCE, state.wait_for(|later| later.ended > now.ended)).await;
    }

    fn is_due(&self, state: State) -> bool {
        state.begun.is_none_or(|begun| self.clock.uptime().saturating_sub(begun) >= PAUSE)
    }

    /// Fetches now, and again when it is time or somebody asks, until it is told to stop.
    async fn keep(&self, stop: impl Future<Output = ()>) {
        let Some(list) = &self.list else { return };
        let mut stop = pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => return,
                () = self.fetch(list) => {}
            }
            tokio::select! {
                () = &mut stop => return,
                () = self.wish() => {}
                () = sleep(AGAIN) => {}
            }
        }
    }

    /// A wish that is not too early.
    async fn wish(&self) {
        loop {
            self.wanted.notified().await;
            let state = *self.state.borrow();
            if self.is_due(state) {
                return;
            }
        }
    }

    async fn fetch(&self, list: &Address) {
        let begun = Some(self.clock.uptime());
        self.state.send_modify(|state| *state = State { asking: true, begun, ..*state });
        match read(list, &self.clock).await {
            Ok(keys) => self.known.store(Arc::new(keys)),
            Err(why) => tracing::warn!(why, "the list at keys.leak_keys_url was not taken; known keys go on"),
        }
        self.state.send_modify(|state| *state = State { asking: false, ended: state.ended + 1, ..*state });
    }
}

/// What is there now, or why it is nothing.
async fn read(list: &Address, clock: &Arc<dyn Clock>) -> Result<PublicKeys, String> {
    let seconds = Duration::from_secs;
    let limits = Limits {
        connect: seconds(5),
        head: seconds(5),
        body: seconds(5),
        bytes: LONGEST,
        ..Limits::default()
    };
    let document =
        sources::document(list, limits, Arc::clone(clock)).await.map_err(|fault| fault.to_string())?;
    PublicKeys::read_known(&document).map_err(|error| error.to_string())
}

impl App {
    /// Keeps the list of those who may report leaked keys, until it is told to stop.
    pub async fn keep_reporters(&self, stop: impl Future<Output = ()>) {
        self.reporters.keep(stop).await;
    }
}
