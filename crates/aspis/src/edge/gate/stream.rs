//! The gate as a stream: reading passes the gate, writing only leaves a mark when the client takes nothing.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{Gate, Place};

impl<IO: AsyncRead + AsyncWrite + Unpin> AsyncRead for Gate<IO> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let gate = self.get_mut();
        let before = buf.filled().len();
        loop {
            if gate.ready > 0 {
                gate.deliver(buf);
                return Poll::Ready(Ok(()));
            }
            if gate.is_ended() {
                return gate.end();
            }
            if gate.is_held_off() {
                return gate.wait();
            }
            match Pin::new(&mut gate.io).poll_read(cx, buf) {
                Poll::Pending => return gate.wait(),
                Poll::Ready(Ok(())) if buf.filled().len() > before => {}
                end @ Poll::Ready(_) => {
                    gate.farewell.quiet = true;
                    return end;
                }
            }
            if gate.scan.place() == Place::Over {
                buf.set_filled(before);
                return Poll::Pending;
            }
            gate.judge(buf, before);
            if buf.filled().len() > before {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Gate<IO> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let gate = self.get_mut();
        let done = Pin::new(&mut gate.io).poll_write(cx, buf);
        gate.wrote(done, || buf.len())
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let gate = self.get_mut();
        let done = Pin::new(&mut gate.io).poll_write_vectored(cx, bufs);
        gate.wrote(done, || bufs.iter().map(|buf| buf.len()).sum())
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let gate = self.get_mut();
        let done = Pin::new(&mut gate.io).poll_flush(cx);
        gate.flushed(done)
    }

    /// The end is not hyper's to make: the last words come after it.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
