//! A relay for tests: speaks as much SMTP as a letter needs, and misbehaves where it is told to.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use base64::{Engine as _, prelude::BASE64_STANDARD as STANDARD};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

/// Where in a conversation the relay is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Banner,
    Hello,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// Within the letter, after its first line.
    Text,
    /// After its last line.
    Dot,
    /// The letter is in the books, and the answer is not yet sent.
    Taken,
    Quit,
}

/// What it does there instead of what is right.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    Say(&'static str),
    Close,
    Hang,
}

/// What to do at a step of the nth connection, at this line; nothing: what is right.
type Whim = dyn Fn(usize, Step, &str) -> Option<Act> + Send + Sync;

#[derive(Debug, Clone, Default)]
pub(crate) struct Received {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) data: String,
}

impl Received {
    /// The text as a mailbox shows it, with lines of `\n`.
    pub(crate) fn text(&self) -> String {
        let (head, body) = self.data.split_once("\r\n\r\n").unwrap();
        let encoding = head.lines().find_map(|line| line.strip_prefix("Content-Transfer-Encoding: "));
        let bytes = match encoding.unwrap() {
            "7bit" => body.as_bytes().to_vec(),
            "base64" => STANDARD.decode(body.replace("\r\n", "")).unwrap(),
            "quoted-printable" => printable(&body.replace("=\r\n", "")),
            other => panic!("{other}"),
        };
        String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
    }
}

/// Quoted-printable (RFC 2045) without its soft line ends.
fn printable(text: &str) -> Vec<u8> {
    let mut parts = text.split('=');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    bytes
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    lines: Mutex<Vec<String>>,
    letters: Mutex<Vec<Received>>,
}

/// What the relay offers.
#[derive(Clone, Default)]
pub(crate) struct Offer {
    pub(crate) auth: bool,
    pub(crate) starttls: Option<TlsAcceptor>,
    pub(crate) wrapped: Option<TlsAcceptor>,
}

pub(crate) struct Fake {
    pub(crate) address: SocketAddr,
    seen: Arc<Seen>,
    _serving: JoinSet<()>,
}

impl Fake {
    pub(crate) async fn kind() -> Self {
        Self::moody(|_, _, _| None).await
    }

    pub(crate) async fn moody(
        whim: impl Fn(usize, Step, &str) -> Option<Act> + Send + Sync + 'static,
    ) -> Self {
        Self::open(Offer::default(), whim).await
    }

    pub(crate) async fn open(
        offer: Offer,
        whim: impl Fn(usize, Step, &str) -> Option<Act> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, seen) = (listener.local_addr().unwrap(), Arc::new(Seen::default()));
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, offer, Arc::new(whim), Arc::clone(&seen)));
        Self { address, seen, _serving: serving }
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// Every command that came, of all connections.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen.lines.lock().unwrap().clone()
    }

    pub(crate) fn letters(&self) -> Vec<Received> {
        self.seen.letters.lock().unwrap().clone()
    }

    /// The names before the @ of all letters, in the order of their arrival.
    pub(crate) fn recipients(&self) -> Vec<String> {
        self.letters().iter().map(|letter| letter.to.split('@').next().unwrap().to_owned()).collect()
    }
}

async fn serve(listener: TcpListener, offer: Offer, whim: Arc<Whim>, seen: Arc<Seen>) {
    let mut talks = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let number = seen.connections.fetch_add(1, Ordering::SeqCst) + 1;
        let (offer, whim, seen) = (offer.clone(), Arc::clone(&whim), Arc::clone(&seen));
        talks.spawn(async move {
            // The other side may hang up whenever it likes.
            let _ = talk(stream, &offer, &Talk { number, whim, seen }).await;
        });
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

struct Talk {
    number: usize,
    whim: Arc<Whim>,
    seen: Arc<Seen>,
}

impl Talk {
    /// The right answer, or what the relay feels like; an error ends the connection.
    async fn answer(
        &self,
        out: &mut BufReader<Box<dyn Stream>>,
        step: Step,
        line: &str,
        right: &str,
    ) -> io::Result<bool> {
        let said = match (self.whim)(self.number, step, line) {
            None => right,
            Some(Act::Say(text)) => text,
            Some(Act::Close) => return Err(io::ErrorKind::ConnectionAborted.into()),
            Some(Act::Hang) => std::future::pending().await,
        };
        if !said.is_empty() {
            out.write_all(format!("{said}\r\n").as_bytes()).await?;
            out.flush().await?;
        }
        Ok(said == right)
    }
}

async fn talk(stream: TcpStream, offer: &Offer, talk: &Talk) -> io::Result<()> {
    let stream: Box<dyn Stream> = match &offer.wrapped {
        Some(tls) => Box::new(tls.accept(stream).await?),
        None => Box::new(stream),
    };
    let mut io = BufReader::new(stream);
    talk.answer(&mut io, Step::Banner, "", "220 fake ESMTP").await?;
    let (mut letter, mut line) = (Received::default(), String::new());
    loop {
        line.clear();
        if io.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let text = line.trim_end().to_owned();
        talk.seen.lines.lock().unwrap().push(text.clone());
        let address = || text.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        let (step, right) = match text.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => (Step::Hello, hello(offer)),
            "AUTH" => (Step::Auth, "235 welcome"),
            "STARTTLS" => {
                io.write_all(b"220 go on\r\n").await?;
                let tls = offer.starttls.as_ref().expect("offered").accept(io.into_inner()).await?;
                io = BufReader::new(Box::new(tls));
                continue;
            }
            "MAIL" => (Step::Mail, "250 ok"),
            "RCPT" => (Step::Rcpt, "250 ok"),
            "DATA" => (Step::Data, "354 go on"),
            "QUIT" => (Step::Quit, "221 bye"),
            _ => (Step::Hello, "500 what"),
        };
        match step {
            Step::Mail => letter.from = address(),
            Step::Rcpt => letter.to = address(),
            _ => {}
        }
        let went_on = talk.answer(&mut io, step, &text, right).await?;
        if step == Step::Data && went_on {
            letter.data = read_letter(&mut io, talk).await?;
            if talk.answer(&mut io, Step::Dot, "", "").await? {
                talk.seen.letters.lock().unwrap().push(std::mem::take(&mut letter));
                talk.answer(&mut io, Step::Taken, "", "250 accepted").await?;
            }
        }
    }
}

fn hello(offer: &Offer) -> &'static str {
    match (offer.auth, &offer.starttls) {
        (true, None) => "250-fake\r\n250 AUTH PLAIN LOGIN",
        (true, Some(_)) => "250-fake\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN",
        (false, Some(_)) => "250-fake\r\n250 STARTTLS",
        (false, None) => "250-fake\r\n250 8BITMIME",
    }
}

/// The letter up to its dot, unstuffed.
async fn read_letter(io: &mut BufReader<Box<dyn Stream>>, talk: &Talk) -> io::Result<String> {
    let (mut text, mut line) = (String::new(), String::new());
    loop {
        line.clear();
        if io.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        assert!(line.ends_with("\r\n") && line.len() <= 1000, "{line:?}");
        if line == ".\r\n" {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
        talk.answer(io, Step::Text, &line, "").await?;
    }
}
