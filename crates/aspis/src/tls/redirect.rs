//! Plain http where https is spoken: a reader is shown the way, and nothing else is done.
//!
//! Only GET and HEAD, and only without a credential: whoever sends a password or a key in clear has to learn of it
//! (ASVS 4.1.2), not be helped along silently.

use std::{convert::Infallible, sync::Arc};

use aspis_core::{
    chance::SystemChance,
    clock::Clock,
    ids::RequestId,
    refusal::{Code, Refusal},
};
use aspis_guard::problem;
use axum::{body::Body, response::Response};
use http::{
    HeaderName, HeaderValue, Method, Request, StatusCode, Uri,
    header::{
        AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HOST, LOCATION, PROXY_AUTHORIZATION,
        X_CONTENT_TYPE_OPTIONS,
    },
};
use tokio::net::TcpListener;
use tower::service_fn;

use crate::edge::{self, Hooks, Inbound, Limits};

/// Connections at once: whoever was shown the way goes.
const PLACES: usize = 1024;
/// The same of one client.
const PLACES_PER_CLIENT: usize = 32;

/// Whatever a caller proves by who it is.
const CREDENTIALS: [HeaderName; 5] = [
    AUTHORIZATION,
    PROXY_AUTHORIZATION,
    COOKIE,
    HeaderName::from_static("x-api-key"),
    HeaderName::from_static("dpop"),
];

/// Where to.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    /// What clients call this server by, where that is set.
    pub(crate) public: Option<Arc<str>>,
    /// The port of the main listener.
    pub(crate) port: u16,
}

/// Serves until `shutdown` is ready.
pub(crate) async fn serve(
    listener: TcpListener,
    way: Way,
    clock: Arc<dyn Clock>,
    hooks: Hooks,
    shutdown: impl Future<Output = ()>,
) {
    let limits = Limits {
        connections: PLACES,
        connections_per_client: PLACES_PER_CLIENT,
        reserved: 0,
        ..Limits::default()
    };
    let service = service_fn(move |request: Request<Inbound>| {
        let answer = answer(&way, &request, clock.as_ref());
        std::future::ready(Ok::<_, Infallible>(answer))
    });
    edge::serve(listener, |_| service.clone(), limits, Hooks { tls: None, ..hooks }, shutdown).await;
}

fn answer<B>(way: &Way, request: &Request<B>, clock: &dyn Clock) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let open = CREDENTIALS.iter().all(|name| !request.headers().contains_key(name));
    if let Some(location) = way.of(request).filter(|_| reads && open) {
        return moved(location);
    }
    let request = RequestId::new(clock.now(), &SystemChance);
    problem::complete::<bytes::Bytes>(&Refusal::new(Code::HttpsRequired), request).map(Body::from)
}

impl Way {
    /// The same place by https. Without a name of its own the server takes the one that it was called by.
    fn of<B>(&self, request: &Request<B>) -> Option<HeaderValue> {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let origin = if let Some(public) = &self.public {
            public.to_string()
        } else {
            let called: Uri = request.headers().get(HOST)?.to_str().ok()?.parse().ok()?;
            let port = if self.port == 443 { String::new() } else { format!(":{}", self.port) };
            format!("https://{}{port}", called.host()?)
        };
        HeaderValue::try_from(format!("{origin}{path}")).ok()
    }
}

fn moved(location: HeaderValue) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    let fields = response.headers_mut();
    fields.insert(LOCATION, location);
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    fields.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    fields.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    );
    response
}
