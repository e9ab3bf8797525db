//! Browser sessions: an opaque cookie, known by its hash, answered from memory.
//!
//! Every live session is in memory, as it is in the store: the store is told first. What is only in memory is when a
//! session was last used, which is written down now and then.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use aspis_core::{
    chance::{self, Chance},
    clock::Timestamp,
    ids::{AccountId, FamilyId},
    principal::{Role, SignedIn},
    scenario::session_hijacking::{
        binding::{self, Binding},
        lifetime::Lifetime,
    },
    secret::SecretText,
};
use aspis_store::sessions::Family;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::visitor::shown_agent;
use crate::{hex, token::Presenter};

mod follow;

/// A session by the hash of its cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionKey([u8; 32]);

impl SessionKey {
    /// The bytes, for what is bound to the session.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// How long sessions live, and what they are bound to.
#[derive(Debug, Clone, Copy)]
pub struct Sessions {
    /// From its beginning to its end.
    pub absolute: std::time::Duration,
    /// From one request to the end, if none follows.
    pub idle: std::time::Duration,
    /// What becomes of one that is used from elsewhere.
    pub binding: Binding,
}

/// A session cookie of chance.
pub(super) fn fresh(chance: &dyn Chance) -> SecretText {
    SecretText::new(format!("aspis_ss_{}", URL_SAFE_NO_PAD.encode(chance::bytes::<32>(chance))))
}

/// What the store keeps of a cookie.
pub(super) fn hash(cookie: &str) -> String {
    hex::sha256(cookie.as_bytes())
}

/// What memory keeps of it.
pub(super) fn key(cookie: &str) -> SessionKey {
    SessionKey(Sha256::digest(cookie.as_bytes()).into())
}

/// One session in memory.
#[derive(Debug)]
struct Live {
    who: SignedIn,
    created: Timestamp,
    client: String,
    agent: String,
    used: AtomicI64,
    saved: AtomicI64,
    moved: AtomicBool,
}

/// What is found of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// It is good. `noted`: something small about it changed, for the first time.
    Good { who: SignedIn, moved: bool, noted: bool },
    /// It is from elsewhere, and is to be ended.
    Elsewhere(SignedIn),
    /// There is none, or it is over.
    Over,
}

/// Every live session.
#[derive(Debug)]
pub(super) struct Browsers {
    rules: Sessions,
    live: RwLock<Map>,
}

#[derive(Debug, Default)]
struct Map {
    sessions: HashMap<SessionKey, Arc<Live>>,
    families: HashMap<FamilyId, SessionKey>,
    /// How often factors have left accounts.
    weakened: u64,
}

impl Live {
    fn new(family: &Family, role: Role) -> Self {
        let who = SignedIn { account: family.account, family: family.id, role, strong: family.strong };
        Self {
            who,
            created: family.created,
            client: family.client.clone(),
            agent: family.agent.clone(),
            used: AtomicI64::new(family.used.0),
            saved: AtomicI64::new(family.used.0),
            moved: AtomicBool::new(false),
        }
    }
}

impl Map {
    fn of(&self, family: FamilyId) -> Option<(&SessionKey, &Arc<Live>)> {
        let key = self.families.get(&family)?;
        Some((key, self.sessions.get(key)?))
    }

    /// In place of the one that its family had before.
    fn put(&mut self, key: SessionKey, live: Live) {
        if let Some(old) = self.families.insert(live.who.family, key) {
            self.sessions.remove(&old);
        }
        self.sessions.insert(key, Arc::new(live));
    }

    fn end(&mut self, family: FamilyId) {
        if let Some(key) = self.families.remove(&family) {
            self.sessions.remove(&key);
        }
    }
}

impl Browsers {
    pub(super) fn new(rules: Sessions) -> Self {
        Self { rules, live: RwLock::default() }
    }

    /// Takes a session in, in place of one that its family had before.
    pub(super) fn add(&self, family: &Family, role: Role) {
        let Some(key) = family.cookie.as_deref().and_then(from_hex) else { return };
        self.map_mut().put(key, Live::new(family, role));
    }

    /// What a factor proved that is gone proves nothing any more.
    pub(super) fn weaken(&self, account: AccountId) {
        let mut map = self.map_mut();
        map.weakened += 1;
        for live in map.sessions.values_mut().filter(|live| live.who.account == account) {
            let weaker = Live {
                who: SignedIn { strong: false, ..live.who },
                created: live.created,
                client: live.client.clone(),
                agent: live.agent.clone(),
                used: AtomicI64::new(live.used.load(Ordering::Relaxed)),
                saved: AtomicI64::new(live.saved.load(Ordering::Relaxed)),
                moved: AtomicBool::new(live.moved.load(Ordering::Relaxed)),
            };
            *live = Arc::new(weaker);
        }
    }

    /// Forgets the session of a family.
    pub(super) fn end(&self, family: FamilyId) {
        self.map_mut().end(family);
    }

    /// Judges a cookie, and counts its use.
    pub(super) fn find(&self, key: SessionKey, by: &Presenter<'_>, now: Timestamp) -> Found {
        let live = self.map().sessions.get(&key).cloned();
        let Some(live) = live.filter(|live| !self.is_over(live, now)) else { return Found::Over };
        let agent_changed = shown_agent(&String::from_utf8_lossy(by.agent)) != live.agent;
        let client_changed = by.client.to_string() != live.client;
        match binding::judge(self.rules.binding, client_changed, agent_changed) {
            binding::Verdict::End => Found::Elsewhere(live.who),
            verdict => {
                live.used.fetch_max(now.0, Ordering::Relaxed);
                let moved = verdict == binding::Verdict::StepUp;
                let noted = verdict != binding::Verdict::Same && !live.moved.swap(true, Ordering::Relaxed);
                Found::Good { who: live.who, moved, noted }
            }
        }
    }

    fn is_over(&self, live: &Live, now: Timestamp) -> bool {
        let span = Lifetime { idle: self.rules.idle, absolute: self.rules.absolute };
        !span.is_alive(live.created, Timestamp(live.used.load(Ordering::Relaxed)), now)
    }

    /// Uses that are not written down yet; they count as written from here on.
    pub(super) fn unsaved(&self) -> Vec<(FamilyId, Timestamp)> {
        let map = self.map();
        let fresh = |live: &Arc<Live>| {
            let used = live.used.load(Ordering::Relaxed);
            (live.saved.swap(used, Ordering::Relaxed) != used).then_some((live.who.family, Timestamp(used)))
        };
        map.sessions.values().filter_map(fresh).collect()
    }

    /// Forgets sessions that are over; their families.
    pub(super) fn sweep(&self, now: Timestamp) -> Vec<FamilyId> {
        let mut map = self.map_mut();
        let over = map.sessions.values().filter(|live| self.is_over(live, now));
        let over: Vec<FamilyId> = over.map(|live| live.who.family).collect();
        for family in &over {
            map.end(*family);
        }
        over
    }

    fn map(&self) -> RwLockReadGuard<'_, Map> {
        self.live.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn map_mut(&self) -> RwLockWriteGuard<'_, Map> {
        self.live.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn from_hex(text: &str) -> Option<SessionKey> {
    let digit = |at: usize| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..32).map(digit).collect();
    bytes?.try_into().ok().map(SessionKey)
}
