//! A transaction that remembers how the database took it.
//!
//! It is good when it is committed, and a fault when the database itself failed anywhere in it. Rolled back without
//! one, it says nothing: its caller thought better of it or went away.

use std::ops::{Deref, DerefMut};

use super::BareTx;
use crate::{
    gate::Leave,
    sql::{Answering, Executor, Statement, Want},
};

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

impl<'c> Executor<'c> for &'c mut Conn {
    fn run<'a>(self, statement: Statement<'a>, want: Want) -> Answering<'a>
    where
        'c: 'a,
    {
        Box::pin(async move {
            let Conn { bare, leave } = self;
            let answer = bare.run(statement, want).await;
            if let Err(error) = &answer {
                leave.failed(error);
            }
            answer
        })
    }
}

impl<'c> Executor<'c> for &'c mut BareTx {
    fn run<'a>(self, statement: Statement<'a>, want: Want) -> Answering<'a>
    where
        'c: 'a,
    {
        BareTx::run(self, statement, want)
    }
}
