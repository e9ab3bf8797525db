//! A connection on which a server tells what it was told (LISTEN and NOTIFY).

use std::fmt;

use sqlx::postgres::PgListener;

use super::BarePool;

/// Takes a connection out of a pool for as long as it lives.
pub(crate) struct Telling(PgListener);

impl Telling {
    /// From now on. A file tells nothing: whoever asks it waits in vain.
    pub(crate) async fn of(pool: &BarePool, channel: &str) -> sqlx::Result<Self> {
        let BarePool::Post(pool, _) = pool else { return Err(sqlx::Error::PoolClosed) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(channel).await?;
        Ok(Self(listener))
    }

    /// Waits for the next; all that have come together are one. A connection that was lost and is there again has
    /// missed some: that is told as well.
    pub(crate) async fn wait(&mut self) -> sqlx::Result<()> {
        self.0.try_recv().await?;
        while self.0.next_buffered().is_some() {}
        Ok(())
    }
}

impl fmt::Debug for Telling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Telling")
    }
}
