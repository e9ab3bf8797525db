//! One side of the database: connections, and the breaker before them where there is one.
//!
//! It takes statements as a pool does, so that whoever reads or writes knows nothing of the breaker.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use aspis_core::scenario::denial_of_service::breaker::Stance;
use aspis_store::LeftAlone;
use futures_core::{Stream, future::BoxFuture, stream::BoxStream};
use sqlx::{Database, Either, Execute, Executor, SqlStr};

use super::{BarePool, Base, Row, Tx, Worn};
use crate::{
    fault::{Fault, refused},
    gate::{Gate, Guard, Leave},
};

/// A pool of connections, guarded or not.
#[derive(Debug)]
pub(crate) struct Pool {
    bare: BarePool,
    worn: Worn,
    gate: Option<Arc<Gate>>,
}

impl Pool {
    /// That nobody guards.
    pub(crate) fn new(bare: BarePool, worn: Worn) -> Self {
        Self { bare, worn, gate: None }
    }

    /// The same behind a breaker.
    pub(crate) fn guarded(self, guard: &Guard, side: &'static str) -> Self {
        let gate = Gate::new(guard.clone(), side, self.worn.clone());
        Self { gate: Some(gate), ..self }
    }

    /// The connections, past the breaker.
    pub(crate) fn bare(&self) -> &BarePool {
        &self.bare
    }

    pub(crate) fn stance(&self) -> Stance {
        self.gate.as_ref().map_or(Stance::Closed, |gate| gate.stance())
    }

    /// Begins a transaction, which keeps its leave to its end.
    pub(crate) async fn begin(&self) -> Result<Tx, Fault> {
        let mut leave = self.ask()?;
        let begun = super::begin(&self.bare).await;
        if let Err(error) = &begun {
            leave.failed(error);
        }
        Ok(Tx::new(begun?, leave))
    }

    fn ask(&self) -> Result<Leave, LeftAlone> {
        self.gate.as_ref().map_or(Ok(Leave::FREE), Gate::ask)
    }
}

type Step = Either<<Base as Database>::QueryResult, Row>;

impl<'c> Executor<'c> for &'c Pool {
    type Database = Base;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, sqlx::Result<Step>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Base>,
    {
        match self.ask() {
            Ok(leave) => Box::pin(Heard { answer: self.bare.fetch_many(query), leave }),
            Err(alone) => Box::pin(futures_util::stream::iter([Err(refused(alone))])),
        }
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<Row>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Base>,
    {
        Box::pin(async move {
            let mut leave = self.ask().map_err(refused)?;
            let answer = self.bare.fetch_optional(query).await;
            leave.heard(&answer);
            answer
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [<Base as Database>::TypeInfo],
    ) -> BoxFuture<'e, sqlx::Result<<Base as Database>::Statement>>
    where
        'c: 'e,
    {
        self.bare.prepare_with(sql, parameters)
    }
}

/// An answer that is listened to until its end.
struct Heard<'e> {
    answer: BoxStream<'e, sqlx::Result<Step>>,
    leave: Leave,
}

impl Stream for Heard<'_> {
    type Item = sqlx::Result<Step>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.answer.as_mut().poll_next(cx));
        match &next {
            Some(Ok(_)) => {}
            Some(Err(error)) => self.leave.failed(error),
            None => self.leave.went_well(),
        }
        Poll::Ready(next)
    }
}
