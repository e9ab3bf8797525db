//! The edge: from a listening socket to complete, unambiguous requests, by HTTP/1.1 or, for who begins with it, HTTP/2.
//!
//! It keeps the promises that must hold before there is a request to judge: how many connections, how slow, how large,
//! and that what the server parses is the only thing the bytes can mean. It knows hyper and sockets; deliberately not
//! here: routes, the corridor, problem documents (the caller supplies the bytes of an answer) and certificates.

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use aspis_guard::Arrival;
use axum::body::Body;
use tokio::{net::TcpListener, task::JoinSet};

mod accept;
mod calls;
mod chunks;
mod connection;
mod desk;
mod drain;
mod early;
mod farewell;
mod files;
mod gate;
mod handshake;
mod head;
mod held;
mod http2;
mod inbound;
mod limits;
mod line;
mod lines;
mod listener;
mod pace;
mod pulse;
mod refusal;
mod scan;
mod seats;
mod socket;
mod target;
mod unsent;

pub use inbound::Inbound;
pub use limits::Limits;
pub use listener::listen;
pub use refusal::{EdgeRefusal, Hooks, Refusals, Refused, Standing};

/// Where a request came from, as the kernel says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The address of the accepted socket: never taken from a header.
    pub addr: SocketAddr,
}

/// What the edge did between its start and its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Connections that were given a place.
    pub connections: u64,
    /// Requests that were handed to the service.
    pub requests: u64,
    /// Requests refused by the edge itself.
    pub refused: u64,
    /// Connections sent away because there was no place for them.
    pub turned_away: u64,
    /// Waiting connections that made room for a newcomer.
    pub evicted: u64,
    /// Connections cut because the answers that nobody took had become too many.
    pub unread: u64,
    /// Connections still at work when the time for stopping was over.
    pub cut: u64,
}

/// What the edge asks of the thing behind it: an infallible service of whole requests that is ready at any time.
pub trait Handler:
    tower::Service<
        http::Request<Inbound>,
        Response = http::Response<Body>,
        Error = Infallible,
        Future: Send + 'static,
    > + Clone
    + Send
    + 'static
{
}

impl<S> Handler for S where
    S: tower::Service<
            http::Request<Inbound>,
            Response = http::Response<Body>,
            Error = Infallible,
            Future: Send + 'static,
        > + Clone
        + Send
        + 'static
{
}

/// Serves `listener` until `shutdown` is ready, then finishes what is in progress within `limits.drain`. Each connection has
/// a service of its own from `make`, which so knows once where all of its requests come from.
///
/// Every task it starts has ended when it returns; dropping the future ends them too. The soft file limit is raised
/// to fit the connections, or the cap lowered with a warning.
pub async fn serve<S: Handler>(
    listener: TcpListener,
    make: impl Fn(Arrival) -> S,
    limits: Limits,
    hooks: Hooks,
    shutdown: impl Future<Output = ()>,
) -> Report {
    listener::prepare(&listener, &limits);
    let desk = Arc::new(desk::Desk::new(files::fit(limits), hooks));
    let mut tasks = JoinSet::new();
    let work = async {
        accept::run(listener, make, &desk, &mut tasks, shutdown).await;
        drain::run(&desk, &mut tasks).await;
    };
    tokio::select! {
        never = desk.keep_time() => match never {},
        () = work => {}
    }
    desk.report()
}

#[cfg(test)]
mod tests;
