//! The second listener, on loopback alone: metrics and health, for machines that watch.

use std::{future::Future, net::IpAddr, pin::Pin, sync::Arc};

use aspis_watch::metrics::Metrics;
use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn, map_response},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, X_CONTENT_TYPE_OPTIONS},
};
use tokio::net::TcpListener;

use crate::edge::{self, Hooks, Limits};

/// Asks what is not ready, each in a sentence of its own.
pub(crate) type Health =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Vec<&'static str>> + Send>> + Send + Sync>;

#[derive(Clone)]
struct Ops {
    metrics: Arc<Metrics>,
    health: Health,
}

/// Serves until `shutdown` is ready, behind the same edge as the main listener: places, time and size are bounded.
pub(crate) async fn serve(
    listener: TcpListener,
    metrics: Arc<Metrics>,
    health: Health,
    hooks: Hooks,
    shutdown: impl Future<Output = ()>,
) {
    let router = Router::new()
        .route("/metrics", get(render))
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .with_state(Ops { metrics, health })
        .layer(map_response(guarded))
        .layer(from_fn(local));
    let limits =
        Limits { connections: PLACES, connections_per_client: PLACES, reserved: 0, ..Limits::default() };
    edge::serve(listener, |_| router.clone(), limits, hooks, shutdown).await;
}

/// Connections of machines that watch.
const PLACES: usize = 64;

/// Only a caller that means this machine: a page that was made to resolve to it (DNS rebinding) says another name.
async fn local(request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("");
    // `name`, `name:port`, `[address]` or `[address]:port`.
    let (name, end) = host.strip_prefix('[').map_or((host, ':'), |address| (address, ']'));
    let name = name.split(end).next().unwrap_or("");
    if name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()) {
        return next.run(request).await;
    }
    guarded((StatusCode::MISDIRECTED_REQUEST, "this listener answers on loopback alone\n").into_response())
        .await
}

async fn guarded(mut response: Response) -> Response {
    let fields = response.headers_mut();
    fields.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    fields.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    );
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn render(State(ops): State<Ops>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], ops.metrics.render())
}

async fn ready(State(ops): State<Ops>) -> impl IntoResponse {
    let wrong = (ops.health)().await;
    if wrong.is_empty() {
        (StatusCode::OK, "ready\n".to_owned())
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, wrong.join("\n") + "\n")
    }
}
