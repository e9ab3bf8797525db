//! How much has come over a connection, and how much may: beyond that it breaks, whatever reads from it.
//!
//! It stands below everything that reads, so that what a reader skips by itself (interim answers, empty fragments) is
//! counted, too.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::wire::Stream;

/// Counts the bytes of one connection.
#[derive(Debug, Clone)]
pub(super) struct Meter(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    read: AtomicU64,
    most: AtomicU64,
}

impl Meter {
    /// Lets so many bytes come.
    pub(super) fn new(most: u64) -> Self {
        Self(Arc::new(Counts { read: AtomicU64::new(0), most: AtomicU64::new(most) }))
    }

    /// From here on, so many bytes more may come.
    pub(super) fn grant(&self, more: u64) {
        self.0.most.store(self.0.read.load(Ordering::Relaxed).saturating_add(more), Ordering::Relaxed);
    }

    /// True once more came than may.
    pub(super) fn is_over(&self) -> bool {
        self.0.read.load(Ordering::Relaxed) > self.0.most.load(Ordering::Relaxed)
    }

    /// The connection, counted.
    pub(super) fn over(&self, stream: Box<dyn Stream>) -> Box<dyn Stream> {
        Box::new(Metered { stream, meter: self.clone() })
    }
}

struct Metered {
    stream: Box<dyn Stream>,
    meter: Meter,
}

impl AsyncRead for Metered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = to.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, to);
        let came = to.filled().len().saturating_sub(before);
        self.meter.0.read.fetch_add(came as u64, Ordering::Relaxed);
        if self.meter.is_over() {
            return Poll::Ready(Err(io::ErrorKind::QuotaExceeded.into()));
        }
        polled
    }
}

impl AsyncWrite for Metered {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
