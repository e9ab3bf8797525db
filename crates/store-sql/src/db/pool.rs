//! One side of the database: connections, and the breaker before them where there is one.
//!
//! It takes statements as a pool does, so that whoever reads or writes knows nothing of the breaker.

use std::sync::Arc;

use aspis_core::scenario::denial_of_service::{breaker::Stance, votes::Change};
use aspis_store::LeftAlone;

use super::{BarePool, Turn, Tx, Worn};
use crate::{
    codes,
    fault::{Fault, refused},
    gate::{Gate, Guard, Leave},
    sql::{Answer, Answering, Executor, Statement, Want},
};

/// How often a statement is run that the database takes back for another's sake.
const TRIES: u32 = 4;

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

    /// True while this node's own results say that it is broken.
    pub(crate) fn finds_broken(&self) -> bool {
        self.gate.as_ref().is_some_and(|gate| gate.finds_broken())
    }

    /// Does as most nodes find, where it is guarded.
    pub(crate) fn follow(&self, change: Change) {
        if let Some(gate) = &self.gate {
            gate.follow(change);
        }
    }

    /// Begins a transaction, which keeps its leave to its end.
    pub(crate) async fn begin(&self, turn: Turn) -> Result<Tx, Fault> {
        let mut leave = self.ask()?;
        let begun = self.bare.begin(turn).await;
        if let Err(error) = &begun {
            leave.failed(error);
        }
        Ok(Tx::new(begun?, leave))
    }

    /// Runs a statement that stands alone: taken back, it has done nothing and is run again.
    async fn alone(&self, statement: Statement<'_>, want: Want) -> sqlx::Result<Answer> {
        if !self.bare.is_shared() {
            return self.bare.run(statement, want).await;
        }
        for _ in 1..TRIES {
            match self.bare.run(statement.clone(), want).await {
                Err(error) if codes::is_undone(&error) => {}
                answer => return answer,
            }
        }
        self.bare.run(statement, want).await
    }

    fn ask(&self) -> Result<Leave, LeftAlone> {
        self.gate.as_ref().map_or(Ok(Leave::FREE), Gate::ask)
    }
}

impl<'c> Executor<'c> for &'c Pool {
    fn run<'a>(self, statement: Statement<'a>, want: Want) -> Answering<'a>
    where
        'c: 'a,
    {
        Box::pin(async move {
            let mut leave = self.ask().map_err(refused)?;
            let answer = self.alone(statement, want).await;
            leave.heard(&answer);
            answer
        })
    }
}

impl<'c> Executor<'c> for &'c BarePool {
    fn run<'a>(self, statement: Statement<'a>, want: Want) -> Answering<'a>
    where
        'c: 'a,
    {
        BarePool::run(self, statement, want)
    }
}
