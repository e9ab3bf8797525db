//! One keep-alive connection with a buffer of its own: nothing is allocated for an exchange.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use super::answer::{Answer, Shape};

const BUFFER: usize = 16 * 1024;

/// A connection that is ready for the next request.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects from an address of this machine: every one of 127.0.0.0/8 is, and each is another client.
    pub(crate) async fn open(from: Ipv4Addr, to: SocketAddr) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((from, 0)))?;
        socket.set_nodelay(true)?;
        Ok(Self { stream: socket.connect(to).await?, buffer: vec![0; BUFFER] })
    }

    /// Sends a request and waits for its answer, which stands in the buffer until the next one.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        let shape = self.fill().await?;
        Ok(Answer::of(shape, &self.buffer))
    }

    /// Reads until there is a whole answer, and nothing behind it.
    async fn fill(&mut self) -> io::Result<Shape> {
        let mut filled = 0;
        loop {
            if filled == self.buffer.len() {
                self.buffer.resize(filled * 2, 0);
            }
            match self.stream.read(&mut self.buffer[filled..]).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => filled += read,
            }
            match Shape::read(&self.buffer[..filled]) {
                Ok(None) => {}
                Ok(Some(shape)) if shape.end == filled => return Ok(shape),
                _ => return Err(io::Error::other("the answer cannot be read")),
            }
        }
    }
}
