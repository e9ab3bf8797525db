//! The rules of core over facts that all nodes share.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use aspis_core::{
    chance::{self, Chance},
    client::Client,
    scenario::brute_force::tries::{
        Attempt, NameKey, Need, Outcome, Rules, Sides, Signs, SiteChange, SiteFacts,
    },
};
use async_trait::async_trait;
use tokio::sync::Mutex;

use super::{Failures, Try};
use crate::{
    StoreError, Stored,
    fleeting::{
        contended::{Contended, TURNS},
        facts::{About, Change, Facts, Listed, Loaded, Place},
    },
};

/// Tries that are counted in a home of facts.
pub struct KeptFailures {
    facts: Arc<dyn Facts>,
    chance: Arc<dyn Chance>,
    rules: RwLock<Rules>,
    /// Tries of this node count into the site one after the other: only nodes can get into each other's way.
    site: Mutex<()>,
}

/// Facts that are not ours.
#[derive(Debug, thiserror::Error)]
#[error("what is kept of failures cannot be read")]
struct Unreadable;

/// What was loaded of one attempt, and what was made of it.
struct Known {
    sides: Sides,
    site: SiteFacts,
    was: Vec<Option<Vec<u8>>>,
    now: Duration,
}

impl KeptFailures {
    /// Counts in `facts`; `chance` names the tries.
    pub fn new(facts: Arc<dyn Facts>, chance: Arc<dyn Chance>, rules: Rules) -> Self {
        Self { facts, chance, rules: RwLock::new(rules), site: Mutex::new(()) }
    }

    fn rules(&self) -> Rules {
        *self.rules.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of an attempt and the site.
    async fn known(&self, places: [Place; 2], rules: &Rules) -> Stored<Known> {
        let [source, name] = places;
        let Loaded { now, facts } = self.facts.load(&[source, name, site()]).await?;
        let [source, name, site] = [0, 1, 2].map(|nth| facts.get(nth).and_then(Option::as_deref));
        let read = || Some((Sides::read(source, name)?, SiteFacts::read(site, rules.site, now)?));
        let (sides, site) = read().ok_or_else(|| StoreError::because(Unreadable))?;
        Ok(Known { now: sides.moment(now), sides, site, was: facts })
    }

    /// Writes both sides, if nobody has meanwhile.
    async fn keep(&self, attempt: &Attempt, known: &Known, rules: &Rules) -> Stored<bool> {
        let mut was = known.was.iter().cloned();
        let changes: Vec<_> = places(attempt)
            .into_iter()
            .zip(known.sides.write())
            .map(|(place, becomes)| Change { place, was: was.next().flatten(), becomes })
            .collect();
        let left = known.sides.locked(known.now, rules);
        let listed = is_strangers(attempt).then_some(Listed { name: attempt.name.0, left });
        self.facts.swap(&changes, Sides::kept(rules), listed).await
    }

    /// Changes what is known of the site, and tells what is new.
    async fn change_site(
        &self,
        change: impl Fn(&mut SiteFacts, Duration) + Send + Sync,
    ) -> Stored<Option<SiteChange>> {
        let (rules, _turn) = (self.rules().site, self.site.lock().await);
        for _ in 0..TURNS {
            let Loaded { now, facts } = self.facts.load(&[site()]).await?;
            let was = facts.into_iter().next().flatten();
            let site = SiteFacts::read(was.as_deref(), rules, now);
            let mut facts = site.ok_or_else(|| StoreError::because(Unreadable))?;
            change(&mut facts, now);
            let told = facts.change();
            let becomes = facts.write();
            let changes = [Change { place: self::site(), was, becomes }];
            if self.facts.swap(&changes, SiteFacts::kept(&rules), None).await? {
                return Ok(told);
            }
        }
        Err(StoreError::because(Contended))
    }
}

#[async_trait]
impl Failures for KeptFailures {
    async fn look(&self, attempt: &Attempt) -> Stored<Need> {
        let rules = self.rules();
        let known = self.known(places(attempt), &rules).await?;
        Ok(known.sides.need(attempt, known.site.is_attacked(), known.now, &rules))
    }

    async fn begin(&self, attempt: Attempt) -> Stored<Result<Try, Need>> {
        let rules = self.rules();
        let id = u64::from_be_bytes(chance::bytes(&*self.chance));
        // Each turn that is lost was won by another try, and a name has few before it is locked.
        for _ in 0..TURNS {
            let mut known = self.known(places(&attempt), &rules).await?;
            match known.sides.need(&attempt, known.site.is_attacked(), known.now, &rules) {
                Need::Nothing => known.sides.begin(id, &attempt, known.now, &rules),
                need => return Ok(Err(need)),
            }
            if self.keep(&attempt, &known, &rules).await? {
                return Ok(Ok(Try { id, attempt, is_shared: true, own: None }));
            }
        }
        Err(StoreError::because(Contended))
    }

    async fn settle(&self, one: Try, outcome: Outcome) -> Stored<Signs> {
        let (rules, Try { id, attempt, .. }) = (self.rules(), one);
        for _ in 0..TURNS {
            let mut known = self.known(places(&attempt), &rules).await?;
            let signs = known.sides.settle(id, &attempt, outcome, known.now, &rules);
            if self.keep(&attempt, &known, &rules).await? {
                let count = |site: &mut SiteFacts, now| site.settle(attempt.client, outcome, now);
                let site = if outcome == Outcome::Void { None } else { self.change_site(count).await? };
                return Ok(Signs { site, ..signs });
            }
        }
        Err(StoreError::because(Contended))
    }

    async fn locked(&self) -> Stored<Vec<(NameKey, Duration)>> {
        let listed = self.facts.listed().await?;
        Ok(listed.into_iter().map(|(name, left)| (NameKey(name), left)).collect())
    }

    async fn lift(&self, name: NameKey) -> Stored<bool> {
        let rules = self.rules();
        let place = Place { about: About::Name, id: Sides::place_of_name(name).to_vec() };
        for _ in 0..TURNS {
            let Loaded { now, facts } = self.facts.load(std::slice::from_ref(&place)).await?;
            let Some(was) = facts.into_iter().next().flatten() else { return Ok(false) };
            let sides = Sides::read(None, Some(&was));
            let mut sides = sides.ok_or_else(|| StoreError::because(Unreadable))?;
            let locked = sides.lift(sides.moment(now), &rules);
            let [_, becomes] = sides.write();
            let changes = [Change { place: place.clone(), was: Some(was), becomes }];
            let off = Some(Listed { name: name.0, left: None });
            if self.facts.swap(&changes, Sides::kept(&rules), off).await? {
                return Ok(locked);
            }
        }
        Err(StoreError::because(Contended))
    }

    async fn failures(&self, client: Client) -> Stored<u32> {
        let rules = self.rules();
        let place = Place { about: About::Source, id: Sides::place_of_client(client).to_vec() };
        let Loaded { now, facts } = self.facts.load(&[place]).await?;
        let sides = Sides::read(facts.first().and_then(Option::as_deref), None);
        let sides = sides.ok_or_else(|| StoreError::because(Unreadable))?;
        Ok(sides.failures(sides.moment(now), &rules))
    }

    async fn site_under_attack(&self) -> Stored<bool> {
        let Loaded { now, facts } = self.facts.load(&[site()]).await?;
        let site = SiteFacts::read(facts.first().and_then(Option::as_deref), self.rules().site, now);
        Ok(site.ok_or_else(|| StoreError::because(Unreadable))?.is_attacked())
    }

    async fn tick(&self) -> Stored<Option<SiteChange>> {
        let Loaded { now, facts } = self.facts.load(&[site()]).await?;
        let site = SiteFacts::read(facts.first().and_then(Option::as_deref), self.rules().site, now);
        let news = site.ok_or_else(|| StoreError::because(Unreadable))?.change();
        // Nothing is written while there is nothing to tell.
        if news.is_none() { Ok(None) } else { self.change_site(|_, _| {}).await }
    }

    fn life(&self) -> u64 {
        self.facts.life()
    }

    fn follow(&self, rules: &Rules) {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = *rules;
    }
}

fn places(attempt: &Attempt) -> [Place; 2] {
    let [source, name] = Sides::places(attempt).map(|id| id.to_vec());
    [Place { about: About::Source, id: source }, Place { about: About::Name, id: name }]
}

fn site() -> Place {
    Place { about: About::Site, id: Vec::new() }
}

/// Only what is locked for strangers is on the list.
fn is_strangers(attempt: &Attempt) -> bool {
    attempt.lane == aspis_core::scenario::brute_force::tries::Lane::Everyone
}

impl fmt::Debug for KeptFailures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptFailures").field("facts", &self.facts).finish_non_exhaustive()
    }
}
