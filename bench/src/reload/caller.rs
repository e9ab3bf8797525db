//! Connections that ask for a price again and again, and look at each answer.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// The lowest limit that is ever in force; the highest is a thousand above.
pub(super) const LIMIT: u32 = 900_000;

const ASK: &[u8] = b"GET /api/v1/price/BTC HTTP/1.1\r\nhost: localhost\r\n\r\n";

#[derive(Debug, Default)]
struct Seen {
    done: AtomicBool,
    requests: AtomicU64,
    failed: AtomicU64,
    first: Mutex<Option<String>>,
}

/// All of them.
pub(super) struct Callers {
    seen: Arc<Seen>,
    threads: Vec<JoinHandle<()>>,
}

impl Callers {
    pub(super) fn start(address: SocketAddr, count: u16) -> anyhow::Result<Self> {
        let seen = Arc::new(Seen::default());
        let mut threads = Vec::new();
        for _ in 0..count {
            let stream = TcpStream::connect(address)?;
            stream.set_read_timeout(Some(Duration::from_secs(10)))?;
            let seen = Arc::clone(&seen);
            threads.push(thread::spawn(move || ask(&stream, &seen)));
        }
        Ok(Self { seen, threads })
    }

    /// Requests, those that failed, and the first of these.
    pub(super) fn stop(self) -> (u64, u64, Option<String>) {
        self.seen.done.store(true, Relaxed);
        for caller in self.threads {
            if caller.join().is_err() {
                self.seen.failed.fetch_add(1, Relaxed);
            }
        }
        let first = self.seen.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        (self.seen.requests.load(Relaxed), self.seen.failed.load(Relaxed), first)
    }
}

fn ask(stream: &TcpStream, seen: &Seen) {
    let mut reader = BufReader::new(stream);
    while !seen.done.load(Relaxed) {
        let mut writer = stream;
        let answer = writer.write_all(ASK).and_then(|()| answer(&mut reader));
        seen.requests.fetch_add(1, Relaxed);
        let wrong = match answer {
            Ok(head) if is_due(&head) => continue,
            Ok(head) => head,
            Err(error) => error.to_string(),
        };
        seen.failed.fetch_add(1, Relaxed);
        seen.first.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(wrong);
        return;
    }
}

/// A good answer that says one of the limits that were in force.
fn is_due(head: &str) -> bool {
    let limit =
        head.split("\"prices\";q=").nth(1).and_then(|rest| rest.split(';').next()?.trim().parse().ok());
    let known = limit.is_some_and(|limit: u32| (LIMIT..LIMIT + 1000).contains(&limit));
    head.starts_with("HTTP/1.1 200 ") && known
}

/// The head of the next answer, behind which its body was read.
fn answer(reader: &mut impl BufRead) -> std::io::Result<String> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let start = head.len();
        if reader.read_line(&mut head)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let line = head[start..].trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.is_empty() {
            break;
        }
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink())?;
    Ok(head)
}
