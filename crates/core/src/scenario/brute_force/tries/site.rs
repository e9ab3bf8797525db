//! The whole site: many failures, from many clients, and few successes.
//!
//! The window is counted in sixtieths: it never reaches further back than it says, and at most a sixtieth less far.

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};

use super::{SiteChange, SiteRules};
use crate::{client::Client, scenario::brute_force::failures::micros};

const PARTS: usize = 60;

#[derive(Debug)]
pub(super) struct Site {
    rules: SiteRules,
    /// Failures and successes of each part; the part `n` stands at `n % 60`.
    parts: [Part; PARTS],
    /// The part in progress.
    part: u64,
    /// The clients that failed last, the latest last: as many as make an attack.
    clients: VecDeque<(Client, Duration)>,
    attacked: bool,
    told: bool,
    /// Since which part failures have been below half.
    calm: Option<u64>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Part {
    wrong: u32,
    right: u32,
}

/// The same as it is written down.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Packed {
    parts: Vec<(u32, u32)>,
    part: u64,
    clients: Vec<([u8; 16], u64)>,
    attacked: bool,
    told: bool,
    calm: Option<u64>,
}

impl Site {
    pub(super) fn new(rules: SiteRules) -> Self {
        Self {
            rules,
            parts: [Part::default(); PARTS],
            part: 0,
            clients: VecDeque::new(),
            attacked: false,
            told: false,
            calm: None,
        }
    }

    pub(super) fn is_attacked(&self) -> bool {
        self.attacked
    }

    /// Everything that is known, to be written down.
    pub(super) fn pack(&self) -> Packed {
        Packed {
            parts: self.parts.iter().map(|part| (part.wrong, part.right)).collect(),
            part: self.part,
            clients: self.clients.iter().map(|(client, at)| (client.key(), micros(*at))).collect(),
            attacked: self.attacked,
            told: self.told,
            calm: self.calm,
        }
    }

    /// What was written down.
    pub(super) fn unpack(packed: &Packed, rules: SiteRules) -> Self {
        let mut parts = [Part::default(); PARTS];
        for (part, (wrong, right)) in parts.iter_mut().zip(&packed.parts) {
            *part = Part { wrong: *wrong, right: *right };
        }
        let client =
            |(key, at): &([u8; 16], u64)| (Client::from_ip((*key).into()), Duration::from_micros(*at));
        let clients = packed.clients.iter().map(client).collect();
        let Packed { part, attacked, told, calm, .. } = *packed;
        Self { rules, parts, part, clients, attacked, told, calm }
    }

    /// The beginning of the part in progress: no moment before it can be counted any more.
    pub(super) fn latest(&self) -> Duration {
        Duration::from_micros(self.part.saturating_mul(self.length()))
    }

    /// What has changed since this was last asked.
    pub(super) fn change(&mut self) -> Option<SiteChange> {
        if self.attacked == self.told {
            return None;
        }
        self.told = self.attacked;
        Some(if self.attacked { SiteChange::Began } else { SiteChange::Ended })
    }

    /// Moves on to `now`, part by part: an attack ends at its moment, whenever somebody asks.
    pub(super) fn advance(&mut self, now: Duration) {
        let target = self.part_of(now);
        // After twice the window everything is forgotten and every attack over.
        let steps = (target - self.part).min(2 * PARTS as u64 + 1);
        for part in target - steps + 1..=target {
            self.part = part;
            *self.current() = Part::default();
            self.judge_calm();
        }
    }

    pub(super) fn right(&mut self) {
        let part = self.current();
        part.right = part.right.saturating_add(1);
    }

    pub(super) fn wrong(&mut self, client: Client, now: Duration) {
        let part = self.current();
        part.wrong = part.wrong.saturating_add(1);
        self.clients.retain(|(known, _)| *known != client);
        self.clients.push_back((client, now));
        if self.clients.len() > self.rules.clients.max(1) {
            self.clients.pop_front();
        }
        self.judge_calm();
        self.attacked |= self.is_attack(now);
    }

    fn is_attack(&self, now: Duration) -> bool {
        let (wrong, right) = self.sums();
        let first = self.clients.front().map_or(Duration::ZERO, |(_, at)| *at);
        wrong >= u64::from(self.rules.failures)
            && wrong >= right * u64::from(self.rules.ratio)
            && self.clients.len() >= self.rules.clients
            && now.saturating_sub(first) < self.rules.window
    }

    /// Ends an attack after a whole window in which failures were below half.
    fn judge_calm(&mut self) {
        let (wrong, _) = self.sums();
        if !self.attacked || wrong * 2 >= u64::from(self.rules.failures) {
            self.calm = None;
            return;
        }
        let since = *self.calm.get_or_insert(self.part);
        if self.part - since >= PARTS as u64 {
            self.attacked = false;
            self.calm = None;
        }
    }

    fn sums(&self) -> (u64, u64) {
        let add =
            |sum: (u64, u64), part: &Part| (sum.0 + u64::from(part.wrong), sum.1 + u64::from(part.right));
        self.parts.iter().fold((0, 0), add)
    }

    fn current(&mut self) -> &mut Part {
        let index = usize::try_from(self.part % PARTS as u64).unwrap_or(0);
        &mut self.parts[index]
    }

    fn part_of(&self, now: Duration) -> u64 {
        micros(now) / self.length()
    }

    /// Microseconds of a part.
    fn length(&self) -> u64 {
        micros(self.rules.window / 60).max(1)
    }
}
