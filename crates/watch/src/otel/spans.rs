//! Spans on their way to the exporter: a bounded line that nobody waits at.

use std::{net::IpAddr, sync::Arc, time::Duration};

use aspis_core::{
    clock::Timestamp,
    ids::RequestId,
    trace::{Parent, SpanId, TraceId},
};
use tokio::sync::mpsc;

use super::tally::Tally;

/// One request as a span of kind SERVER. It holds words of closed lists, numbers and identifiers: nothing else that the
/// request said.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Its trace.
    pub trace: TraceId,
    /// The span itself.
    pub span: SpanId,
    /// The span that it is a part of.
    pub parent: Option<SpanId>,
    /// One that whoever called says it came from.
    pub link: Option<Parent>,
    /// The name of the request in answers and logs.
    pub request: RequestId,
    /// When it came.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// The method; `_OTHER` where it is none of the standard's.
    pub method: &'static str,
    /// The version of HTTP.
    pub version: &'static str,
    /// True where the caller used https.
    pub https: bool,
    /// Which row of the surface table.
    pub row: Option<usize>,
    /// The status of the answer.
    pub status: u16,
    /// The word of the refusal, where it was one.
    pub refused: Option<&'static str>,
    /// Who called, where that may be told.
    pub client: Option<IpAddr>,
}

/// Spans that may wait.
const ROOM: usize = 2048;

/// Where spans are put.
#[derive(Debug, Clone)]
pub struct Spans {
    line: mpsc::Sender<Span>,
    tally: Arc<Tally>,
}

impl Spans {
    /// Both ends of the line.
    pub(super) fn line(tally: &Arc<Tally>) -> (Self, mpsc::Receiver<Span>) {
        let (line, end) = mpsc::channel(ROOM);
        (Self { line, tally: Arc::clone(tally) }, end)
    }

    /// True where there is room for one more; else one is counted as lost, and need not be made.
    pub fn have_room(&self) -> bool {
        let room = self.line.capacity() > 0;
        if !room {
            self.tally.lose_spans(1);
        }
        room
    }

    /// Puts one in, or drops it.
    pub fn put(&self, span: Span) {
        if self.line.try_send(span).is_err() {
            self.tally.lose_spans(1);
        }
    }
}
