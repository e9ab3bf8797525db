//! A transaction that remembers how the database took it.
//!
//! It is good when it is committed, and a fault when the database itself failed anywhere in it. Rolled back without
//! one, it says nothing: its caller thought better of it or went away.

use std::ops::{Deref, DerefMut};

use futures_core::{future::BoxFuture, stream::BoxStream};
use futures_util::{TryFutureExt, TryStreamExt};
use sqlx::{Database, Either, Execute, Executor, SqlStr};

use super::{BareTx, Base, Row};
use crate::gate::Leave;

/// A transaction: rolled back when it is dropped before its commit.
#[derive(Debug)]
pub(crate) struct Tx(Conn);

/// A connection inside a transaction.
#[derive(Debug)]
pub(crate) struct Conn {
    bare: BareTx,
    leave: Leave,
}

impl Tx {
    pub(super) fn new(bare: BareTx, leave: Leave) -> Self {
        Self(Conn { bare, leave })
    }

    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        let Conn { bare, mut leave } = self.0;
        let ended = bare.commit().await;
        leave.heard(&ended);
        ended
    }
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

type Step = Either<<Base as Database>::QueryResult, Row>;

impl<'c> Executor<'c> for &'c mut Conn {
    type Database = Base;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, sqlx::Result<Step>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Base>,
    {
        let Conn { bare, leave } = self;
        Box::pin((&mut **bare).fetch_many(query).inspect_err(|error| leave.failed(error)))
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<Row>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Base>,
    {
        let Conn { bare, leave } = self;
        Box::pin((&mut **bare).fetch_optional(query).inspect_err(|error| leave.failed(error)))
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [<Base as Database>::TypeInfo],
    ) -> BoxFuture<'e, sqlx::Result<<Base as Database>::Statement>>
    where
        'c: 'e,
    {
        let Conn { bare, leave } = self;
        Box::pin((&mut **bare).prepare_with(sql, parameters).inspect_err(|error| leave.failed(error)))
    }
}
