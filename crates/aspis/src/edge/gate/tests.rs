use std::{collections::VecDeque, pin::Pin, task::Waker};

use proptest::prelude::*;

use super::*;
use crate::edge::{
    Hooks, Limits, Peer,
    scan::Scan,
    tests::streams::{cut, stream},
};

/// A socket that yields these pieces, then nothing more.
struct Pieces(VecDeque<Vec<u8>>);

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Some(piece) = self.0.front_mut() else { return Poll::Pending };
        let step = piece.len().min(buf.remaining());
        buf.put_slice(&piece[..step]);
        piece.drain(..step);
        if piece.is_empty() {
            self.0.pop_front();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pieces {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// What hyper would be shown through a buffer of `size`, and the refusals on the way.
fn shown(pieces: &[&[u8]], size: usize, first: bool) -> (Vec<u8>, Place, usize) {
    let desk = Arc::new(Desk::new(
        Limits { http2: false, ..Limits::default() },
        Hooks::new(|refused| refused.why.code().into()),
    ));
    let peer = Peer { addr: ([127, 0, 0, 1], 1).into() };
    let line = Arc::new(Line::new(peer, false, Arc::clone(&desk.pulse)));
    let pieces = pieces.iter().filter(|piece| !piece.is_empty()).map(|piece| piece.to_vec()).collect();
    let mut gate = Gate::new(Pieces(pieces), Arc::clone(&desk), line);
    let mut seen = Vec::new();
    let mut space = vec![0; size];
    let mut cx = Context::from_waker(Waker::noop());
    if first && !matches!(gate.poll_first(&mut cx), Poll::Ready(Ok(true))) {
        return (seen, gate.scan.place(), usize::try_from(desk.report().refused).unwrap());
    }
    loop {
        let mut buf = ReadBuf::new(&mut space);
        match Pin::new(&mut gate).poll_read(&mut cx, &mut buf) {
            Poll::Ready(Ok(())) if !buf.filled().is_empty() => seen.extend_from_slice(buf.filled()),
            _ => break,
        }
    }
    let refusals = usize::try_from(desk.report().refused).unwrap();
    (seen, gate.scan.place(), refusals)
}

proptest! {
    /// However the bytes come and whatever room there is, hyper is shown the same, and it is what may pass.
    #[test]
    fn hyper_is_shown_what_may_pass(
        bytes in stream(),
        sizes in prop::collection::vec(1..90usize, 1..30),
        room in 1..200usize,
    ) {
        let mut scan = Scan::new(Desk::new(Limits { http2: false, ..Limits::default() }, Hooks::new(|_| Vec::new())).bounds());
        let fed = scan.feed(&bytes);
        let refused = usize::from(matches!(scan.place(), Place::Refused(_)));
        let expected = (bytes[..fed.pass].to_vec(), scan.place(), refused);
        for first in [false, true] {
            prop_assert_eq!(shown(&cut(&bytes, &sizes), room, first), expected.clone());
            prop_assert_eq!(shown(&[&bytes], 100_000, first), expected.clone());
        }
    }
}
