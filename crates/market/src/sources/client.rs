//! One request to a source over HTTPS: bounded in time and size at every step, and never redirected.
//!
//! A connection a request: a source is asked a few times a minute. Deliberately not here: what an answer means, and
//! when to ask again.

use std::{sync::Arc, time::Duration};

use aspis_core::clock::{Clock, Timestamp};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Request, Response, header};
use http_body_util::{BodyExt, Empty};
use hyper::{
    body::{Body, Incoming},
    client::conn::http1,
};
use hyper_util::rt::TokioIo;
use tokio::time::timeout;

use super::{address::Address, fault::Fault, meter::Meter, wire::Wire};

/// How long everything may take, and how much may come.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// A name found, a connection, and TLS on it.
    pub connect: Duration,
    /// The head of the answer.
    pub head: Duration,
    /// All of its body.
    pub body: Duration,
    /// Bytes of a body.
    pub bytes: usize,
    /// Silence on a stream.
    pub quiet: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        let (connect, head, body, quiet) = (seconds(10), seconds(15), seconds(60), seconds(60));
        Self { connect, head, body, bytes: 8 << 20, quiet }
    }
}

/// What a source answered.
#[derive(Debug)]
pub(super) struct Answer {
    /// The status.
    pub(super) status: u16,
    /// What its clock said.
    pub(super) date: Option<Timestamp>,
    /// How long it wants to be left alone.
    pub(super) retry_after: Option<Duration>,
    /// What Binance has counted against us in this minute.
    pub(super) weight: Option<u32>,
    /// Everything it sent.
    pub(super) body: Bytes,
}

/// Asks one source.
#[derive(Debug)]
pub(super) struct Client {
    wire: Wire,
    limits: Limits,
    clock: Arc<dyn Clock>,
}

/// Who we say we are.
pub(super) const AGENT: &str = concat!("aspis/", env!("CARGO_PKG_VERSION"));

/// Room for the head of an answer, and for what of a body lies in it.
const HEAD_BYTES: usize = 64 << 10;

impl Client {
    pub(super) fn new(wire: Wire, limits: Limits, clock: Arc<dyn Clock>) -> Self {
        Self { wire, limits, clock }
    }

    /// Asks for a path with its query. Whatever comes, interim answers without an end among it, comes within the sum
    /// of the limits.
    pub(super) async fn get(&self, address: &Address, path: &str) -> Result<Answer, Fault> {
        let request = request(address, path).map_err(|_| Fault::Unreachable)?;
        let opened = timeout(self.limits.connect, self.wire.open(address)).await;
        let meter = Meter::new(self.limits.bytes as u64 + 2 * HEAD_BYTES as u64);
        let stream = meter.over(opened.map_err(|_| Fault::TimedOut("connection"))??);
        let mut builder = http1::Builder::new();
        builder.max_buf_size(HEAD_BYTES);
        let (mut sender, connection) =
            builder.handshake(TokioIo::new(stream)).await.map_err(|_| Fault::Broken)?;
        let mut exchange = std::pin::pin!(async move {
            let response = timeout(self.limits.head, sender.send_request(request)).await;
            self.read(response.map_err(|_| Fault::TimedOut("answer"))?.map_err(|_| Fault::Broken)?).await
        });
        let answer = tokio::select! {
            biased;
            answer = &mut exchange => answer,
            // Nothing more will come; what has come is still to be read.
            _ = connection => exchange.await,
        };
        if meter.is_over() { Err(Fault::TooLarge) } else { answer }
    }

    async fn read(&self, response: Response<Incoming>) -> Result<Answer, Fault> {
        let (head, body) = response.into_parts();
        let date = text(&head.headers, header::DATE).and_then(moment);
        let now = date.unwrap_or_else(|| self.clock.now());
        let status = head.status.as_u16();
        if status == 200 && !is_json(&head.headers) {
            return Err(Fault::Unreadable("it is not JSON"));
        }
        let collected = timeout(self.limits.body, collect(body, self.limits.bytes)).await;
        Ok(Answer {
            status,
            date,
            retry_after: text(&head.headers, header::RETRY_AFTER).and_then(|text| span(text, now)),
            weight: text(&head.headers, WEIGHT).and_then(|text| text.parse().ok()),
            body: collected.map_err(|_| Fault::TimedOut("end of the answer"))??,
        })
    }
}

/// Where Binance says how much of its patience is used up.
const WEIGHT: header::HeaderName = header::HeaderName::from_static("x-mbx-used-weight-1m");

fn request(address: &Address, path: &str) -> http::Result<Request<Empty<Bytes>>> {
    Request::get(format!("{}{path}", address.path()))
        .header(header::HOST, address.authority())
        .header(header::USER_AGENT, AGENT)
        .header(header::ACCEPT, "application/json")
        .header(header::CONNECTION, "close")
        .body(Empty::new())
}

async fn collect(mut body: Incoming, most: usize) -> Result<Bytes, Fault> {
    if body.size_hint().lower() > most as u64 {
        return Err(Fault::TooLarge);
    }
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Fault::Broken)?.into_data() else { continue };
        if whole.len() + data.len() > most {
            return Err(Fault::TooLarge);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = text(headers, header::CONTENT_TYPE).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// A date of HTTP, such as `Fri, 17 Jan 2020 08:00:00 GMT`.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let parsed = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Timestamp(parsed.as_microsecond()))
}

/// `Retry-After`: seconds, or a date of HTTP.
pub(super) fn span(text: &str, now: Timestamp) -> Option<Duration> {
    let seconds = text.parse().ok().map(Duration::from_secs);
    seconds.or_else(|| moment(text).map(|at| at.since(now)))
}
