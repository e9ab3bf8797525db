//! The three kinds of slow client.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::http::request;

/// Between two bytes.
const PAUSE: Duration = Duration::from_secs(3);
/// Answers that a slow reader asks for at once, so that they do not fit into what the system buffers.
const PAGES: usize = 4;
/// Bytes of body that a slow sender says are to come.
const LENGTH: usize = 60_000;

/// What is slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Kind {
    /// A request head.
    #[value(name = "heads")]
    Head,
    /// A request body.
    #[value(name = "bodies")]
    Body,
    /// Reading the answer.
    #[value(name = "readers")]
    Reader,
}

impl Kind {
    /// A third each.
    pub(super) fn of(number: u32) -> Self {
        [Self::Head, Self::Body, Self::Reader][number as usize % 3]
    }

    /// Bytes the system may hold for it: a reader wants to be behind soon.
    pub(super) fn receive_buffer(self) -> Option<u32> {
        (self == Self::Reader).then_some(2048)
    }

    /// Keeps a connection as long as it is let.
    pub(super) async fn hold(self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.write_all(&self.opening()).await?;
        loop {
            match self {
                Self::Head => drip(&mut stream, b"x").await?,
                Self::Body => drip(&mut stream, b" ").await?,
                Self::Reader => {
                    sleep(PAUSE).await;
                    sip(&mut stream).await?;
                }
            }
        }
    }

    fn opening(self) -> Vec<u8> {
        match self {
            Self::Head => b"GET /api/v1/price/BTC HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".to_vec(),
            Self::Body => format!(
                "POST /api/v1/predict/BTC HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                 Content-Length: {LENGTH}\r\n\r\n{{"
            )
            .into_bytes(),
            Self::Reader => request("GET", "/api/v1/history/BTC?limit=1000", &[], None).repeat(PAGES),
        }
    }
}

/// Sends a byte after a pause; fails as soon as the server has hung up.
async fn drip(stream: &mut TcpStream, byte: &[u8]) -> std::io::Result<()> {
    let mut words = [0; 1024];
    match timeout(PAUSE, stream.read(&mut words)).await {
        // It said why before it hangs up.
        Ok(Ok(1..)) => Ok(()),
        Ok(Ok(0)) => Err(std::io::ErrorKind::UnexpectedEof.into()),
        Ok(Err(error)) => Err(error),
        Err(_) => stream.write_all(byte).await,
    }
}

/// Reads a byte.
async fn sip(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.read_u8().await.map(|_| ())
}
