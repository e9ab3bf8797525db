//! Facts of rules that are decided elsewhere: the server compares and sets, and knows no rule.

use std::time::Duration;

use aspis_store::{
    StoreError, Stored,
    fleeting::{
        Budgets, Facts,
        facts::{About, Change, Listed, Loaded, Place},
    },
};
use async_trait::async_trait;

use crate::{
    Shared,
    line::{Nonsense, read},
    names::{Key, Kind},
    once::millis,
    script::{Arg, Script},
};

/// What facts are read and changed by.
#[derive(Debug)]
pub(crate) struct FactScripts {
    load: Script,
    swap: Script,
    listed: Script,
}

impl FactScripts {
    pub(crate) fn new(time: &str) -> Self {
        Self {
            load: Script::new(time, include_str!("facts/load.lua")),
            swap: Script::new(time, include_str!("facts/swap.lua")),
            listed: Script::new(time, include_str!("facts/listed.lua")),
        }
    }
}

impl Shared {
    fn fact(&self, place: &Place) -> Key {
        let about = match place.about {
            About::Source => b's',
            About::Name => b'n',
            About::Site => b'w',
            About::Registrations => b'r',
        };
        self.names.of(Kind::Fact, &[&[about], &place.id])
    }
}

#[async_trait]
impl Facts for Shared {
    /// The windows hear of it, which are asked before anything else is.
    fn life(&self) -> u64 {
        self.health().life
    }

    async fn load(&self, places: &[Place]) -> Stored<Loaded> {
        let keys: Vec<_> = places.iter().map(|place| self.fact(place)).collect();
        let answer = self.facts.load.run(&self.line, &keys, &[]).await?;
        let (now, facts): (u64, Vec<Option<Vec<u8>>>) = read(answer)?;
        Ok(Loaded { now: Duration::from_micros(now), facts })
    }

    async fn swap(&self, changes: &[Change], kept: Duration, listed: Option<Listed>) -> Stored<bool> {
        let (name, left) = listed.map_or_else(Default::default, on_the_list);
        let was: Vec<_> = changes.iter().map(was).collect();
        let mut keys = vec![self.names.key(Kind::Locked, &[])];
        let mut args = vec![Arg::Number(millis(kept)), Arg::Bytes(&name), Arg::Bytes(&left)];
        for (change, was) in changes.iter().zip(&was) {
            keys.push(self.fact(&change.place));
            args.extend([Arg::Bytes(was), Arg::Bytes(&change.becomes)]);
        }
        Ok(read::<u8>(self.facts.swap.run(&self.line, &keys, &args).await?)? == 1)
    }

    async fn listed(&self) -> Stored<Vec<([u8; 16], Duration)>> {
        let key = self.names.key(Kind::Locked, &[]);
        let found: Vec<(Vec<u8>, u64)> = read(self.facts.listed.run(&self.line, &[key], &[]).await?)?;
        let name = |(name, left): (Vec<u8>, u64)| Some((name.try_into().ok()?, Duration::from_micros(left)));
        found.into_iter().map(name).collect::<Option<_>>().ok_or_else(|| StoreError::because(Nonsense))
    }
}

/// A name, and for how long it is on the list.
fn on_the_list(listed: Listed) -> (Vec<u8>, Vec<u8>) {
    let left = listed.left.map(|left| left.as_micros().to_string().into_bytes());
    (listed.name.to_vec(), left.unwrap_or_default())
}

/// What a fact has to be, so that nothing is told apart from something that is empty.
fn was(change: &Change) -> Vec<u8> {
    change.was.as_ref().map_or_else(|| b"-".to_vec(), |was| [b"+", was.as_slice()].concat())
}
