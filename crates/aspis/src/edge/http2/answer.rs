//! The service as hyper calls it for a stream, and the answer on its way back.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::body::{Body, Bytes};
use http::{HeaderValue, Method, Request, Response, StatusCode, header::CONTENT_LENGTH};
use http_body::{Body as _, Frame, SizeHint};
use hyper::{
    body::Incoming,
    service::{HttpService, service_fn},
};
use tower::ServiceExt;

use super::{
    super::{Handler, Inbound, connection::Served, desk::Desk, line::Line, refusal::EdgeRefusal},
    load::{Load, Parcel},
    request,
    stream::Stream,
    work::Streams,
};

/// The most of an answer that is given to the protocol at once: what does not pass yet stays here, where its pace is
/// minded.
const PIECE: usize = 16 * 1024;

/// Answers the streams of one connection by `service`.
pub(super) fn service<S: Handler>(
    service: S,
    streams: Streams,
) -> impl HttpService<Incoming, ResBody = Leaving, Error = Infallible, Future: Send + 'static> {
    service_fn(move |request| {
        let stream = streams.begin();
        stream.line().begin(1);
        answer(request, service.clone(), stream)
    })
}

async fn answer<S: Handler>(
    request: Request<Incoming>,
    service: S,
    stream: Arc<Stream>,
) -> Result<Response<Leaving>, Infallible> {
    let served = Served(Arc::clone(stream.line()));
    let (desk, line) = (stream.desk(), stream.line());
    let head_only = request.method() == Method::HEAD;
    let response = match request::judge(request, &desk.bounds()) {
        Ok(request) => {
            stream.turn().await;
            service.oneshot(request.map(|body| Inbound::of(body, Arc::clone(&stream)))).await?
        }
        Err((why, head)) => {
            line.refuse();
            refusal(why, desk, line, &head)
        }
    };
    let response = if head_only { without_body(response) } else { response };
    Ok(response.map(|body| Leaving::new(body, stream, served)))
}

/// An answer to HEAD says how long its body would be, and has none (RFC 9110, 9.3.2). In HTTP/1.1 hyper sees to that; in
/// HTTP/2 it sends what it is given.
fn without_body(mut response: Response<Body>) -> Response<Body> {
    let length = response.body().size_hint().exact().filter(|length| *length > 0);
    if let Some(length) = length {
        response.headers_mut().entry(CONTENT_LENGTH).or_insert_with(|| HeaderValue::from(length));
    }
    response.map(|_| Body::empty())
}

/// The answer that the owner of the edge has for a refusal, taken apart again.
fn refusal(why: EdgeRefusal, desk: &Desk, line: &Line, head: &[u8]) -> Response<Body> {
    let raw = desk.answer(why, line.peer, head);
    let mut fields = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Response::new(&mut fields);
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(why.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let Ok(httparse::Status::Complete(end)) = parsed.parse(&raw) else { return response };
    if let Some(status) = parsed.code.and_then(|code| StatusCode::from_u16(code).ok()) {
        *response.status_mut() = status;
    }
    for field in parsed.headers.iter() {
        let name = http::HeaderName::from_bytes(field.name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, http::HeaderValue::from_bytes(field.value))
            && name != http::header::CONNECTION
        {
            response.headers_mut().append(name, value);
        }
    }
    *response.body_mut() = Body::from(Bytes::from(raw).slice(end..));
    response
}

/// An answer's body, in pieces that are counted until the client has taken them.
pub(super) struct Leaving {
    body: Body,
    rest: Bytes,
    /// The length of the piece that was handed over last.
    piece: usize,
    load: Load,
    stream: Arc<Stream>,
    _served: Served,
}

impl Leaving {
    fn new(body: Body, stream: Arc<Stream>, served: Served) -> Self {
        let known = body.size_hint().exact().unwrap_or(0);
        let load = Load::new(stream.desk(), stream.line(), known);
        // Until the protocol asks for the first piece, the client has not made room for it.
        stream.wait_for_reader();
        Self { body, rest: Bytes::new(), piece: 0, load, stream, _served: served }
    }
}

impl http_body::Body for Leaving {
    type Data = Parcel;
    type Error = axum::Error;

    /// Asked only when the client has taken the piece before.
    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Parcel>, axum::Error>>> {
        let this = self.get_mut();
        this.stream.taken(std::mem::take(&mut this.piece));
        if this.rest.is_empty() {
            match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => this.rest = data,
                    Err(other) => {
                        return Poll::Ready(
                            other.into_trailers().ok().map(|trailers| Ok(Frame::trailers(trailers))),
                        );
                    }
                },
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        let piece = this.rest.split_to(this.rest.len().min(PIECE));
        this.piece = piece.len();
        this.stream.wait_for_reader();
        let load = this.load.part(piece.len() as u64);
        Poll::Ready(Some(Ok(Frame::data(Parcel::new(piece, load)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
