//! What is fleeting in a shared home, and in the node's own memory beside it for when that is away.
//!
//! A word is good once on each node while they cannot hear each other, a stranger has a day's bytes on each and no more,
//! however often the shared home goes away or forgets, and a question that was asked alone is answered where it was
//! asked. Nothing fails for want of the shared home, and nothing opens without end. Windows and tries have a rule of
//! their own (`SharedOrOwn`, `FailuresOrOwn`).

use std::{fmt, sync::Arc, time::Duration};

use aspis_core::{
    client::Client,
    scenario::data_scraping::quota::{Exceeded, Whose},
};
use async_trait::async_trait;

use super::{
    Bytes, Local, Passes, Shelf, Spent,
    bytes::{By, Promise},
    spent::Once,
};
use crate::Stored;

/// A shared home with a node's own behind it.
pub struct OrOwn<S> {
    shared: Arc<S>,
    own: Arc<Local>,
}

impl<S> OrOwn<S> {
    /// Asks `shared`, and remembers in `own` too.
    pub fn new(shared: Arc<S>, own: Arc<Local>) -> Self {
        Self { shared, own }
    }
}

#[async_trait]
impl<S: Spent> Spent for OrOwn<S> {
    /// The node's own memory first: it outlives a home that comes back empty, and spares it the ones that were here.
    async fn spend(&self, what: Once, id: &[u8], span: Duration) -> Stored<bool> {
        let fresh = self.own.spend(what, id, span).await?;
        Ok(fresh && self.shared.spend(what, id, span).await.unwrap_or(true))
    }
}

#[async_trait]
impl<S: Shelf> Shelf for OrOwn<S> {
    async fn put(&self, word: &[u8], question: Vec<u8>, span: Duration) -> Stored<()> {
        match self.shared.put(word, question.clone(), span).await {
            Ok(()) => Ok(()),
            Err(_) => self.own.put(word, question, span).await,
        }
    }

    async fn take(&self, word: &[u8]) -> Stored<Option<Vec<u8>>> {
        match self.shared.take(word).await {
            Ok(Some(question)) => Ok(Some(question)),
            // It was asked while the shared home was away, if it ever was.
            Ok(None) | Err(_) => self.own.take(word).await,
        }
    }
}

#[async_trait]
impl<S: Passes> Passes for OrOwn<S> {
    async fn open_for(&self, class: u8, client: Client) -> Stored<Option<Duration>> {
        match self.own.open_for(class, client).await? {
            Some(left) => Ok(Some(left)),
            None => Ok(self.shared.open_for(class, client).await.unwrap_or(None)),
        }
    }

    async fn open(&self, class: u8, client: Client, span: Duration) -> Stored<()> {
        // Open on one node is enough: where neither has room it fails.
        let own = self.own.open(class, client, span).await;
        self.shared.open(class, client, span).await.or(own)
    }
}

#[async_trait]
impl<S: Bytes> Bytes for OrOwn<S> {
    async fn reserve(&self, client: Client, limit: u64, bytes: u64) -> Stored<Result<Promise, Exceeded>> {
        let promise = match self.shared.reserve(client, limit, bytes).await {
            Ok(Ok(promise)) => promise,
            Ok(Err(exceeded)) => return Ok(Err(exceeded)),
            Err(_) => {
                let alone = self.own.reserve(client, limit, bytes).await?;
                return Ok(alone.map(|promise| Promise { by: By::Node, ..promise }));
            }
        };
        match self.own.reserve_beside(client, limit, promise.reservation).await? {
            Ok(own) => Ok(Ok(beside(promise, own))),
            // It had its day here: the shared home was away meanwhile, or has forgotten.
            Err(Exceeded { left }) => {
                // Where that fails they stay taken there.
                let _ = self.shared.settle(promise, 0).await;
                Ok(Err(Exceeded { left: left.min(promise.left.saturating_add(bytes)) }))
            }
        }
    }

    async fn settle(&self, promise: Promise, sent: u64) -> Stored<()> {
        match promise.by {
            By::Node => self.own.settle(promise, sent).await,
            By::Home => self.shared.settle(promise, sent).await,
            By::Both(own) => {
                if let Some((whose, reservation)) = own {
                    self.own.settle(Promise { whose, reservation, ..promise }, sent).await?;
                }
                self.shared.settle(promise, sent).await
            }
        }
    }
}

/// A promise of the shared home, and of this node beside it. A page that the client has for itself here has a word in
/// what is left.
fn beside(promise: Promise, own: Option<Promise>) -> Promise {
    let apart = own.filter(|own| matches!(own.whose, Whose::Client(_)));
    let left = apart.map_or(promise.left, |own| own.left.min(promise.left));
    Promise { by: By::Both(own.map(|own| (own.whose, own.reservation))), left, ..promise }
}

impl<S: fmt::Debug> fmt::Debug for OrOwn<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrOwn").field("shared", &self.shared).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
