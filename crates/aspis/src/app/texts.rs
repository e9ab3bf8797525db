//! The answers to the most frequent question, written once: what does this asset cost?

use std::{collections::HashMap, sync::Arc};

use arc_swap::ArcSwap;
use aspis_core::clock::Timestamp;
use aspis_market::prices::Listed;
use bytes::Bytes;

/// An asset as it was listed, with its answer while the price is fresh and once it is stale.
type Known = (Arc<Listed>, [Bytes; 2]);

/// Answers by asset; one is written anew when the asset is listed anew.
#[derive(Debug, Default)]
pub struct PriceTexts(ArcSwap<HashMap<String, Arc<Known>>>);

impl PriceTexts {
    /// The answer for an asset now; `write` makes it, given whether the price is stale.
    pub(crate) fn of(&self, listed: &Arc<Listed>, now: Timestamp, write: impl Fn(bool) -> Bytes) -> Bytes {
        let stale = usize::from(listed.latest.is_stale(now));
        let known = self.0.load().get(&listed.asset.id).cloned();
        if let Some(known) = known.filter(|known| Arc::ptr_eq(&known.0, listed)) {
            return known.1[stale].clone();
        }
        let known = Arc::new((Arc::clone(listed), [write(false), write(true)]));
        let text = known.1[stale].clone();
        self.0.rcu(|texts| {
            let mut texts = HashMap::clone(texts);
            texts.insert(listed.asset.id.clone(), Arc::clone(&known));
            texts
        });
        text
    }
}
