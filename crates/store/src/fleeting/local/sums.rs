//! Sums in the memory of one node: the reference of how they are counted.

use std::{collections::VecDeque, time::Duration};

use async_trait::async_trait;

use super::Local;
use crate::{
    StoreError, Stored,
    fleeting::sums::{Add, MOST_ADDS, SLICES, SPEAKS, Sum, Sums, Teller, TooMany},
};

/// One sum.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    /// Slices by number, the oldest first.
    slices: VecDeque<(u64, u64)>,
    /// Who speaks of it, and until when.
    speaker: Option<(Teller, Duration)>,
}

impl Tally {
    fn add(&mut self, by: Teller, add: &Add, now: Duration) -> Sum {
        let width = (add.window / SLICES).as_micros().max(1);
        let slice = u64::try_from(now.as_micros() / width).unwrap_or(u64::MAX);
        while self.slices.front().is_some_and(|(at, _)| slice.saturating_sub(*at) > u64::from(SLICES)) {
            self.slices.pop_front();
        }
        let left = self.count();
        match self.slices.back_mut().filter(|(at, _)| *at == slice) {
            Some((_, count)) => *count = count.saturating_add(add.more),
            None if add.more > 0 => self.slices.push_back((slice, add.more)),
            None => {}
        }
        let count = self.count();
        let is_near = left.saturating_mul(2) >= add.from;
        let speaker = self.speaker.filter(|(_, until)| is_near && *until > now).map(|(speaker, _)| speaker);
        let is_ours = speaker.map_or(count >= add.from, |speaker| speaker == by);
        if is_ours {
            self.speaker = Some((by, now.saturating_add(SPEAKS)));
        } else if speaker.is_none() {
            self.speaker = None;
        }
        Sum { count, ours: is_ours && count >= add.from }
    }

    fn count(&self) -> u64 {
        self.slices.iter().fold(0, |sum, (_, count)| count.saturating_add(sum))
    }
}

#[async_trait]
impl Sums for Local {
    async fn add(&self, by: Teller, adds: &[Add]) -> Stored<Vec<Sum>> {
        if adds.len() > MOST_ADDS {
            return Err(StoreError::because(TooMany(adds.len())));
        }
        let (mut tables, now) = self.tables();
        let mut sums = Vec::with_capacity(adds.len());
        for add in adds {
            let mut tally = tables.sums.take(&add.what, now).unwrap_or_default();
            sums.push(tally.add(by, add, now));
            if !tally.slices.is_empty() {
                let until = now.saturating_add(add.window + add.window / SLICES);
                super::tables::full(tables.sums.put(add.what.clone(), tally, until, now))?;
            }
        }
        Ok(sums)
    }
}
