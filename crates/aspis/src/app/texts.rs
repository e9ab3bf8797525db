//! The answers to the most frequent question, written once: what does this asset cost?

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

use arc_swap::ArcSwap;
use aspis_core::clock::Timestamp;
use aspis_market::prices::Listed;
use bytes::Bytes;

/// An asset as it was listed, with its answer while the price is fresh and once it is stale.
type Known = (Arc<Listed>, [Bytes; 2]);

/// Answers by where their asset is listed; one is written anew when the asset is listed anew.
///
/// A listing that is kept here stays where it is, so nothing else can come to stand there.
#[derive(Debug, Default)]
pub struct PriceTexts(ArcSwap<HashMap<usize, Arc<Known>, Places>>);

/// Places in memory are nobody's choice: a keyed hash would only cost.
type Places = BuildHasherDefault<Place>;

impl PriceTexts {
    /// The answer for an asset now; `write` makes it, given whether the price is stale.
    pub(crate) fn of(&self, listed: &Arc<Listed>, now: Timestamp, write: impl Fn(bool) -> Bytes) -> Bytes {
        let stale = usize::from(listed.latest.is_stale(now));
        let place = Arc::as_ptr(listed).addr();
        if let Some(known) = self.0.load().get(&place) {
            return known.1[stale].clone();
        }
        let known = Arc::new((Arc::clone(listed), [write(false), write(true)]));
        let text = known.1[stale].clone();
        self.0.rcu(|texts| {
            let mut texts = HashMap::clone(texts);
            texts.retain(|_, other| other.0.asset.id != listed.asset.id);
            texts.insert(place, Arc::clone(&known));
            texts
        });
        text
    }
}

/// Spreads a place over all bits of a hash.
#[derive(Debug, Default)]
struct Place(u64);

impl Hasher for Place {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, place: usize) {
        self.0 = (self.0 ^ place as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
