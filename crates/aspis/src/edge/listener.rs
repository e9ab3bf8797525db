//! The listening socket: how many newcomers wait in it, and what every connection takes over from it.
//!
//! Options of a listener are those of its connections, so that none of them costs a call when one comes. How many
//! connections there may be is not known here.

use std::{
    fs, io,
    net::{IpAddr, SocketAddr},
};

use socket2::SockRef;
use tokio::net::{TcpListener, TcpSocket};

use super::{
    limits::Limits,
    unsent::{SEND_BUFFER, UNSENT_IN_KERNEL},
};

/// Newcomers that wait to be accepted. One for whom there is no room has to try again, a second later, so a crowd that
/// comes at once must fit.
pub(super) const BACKLOG: u32 = 4096;

/// The system's own bound of the same.
const MOST: &str = "/proc/sys/net/core/somaxconn";

/// A listener on `address`, for [`serve`](super::serve). The log says so when the system gives newcomers less room.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address.ip() {
        IpAddr::V4(_) => TcpSocket::new_v4(),
        IpAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    if let Some(most) = smaller(&fs::read_to_string(MOST).unwrap_or_default()) {
        tracing::info!(
            somaxconn = most,
            wanted = BACKLOG,
            "when very many connect at once, some will try again: raise net.core.somaxconn to spare them that"
        );
    }
    socket.listen(BACKLOG)
}

/// The system's bound, where it is below ours.
fn smaller(said: &str) -> Option<u32> {
    said.trim().parse().ok().filter(|most| *most < BACKLOG)
}

/// Sets what connections take over. Where the kernel refuses, its own bounds stay in force.
pub(super) fn prepare(listener: &TcpListener, limits: &Limits) {
    let socket = SockRef::from(listener);
    let _ = socket.set_send_buffer_size(SEND_BUFFER);
    let _ = socket.set_tcp_notsent_lowat(UNSENT_IN_KERNEL);
    // What lies in the kernel has nobody else to mind it once the connection is closed.
    let _ = socket.set_tcp_user_timeout(Some(limits.write_timeout));
    // Answers are written whole: waiting for more to fill a packet only costs time.
    let _ = socket.set_tcp_nodelay(true);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_smaller_bound_is_worth_a_word() {
        assert_eq!(smaller("128\n"), Some(128));
        assert_eq!(smaller("4096\n"), None);
        assert_eq!(smaller(""), None);
    }

    #[tokio::test]
    async fn a_connection_takes_over_what_the_listener_has() {
        let listener = listen(([127, 0, 0, 1], 0).into()).unwrap();
        prepare(&listener, &Limits::default());
        let client = TcpSocket::new_v4().unwrap();
        let connect = client.connect(listener.local_addr().unwrap());
        let (accepted, _client) = tokio::join!(listener.accept(), connect);
        let (stream, _) = accepted.unwrap();
        let socket = SockRef::from(&stream);
        assert!(socket.tcp_nodelay().unwrap());
        assert_eq!(socket.tcp_notsent_lowat().unwrap(), UNSENT_IN_KERNEL);
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(Limits::default().write_timeout));
    }
}
