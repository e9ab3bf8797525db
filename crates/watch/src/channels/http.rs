//! One request to a receiver over HTTP: bounded in time, verified by TLS, and never redirected.
//!
//! A connection a request: alerts are rare. The body of an answer is never read: nothing in it is for people, and it
//! may repeat what it was sent. Deliberately not here: what is sent, and when to try again.

use std::{sync::Arc, time::Duration};

use aspis_core::clock::{Clock, Timestamp};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::time::timeout;

use super::failure::{Failure, Reason};

mod target;
mod wire;

pub use target::{Target, TargetError};
use wire::Wire;

/// From the first look for the name to the head of the answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// Room for the head of an answer.
const HEAD_BYTES: usize = 64 << 10;
/// How long a receiver that wants fewer messages, and does not say how long, is left alone.
const THROTTLE: Duration = Duration::from_secs(60);
/// The longest that anybody may ask to be left alone.
const LONGEST: Duration = Duration::from_secs(3600);

/// Sends requests to receivers.
#[derive(Clone, Debug)]
pub struct Client {
    wire: Wire,
    clock: Arc<dyn Clock>,
    patience: Duration,
}

/// What is sent.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) fields: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Vec<u8>,
}

impl Call {
    /// A post of JSON.
    pub(crate) fn json(body: &serde_json::Value) -> Self {
        let fields = vec![(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        Self { method: Method::POST, fields, body: body.to_string().into_bytes() }
    }
}

/// What a status means for a message.
pub(super) type Verdict = fn(u16) -> Option<fn(Reason) -> Failure>;

impl Client {
    /// Trusts the certificate authorities that browsers trust.
    pub fn open_web(clock: Arc<dyn Clock>) -> Self {
        Self { wire: Wire::open_web(), clock, patience: PATIENCE }
    }

    #[cfg(test)]
    pub(super) fn with(wire: Wire, clock: Arc<dyn Clock>, patience: Duration) -> Self {
        Self { wire, clock, patience }
    }

    /// Sends, and judges the answer: any status of success is good; others fail for now, but for those that `verdict`
    /// knows better.
    pub(super) async fn send(
        &self,
        target: &Target,
        call: Call,
        verdict: Verdict,
    ) -> Result<String, Failure> {
        let (status, after) = self.answer(target, call).await.map_err(Failure::later)?;
        match status {
            200..=299 => Ok(format!("the answer was {status}")),
            429 | 502..=504 => {
                let after = Some(after.unwrap_or(THROTTLE));
                Err(Failure::Later { reason: Reason::Status(status), after })
            }
            _ => Err(verdict(status).map_or_else(
                || Failure::later(Reason::Status(status)),
                |worse| worse(Reason::Status(status)),
            )),
        }
    }

    /// The status of the answer, and for how long whoever gave it wants nothing more.
    pub(crate) async fn answer(
        &self,
        target: &Target,
        call: Call,
    ) -> Result<(u16, Option<Duration>), Reason> {
        let asked = timeout(self.patience, self.ask(target, call)).await;
        let (status, headers) = asked.map_err(|_| Reason::TimedOut)??;
        Ok((status, retry_after(&headers, self.clock.now()).map(|after| after.min(LONGEST))))
    }

    async fn ask(&self, target: &Target, call: Call) -> Result<(u16, HeaderMap), Reason> {
        let request = request(target, call).map_err(|_| Reason::Form)?;
        let stream = self.wire.open(target).await?;
        let mut builder = http1::Builder::new();
        builder.max_buf_size(HEAD_BYTES);
        let (mut sender, connection) =
            builder.handshake(TokioIo::new(stream)).await.map_err(|_| Reason::Broken)?;
        let mut exchange = std::pin::pin!(sender.send_request(request));
        let answer = tokio::select! {
            biased;
            answer = &mut exchange => answer,
            // Nothing more will come; what has come is still to be read.
            _ = connection => exchange.await,
        };
        let (head, _) = answer.map_err(|_| Reason::Broken)?.into_parts();
        Ok((head.status.as_u16(), head.headers))
    }
}

fn request(target: &Target, call: Call) -> http::Result<Request<Full<Bytes>>> {
    let mut request = Request::builder()
        .method(call.method)
        .uri(target.path())
        .header(header::HOST, target.authority())
        .header(header::USER_AGENT, concat!("aspis/", env!("CARGO_PKG_VERSION")))
        .header(header::CONNECTION, "close");
    for (name, mut value) in call.fields {
        // A field may hold a key: it is shown nowhere.
        value.set_sensitive(true);
        request = request.header(name, value);
    }
    request.body(Full::new(call.body.into()))
}

/// A header field as settings write it: `Name: value`.
pub(crate) fn field(text: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = text.split_once(':')?;
    Some((name.trim().parse().ok()?, HeaderValue::from_str(value.trim()).ok()?))
}

/// `Retry-After`: seconds, or a date of HTTP. Some write parts of seconds.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds.ceil()).ok();
    }
    let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Timestamp(at.as_microsecond()).since(now))
}

#[cfg(test)]
mod tests;
