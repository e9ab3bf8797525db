//! One request to an authority: over https alone, bounded in time and size, and never redirected.
//!
//! An authority that is slow, silent or endless costs an order that fails, and nothing else. A connection a request: it is
//! asked a dozen times in two months.

use std::{future::Future, io, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header::HOST};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient, Problem};
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, join, split},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

/// From the first look for the name to the end of the answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest body: a chain of certificates has some kilobytes.
const LONGEST: usize = 256 << 10;
/// Room for the head of an answer.
const HEAD: usize = 64 << 10;
/// Everything that an answer may have, heads before the real one and the marks of chunks among it.
const ALL: u64 = 1 << 20;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum WireError {
    #[error("the authority names {0}, which is no https address")]
    Address(Uri),
    #[error("the authority did not answer within {} seconds", PATIENCE.as_secs())]
    TimedOut,
    #[error("the authority cannot be reached: {0}")]
    Unreachable(io::Error),
    #[error("the answer of the authority broke off: {0}")]
    Broken(hyper::Error),
    #[error("the authority answers with more than {LONGEST} bytes")]
    TooLarge,
    #[error("the authority says no: {0}")]
    Refused(String),
    #[error("the answer of the authority broke off: {0}")]
    Cut(Box<dyn std::error::Error + Send + Sync>),
}

/// Asks authorities.
#[derive(Clone)]
pub(super) struct Wire(TlsConnector);

impl Wire {
    pub(super) fn new(mut trust: ClientConfig) -> Self {
        trust.alpn_protocols = vec![b"http/1.1".to_vec()];
        Self(TlsConnector::from(Arc::new(trust)))
    }

    async fn exchange(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Result<Response<Full<Bytes>>, WireError> {
        let (stream, reads) = (self.open(request.uri()).await?, request.method() == Method::GET);
        let mut builder = http1::Builder::new();
        builder.max_buf_size(HEAD);
        let (mut sender, connection) =
            builder.handshake(TokioIo::new(stream)).await.map_err(WireError::Broken)?;
        let mut answer = std::pin::pin!(async move {
            let (head, body) =
                sender.send_request(relative(request)).await.map_err(WireError::Broken)?.into_parts();
            let body = Limited::new(body, LONGEST).collect().await.map_err(cut)?.to_bytes();
            judge(head.status, reads, &body)?;
            Ok(Response::from_parts(head, Full::new(body)))
        });
        tokio::select! {
            biased;
            answer = &mut answer => answer,
            // Nothing more will come; what has come is still to be read.
            _ = connection => answer.await,
        }
    }

    async fn open(&self, uri: &Uri) -> Result<impl AsyncRead + AsyncWrite + Unpin + use<>, WireError> {
        let address = || WireError::Address(uri.clone());
        let host = uri.host().filter(|_| uri.scheme_str() == Some("https")).ok_or_else(address)?;
        let host = host.trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(host.clone()).map_err(|_| address())?;
        let stream = TcpStream::connect((host, uri.port_u16().unwrap_or(443))).await;
        let stream = self.0.connect(name, stream.map_err(WireError::Unreachable)?).await;
        let (reader, writer) = split(stream.map_err(WireError::Unreachable)?);
        Ok(join(reader.take(ALL), writer))
    }
}

fn cut(error: Box<dyn std::error::Error + Send + Sync>) -> WireError {
    if error.is::<LengthLimitError>() { WireError::TooLarge } else { WireError::Cut(error) }
}

/// What is no answer to what was asked, in the authority's words. The problem of an order is its client's to judge: some are
/// no end.
fn judge(status: StatusCode, reads: bool, body: &[u8]) -> Result<(), WireError> {
    let problem = serde_json::from_slice::<Problem>(body).ok();
    let wrong = if reads { !status.is_success() } else { is_error(status) && problem.is_none() };
    if !wrong {
        return Ok(());
    }
    let said = problem.and_then(|problem| problem.detail.or(problem.r#type));
    Err(WireError::Refused(said.map_or_else(|| status.to_string(), |said| format!("{said} ({status})"))))
}

fn is_error(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

/// The request as it is sent over a connection of its own: its path alone, and its host beside it.
fn relative(mut request: Request<BodyWrapper<Bytes>>) -> Request<BodyWrapper<Bytes>> {
    let host = request.uri().authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok());
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let path = Uri::try_from(path).unwrap_or_default();
    *request.uri_mut() = path;
    if let Some(host) = host {
        request.headers_mut().insert(HOST, host);
    }
    request
}

type Answer = Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>>;

impl HttpClient for Wire {
    fn request(&self, request: Request<BodyWrapper<Bytes>>) -> Answer {
        let wire = self.clone();
        Box::pin(async move {
            let answer = timeout(PATIENCE, wire.exchange(request)).await;
            let answer = answer.unwrap_or(Err(WireError::TimedOut));
            answer.map(BytesResponse::from).map_err(|error| Error::Other(Box::new(error)))
        })
    }
}
