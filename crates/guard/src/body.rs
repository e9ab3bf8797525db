//! The body: only for a caller who was let in this far. Whole, bounded, read once as what it says it is.
//!
//! Our own API takes UTF-8 JSON alone; around any other service forms and text are read as well.

use std::{error::Error, io, iter, pin::pin, time::Duration};

use aspis_core::refusal::{Code, Refusal};
use bytes::Bytes;
use http::HeaderMap;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::surface::BodyKind;

mod form;
mod kind;
mod multipart;
mod store;

pub(crate) use kind::{is_json, read};
use store::Kept;
pub(crate) use store::Store;

/// How large and how deep a body may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimits {
    /// The most bytes.
    pub max_bytes: usize,
    /// The deepest nesting.
    pub max_depth: usize,
    /// How long a whole body may take, however steadily it trickles.
    pub time: Duration,
    /// The most bytes of bodies that have not come whole yet, all together.
    pub held_bytes: usize,
}

/// Reads the body that a route takes.
pub(crate) async fn receive<B>(
    kind: BodyKind,
    headers: &HeaderMap,
    body: B,
    limits: BodyLimits,
    store: &Store,
) -> Result<Bytes, Refusal>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    if kind == BodyKind::None || body.is_end_stream() {
        return absent(kind);
    }
    kind::check(kind, headers)?;
    let most = kind.most(limits.max_bytes);
    let gathered = gather(Limited::new(body, most), most, store);
    let Ok(whole) = tokio::time::timeout(limits.time, gathered).await else {
        return Err(Refusal::new(Code::RequestTimeout));
    };
    let bytes = whole?;
    if bytes.is_empty() { absent(kind) } else { Ok(bytes) }
}

/// The whole of a body. Each piece is copied, however small: kept as it came, a piece of one byte would keep the
/// buffer that it was read into.
async fn gather<B>(body: B, most: usize, store: &Store) -> Result<Bytes, Refusal>
where
    B: http_body::Body<Data = Bytes, Error = Box<dyn Error + Send + Sync>>,
{
    let mut body = pin!(body);
    let (mut whole, mut kept) = (Vec::new(), Kept::none(store));
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame.map_err(|error| broken(error.as_ref(), most))?.into_data() else { continue };
        kept.grow(piece.len())?;
        whole.extend_from_slice(&piece);
    }
    Ok(whole.into())
}

fn broken(error: &(dyn Error + 'static), most: usize) -> Refusal {
    if error.downcast_ref::<LengthLimitError>().is_some() {
        return Refusal::because(Code::BodyTooLarge, format!("At most {most} bytes are taken here."));
    }
    if is_late(error) {
        return Refusal::new(Code::RequestTimeout);
    }
    Refusal::because(Code::MalformedRequest, "The body ended before it was whole.")
}

/// Whether the connection gave up waiting for the client.
fn is_late(error: &(dyn Error + 'static)) -> bool {
    iter::successors(Some(error), |&error| error.source())
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::TimedOut)
}

fn absent(kind: BodyKind) -> Result<Bytes, Refusal> {
    match kind {
        BodyKind::Json | BodyKind::JsonRows => {
            Err(Refusal::because(Code::InvalidJson, "A JSON object is expected, and the body is empty."))
        }
        BodyKind::Reports => Err(Refusal::because(Code::InvalidJson, "A report is expected.")),
        // Whether nothing is what was signed is not for this place.
        BodyKind::None | BodyKind::OptionalJson | BodyKind::Attested | BodyKind::Any => Ok(Bytes::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_absent_body_is_judged_by_the_route() {
        let limits =
            BodyLimits { max_bytes: 10, max_depth: 4, time: Duration::from_secs(1), held_bytes: 1000 };
        let empty = || http_body_util::Empty::<Bytes>::new();
        assert!(
            receive(BodyKind::OptionalJson, &HeaderMap::new(), empty(), limits, &Store::new(1000))
                .await
                .is_ok_and(|bytes| bytes.is_empty())
        );
        assert_eq!(
            receive(BodyKind::Json, &HeaderMap::new(), empty(), limits, &Store::new(1000))
                .await
                .map_err(|r| r.code()),
            Err(Code::InvalidJson)
        );
    }
}
