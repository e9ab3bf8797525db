//! One computation, from the moment it is asked for until everybody who waits for it is told.

use std::time::Duration;

use aspis_core::{
    refusal::Refusal,
    scenario::denial_of_service::{breaker::Permit, queue::Place},
};
use tokio::sync::watch;

use super::Wanted;
use crate::forecast::Forecast;

/// How far a computation is.
#[derive(Debug, Clone)]
pub(super) enum Phase {
    /// In the line.
    Waiting,
    /// On a thread.
    Computing,
    /// Over.
    Done(Result<Forecast, Refusal>),
}

/// A computation in the book.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) wanted: Wanted,
    /// How many wait for it.
    pub(super) waiters: usize,
    pub(super) permit: Permit,
    /// When it was asked for.
    pub(super) asked: Duration,
    /// When a thread took it.
    pub(super) began: Option<Duration>,
    pub(super) phase: watch::Sender<Phase>,
}

/// Somebody's share in a computation.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) place: Place,
    /// How long it may go on waiting in the line.
    pub(super) patience: Duration,
    pub(super) phase: watch::Receiver<Phase>,
}
