//! What is good once: words that were used, and open questions.

use std::time::Duration;

use aspis_store::{
    StoreError, Stored,
    fleeting::{
        Shelf, Spent,
        shelf::{LARGEST, TooLarge},
        spent::Once,
    },
};
use async_trait::async_trait;
use redis::Value;

use crate::{Shared, names::Kind};

/// A span as the server takes it: in whole milliseconds, rounded up, and at least one.
pub(crate) fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_micros().div_ceil(1000)).unwrap_or(u64::MAX >> 1).clamp(1, u64::MAX >> 12)
}

fn kind(what: Once) -> Kind {
    match what {
        Once::Challenge => Kind::Challenge,
        Once::Sum => Kind::Sum,
        Once::Proof => Kind::Proof,
    }
}

#[async_trait]
impl Spent for Shared {
    async fn spend(&self, what: Once, id: &[u8], span: Duration) -> Stored<bool> {
        let key = self.names.of(kind(what), &[id]);
        let mut command = redis::cmd("SET");
        command.arg(&*key).arg(1).arg("NX").arg("PX").arg(millis(span));
        Ok(self.line.send::<Value>(&command).await? == Value::Okay)
    }
}

#[async_trait]
impl Shelf for Shared {
    async fn put(&self, word: &[u8], question: Vec<u8>, span: Duration) -> Stored<()> {
        if question.len() > LARGEST {
            return Err(StoreError::because(TooLarge(question.len())));
        }
        let mut command = redis::cmd("SET");
        command.arg(&*self.names.of(Kind::Question, &[word])).arg(question).arg("PX").arg(millis(span));
        self.line.send(&command).await
    }

    async fn take(&self, word: &[u8]) -> Stored<Option<Vec<u8>>> {
        let mut command = redis::cmd("GETDEL");
        command.arg(&*self.names.of(Kind::Question, &[word]));
        self.line.send(&command).await
    }
}
