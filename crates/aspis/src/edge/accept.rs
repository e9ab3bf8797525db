//! The door: takes connections, gives them a place or an answer, and never gives up.

use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use aspis_guard::Arrival;
use futures_util::FutureExt;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinError, JoinSet, yield_now},
    time::sleep,
};

use super::{
    Handler, Peer, connection,
    desk::Desk,
    farewell,
    line::Line,
    listener,
    refusal::{EdgeRefusal, Standing},
    seats::Seat,
};

/// How many connections are let in or out before requests have their turn: thousands come and go in one wave.
const TOGETHER: u64 = 8;

/// Accepts until `shutdown`, then closes the listener. Connections that the kernel took before the stop still get their
/// answer.
pub(super) async fn run<S: Handler>(
    listener: TcpListener,
    make: impl Fn(Arrival) -> S,
    desk: &Arc<Desk>,
    tasks: &mut JoinSet<()>,
    shutdown: impl Future<Output = ()>,
) {
    let mut shutdown = pin!(shutdown);
    let mut pause = Pause::default();
    for turn in 1_u64.. {
        if turn.is_multiple_of(TOGETHER) {
            yield_now().await;
        }
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = tasks.join_next(), if !tasks.is_empty() => reap(ended),
            (stream, addr) = next(&listener, &mut pause, desk) => greet(stream, addr, &make, desk, tasks),
        }
    }
    for _ in 0..listener::BACKLOG {
        let Some(Ok((stream, addr))) = listener.accept().now_or_never() else { break };
        greet(stream, addr, &make, desk, tasks);
    }
}

/// The next connection, however many errors come before it.
async fn next(listener: &TcpListener, pause: &mut Pause, desk: &Desk) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => {
                pause.0 = Duration::ZERO;
                return accepted;
            }
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                // Usually no file left: somebody who only waits can spare one.
                desk.seats.evict_one();
                tracing::warn!(%error, "cannot accept connections, trying again");
                sleep(pause.longer()).await;
            }
        }
    }
}

/// The connection was gone before it was accepted.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionReset | ConnectionRefused | Interrupted)
}

/// How long to leave a failing listener alone: 5 ms, doubling up to a second.
#[derive(Default)]
struct Pause(Duration);

impl Pause {
    fn longer(&mut self) -> Duration {
        self.0 = (self.0 * 2).clamp(Duration::from_millis(5), Duration::from_secs(1));
        self.0
    }
}

fn greet<S: Handler>(
    stream: TcpStream,
    addr: SocketAddr,
    make: impl Fn(Arrival) -> S,
    desk: &Arc<Desk>,
    tasks: &mut JoinSet<()>,
) {
    let peer = Peer { addr };
    let standing = (desk.hooks.standing)(addr.ip().to_canonical());
    let https = desk.hooks.tls.is_some();
    let line = Arc::new(Line::new(peer, standing == Standing::Proxy, Arc::clone(&desk.pulse)));
    if let Some(seat) = Seat::take(desk, standing, line) {
        tasks.spawn(connection::run(stream, seat, make(Arrival { peer: addr, https }), Arc::clone(desk)));
        return;
    }
    let answer = desk.answer(EdgeRefusal::TooManyConnections, peer, &[]);
    if https {
        // It could be read only after a handshake, which is the dearest thing that a crowd can ask for.
        return;
    }
    match Arc::clone(&desk.partings).try_acquire_owned() {
        Ok(permit) => {
            tasks.spawn(async move {
                farewell::turn_away(stream, answer).await;
                drop(permit);
            });
        }
        Err(_) => farewell::turn_away_at_once(stream, &answer),
    }
}

/// A task ended; one that panicked took only its own connection with it.
pub(super) fn reap(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a connection's task panicked");
    }
}
