//! A stream of messages over `WebSocket` (RFC 6455): text alone, each of a bounded size.
//!
//! Pings are answered while messages are read. Deliberately not here: what the messages mean.

use std::{sync::Arc, time::Duration};

use aspis_core::clock::Clock;
use futures_util::StreamExt;
use http::Request;
use tokio::time::timeout;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Error, Message, Utf8Bytes, handshake::client::generate_key, protocol::WebSocketConfig},
};

use super::{
    address::Address,
    client::{AGENT, Limits},
    fault::Fault,
    meter::Meter,
    wire::{Stream, Wire},
};

/// An open stream.
pub(super) struct Socket {
    stream: WebSocketStream<Box<dyn Stream>>,
    limits: Limits,
    budget: Budget,
}

/// What a stream may send: far more than a source does for as many symbols as there can be, far less than would hurt.
struct Budget {
    clock: Arc<dyn Clock>,
    meter: Meter,
    since: Duration,
    frames: u32,
}

/// Frames and bytes, pings among them, over so long: 200 frames and 1 MB a second.
const OVER: Duration = Duration::from_secs(10);
const FRAMES: u32 = 2000;
const BYTES: u64 = 10_000_000;

impl Budget {
    fn new(clock: Arc<dyn Clock>, meter: Meter) -> Self {
        let since = clock.uptime();
        Self { clock, meter, since, frames: 0 }
    }

    /// Counts a frame.
    fn take(&mut self) -> Result<(), Fault> {
        let now = self.clock.uptime();
        if now.saturating_sub(self.since) >= OVER {
            (self.since, self.frames) = (now, 0);
            self.meter.grant(BYTES);
        }
        self.frames += 1;
        if self.frames > FRAMES || self.meter.is_over() { Err(Fault::Flooded) } else { Ok(()) }
    }
}

/// Bytes of one message; those of a bar are a few hundred.
const MESSAGE_BYTES: usize = 64 << 10;
const BUFFER: usize = 16 << 10;

impl Socket {
    /// Opens the stream at a path.
    pub(super) async fn open(
        wire: &Wire,
        address: &Address,
        path: &str,
        limits: Limits,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Fault> {
        let request = request(address, path).map_err(|_| Fault::Unreachable)?;
        let opened = timeout(limits.connect, wire.open(address)).await;
        let meter = Meter::new(BYTES);
        let stream = meter.over(opened.map_err(|_| Fault::TimedOut("connection"))??);
        let sizes = WebSocketConfig::default()
            .read_buffer_size(BUFFER)
            .write_buffer_size(0)
            .max_write_buffer_size(BUFFER)
            .max_message_size(Some(MESSAGE_BYTES))
            .max_frame_size(Some(MESSAGE_BYTES));
        let greeted = timeout(limits.head, client_async_with_config(request, stream, Some(sizes))).await;
        let (stream, _) = greeted.map_err(|_| Fault::TimedOut("answer"))?.map_err(|error| of(&error))?;
        Ok(Self { stream, limits, budget: Budget::new(clock, meter) })
    }

    /// The next message; none when the source has closed the stream in good order.
    pub(super) async fn next(&mut self) -> Result<Option<Utf8Bytes>, Fault> {
        let deadline = self.limits.quiet;
        timeout(deadline, self.text()).await.map_err(|_| Fault::TimedOut("message"))?
    }

    async fn text(&mut self) -> Result<Option<Utf8Bytes>, Fault> {
        loop {
            let message = self.stream.next().await;
            self.budget.take()?;
            match message {
                None | Some(Ok(Message::Close(_)) | Err(Error::ConnectionClosed)) => return Ok(None),
                Some(Ok(Message::Text(text))) => return Ok(Some(text)),
                // A ping is answered at the next read, which follows.
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Binary(_))) => return Err(Fault::Unreadable("it is not text")),
                Some(Err(error)) => return Err(of(&error)),
            }
        }
    }
}

fn request(address: &Address, path: &str) -> http::Result<Request<()>> {
    Request::get(address.join(path))
        .header("host", address.authority())
        .header("user-agent", AGENT)
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", generate_key())
        .body(())
}

fn of(error: &Error) -> Fault {
    match error {
        Error::Http(response) => Fault::of_status(response.status().as_u16(), None),
        Error::Capacity(_) => Fault::TooLarge,
        Error::Utf8(_) => Fault::Unreadable("it is not text"),
        _ => Fault::Broken,
    }
}
