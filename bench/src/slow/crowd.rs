//! The slow connections of a run. Whoever is hung up on comes back a second later.

use std::{
    cell::Cell,
    net::{Ipv4Addr, SocketAddr},
    rc::Rc,
    time::Duration,
};

use tokio::{
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::sleep,
};

use super::kind::Kind;

/// Addresses that they come from: few enough that each has many, and no more than a client may have.
const ADDRESSES: u32 = 40;
/// Between two first connections, so that nobody measures how fast a machine accepts.
const APART: Duration = Duration::from_micros(500);
/// Until somebody who was hung up on is back.
const BACK: Duration = Duration::from_secs(1);
/// How often, and how many times at most, it is looked whether all have come.
const LOOK: (Duration, u32) = (Duration::from_millis(100), 300);

/// How many there are. Lives in a `LocalSet`.
pub(super) struct Crowd {
    counts: Rc<Counts>,
    members: JoinSet<()>,
}

#[derive(Debug, Default)]
struct Counts {
    open: Cell<u32>,
    /// Connections that did not last.
    ended: Cell<u64>,
}

impl Crowd {
    /// Opens all connections, and gives them half a minute for it.
    pub(super) async fn gather(to: SocketAddr, connections: u32, only: Option<Kind>) -> anyhow::Result<Self> {
        let (counts, mut members) = (Rc::new(Counts::default()), JoinSet::new());
        for number in 0..connections {
            let kind = only.unwrap_or_else(|| Kind::of(number));
            members.spawn_local(member(number, kind, to, Rc::clone(&counts)));
        }
        for _ in 0..LOOK.1 {
            // Who is hung up on meanwhile leaves a gap: nearly all is as many as there will ever be.
            if counts.open.get() >= connections - connections / 50 {
                break;
            }
            sleep(LOOK.0).await;
        }
        Ok(Self { counts, members })
    }

    /// Connections that are open now.
    pub(super) fn open(&self) -> u32 {
        self.counts.open.get()
    }

    /// How often one was hung up on, or never let in.
    pub(super) fn ended(&self) -> u64 {
        self.counts.ended.get()
    }

    /// Closes all of them.
    pub(super) async fn leave(mut self) {
        self.members.shutdown().await;
    }
}

async fn member(number: u32, kind: Kind, to: SocketAddr, counts: Rc<Counts>) {
    sleep(APART * number).await;
    let from = Ipv4Addr::from_bits(Ipv4Addr::new(127, 20, 0, 1).to_bits() + number % ADDRESSES);
    loop {
        if let Ok(stream) = connect(from, to, kind).await {
            counts.open.update(|open| open + 1);
            // It ends only in an error: nobody else hangs up.
            let _ = kind.hold(stream).await;
            counts.open.update(|open| open - 1);
        }
        counts.ended.update(|ended| ended + 1);
        sleep(BACK).await;
    }
}

async fn connect(from: Ipv4Addr, to: SocketAddr, kind: Kind) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if let Some(bytes) = kind.receive_buffer() {
        socket.set_recv_buffer_size(bytes)?;
    }
    socket.bind(SocketAddr::from((from, 0)))?;
    socket.connect(to).await
}
