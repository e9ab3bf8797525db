//! The body: only for a caller who was let in this far. UTF-8 JSON, whole, bounded, inspected.

use std::{error::Error, io, iter, pin::pin, time::Duration};

use aspis_core::refusal::{Code, Refusal};
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::surface::BodyKind;

mod store;

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
    media_type(headers)?;
    let gathered = gather(Limited::new(body, limits.max_bytes), limits.max_bytes, store);
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
        BodyKind::Json => {
            Err(Refusal::because(Code::InvalidJson, "A JSON object is expected, and the body is empty."))
        }
        BodyKind::None | BodyKind::OptionalJson => Ok(Bytes::new()),
    }
}

/// Exactly one `application/json`, in UTF-8, not encoded: another reading of the same bytes would not be the one
/// that was inspected.
fn media_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let only = types.next().filter(|_| types.next().is_none()).and_then(|value| value.to_str().ok());
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    let plain = codings.all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if plain && only.is_some_and(is_json) { Ok(()) } else { Err(Refusal::new(Code::UnsupportedMediaType)) }
}

/// `application/json`, in UTF-8 where it says so.
pub(crate) fn is_json(value: &str) -> bool {
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or("");
    let utf8 = |parameter: &str| {
        let Some((name, value)) = parameter.split_once('=') else { return false };
        name.eq_ignore_ascii_case("charset") && value.trim_matches('"').eq_ignore_ascii_case("utf-8")
    };
    let parameters: Vec<_> = parts.collect();
    essence.eq_ignore_ascii_case("application/json")
        && parameters.len() <= 1
        && parameters.iter().all(|p| utf8(p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_in_utf8_is_the_only_media_type() {
        for good in
            ["application/json", "Application/JSON; charset=utf-8", "application/json;charset=\"UTF-8\""]
        {
            assert!(is_json(good), "{good}");
        }
        for bad in [
            "",
            "text/plain",
            "application/jsonx",
            "application/json; charset=utf-7",
            "application/json; charset=ibm037",
            "application/json;",
            "application/json; charset=utf-8; charset=utf-16",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "text/json",
        ] {
            assert!(!is_json(bad), "{bad}");
        }
    }

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
