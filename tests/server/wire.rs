//! One TCP connection, and bytes exactly as they are written.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;
use socket2::{Domain, Socket, Type};

/// Longer than anything here may take: a hang fails the test instead of stopping it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection.
pub(crate) struct Wire(TcpStream);

/// An answer, read.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The status; 0 where the connection ended without an answer.
    pub(crate) status: u16,
    /// The head, in lower case.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: String,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Status and word of a refusal.
    pub(crate) fn refusal(&self) -> (u16, String) {
        (self.status, self.json()["code"].as_str().unwrap_or("").to_owned())
    }

    /// A field of the head.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
    }
}

impl Wire {
    /// Connects.
    pub(crate) fn to(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).unwrap())
    }

    /// Connects as somebody else on this machine.
    pub(crate) fn between(from: [u8; 4], address: SocketAddr) -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.bind(&SocketAddr::from((from, 0)).into()).unwrap();
        socket.connect(&address.into()).unwrap();
        Self::over(socket.into())
    }

    fn over(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self(stream)
    }

    /// Whether anybody takes connections there.
    pub(crate) fn is_taken(address: SocketAddr) -> bool {
        TcpStream::connect(address).is_ok()
    }

    /// Sends a whole request, the last of its connection, and reads the answer.
    pub(crate) fn ask(mut self, method: &str, path: &str, headers: &[&str], body: &str) -> Answer {
        let fields = lines(headers);
        let length =
            if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
        self.send(format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{fields}{length}\r\n{body}"
        ));
        self.last()
    }

    /// Sends bytes as they are. A server that has closed already is no failure: its answer says why.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.0.write_all(bytes.as_ref());
    }

    /// True when an answer, or the end of the connection, comes within this time.
    pub(crate) fn has_come(&mut self, patience: Duration) -> bool {
        self.0.set_read_timeout(Some(patience)).unwrap();
        let came = self.0.peek(&mut [0]).is_ok();
        self.0.set_read_timeout(Some(PATIENCE)).unwrap();
        came
    }

    /// Says that nothing more will be sent.
    pub(crate) fn finish(&mut self) {
        let _ = self.0.shutdown(Shutdown::Write);
    }

    /// Everything until the connection ends.
    pub(crate) fn rest(&mut self) -> String {
        let mut all = Vec::new();
        match self.0.read_to_end(&mut all) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            Err(error) => panic!("{error} after {:?}", String::from_utf8_lossy(&all)),
        }
        String::from_utf8_lossy(&all).into_owned()
    }

    /// The same as bytes.
    pub(crate) fn bytes(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        let _ = self.0.read_to_end(&mut all);
        all
    }

    /// So many bytes.
    pub(crate) fn exactly(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.0.read_exact(&mut bytes).unwrap();
        bytes
    }

    /// The one answer that is left.
    pub(crate) fn last(&mut self) -> Answer {
        parse(&self.rest())
    }

    /// The next answer of a connection that stays open; it must say its length.
    pub(crate) fn next(&mut self) -> Answer {
        let mut all = Vec::new();
        let mut byte = [0];
        while !all.ends_with(b"\r\n\r\n") {
            assert_eq!(
                self.0.read(&mut byte).unwrap(),
                1,
                "ended in a head: {:?}",
                String::from_utf8_lossy(&all)
            );
            all.push(byte[0]);
        }
        let mut answer = parse(&String::from_utf8_lossy(&all));
        let length = answer.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        answer.body = String::from_utf8_lossy(&body).into_owned();
        answer
    }
}

/// Fields of a head, a line each.
pub(crate) fn lines(fields: &[&str]) -> String {
    fields.iter().flat_map(|field| [field, "\r\n"]).collect()
}

pub(super) fn parse(text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok()).unwrap_or(0);
    Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}
