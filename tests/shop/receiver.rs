//! Whoever gets alerts over HTTP: notes what comes, and answers as it is told to. On threads of its own, so that a test
//! may wait for it in any way.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use serde_json::Value;

/// A request that came whole.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) line: String,
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Post {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What it does about a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    /// A status, with header fields, each with its line end.
    Say(u16, &'static str),
    /// Nothing at all.
    Hang,
    /// The end of the connection.
    Close,
}

type Whim = dyn Fn(usize) -> Act + Send + Sync;

/// A receiver on loopback.
pub(crate) struct Receiver {
    address: SocketAddr,
    posts: Arc<Mutex<Vec<Post>>>,
}

impl Receiver {
    /// Takes everything.
    pub(crate) fn kind() -> Self {
        Self::moody(|_| Act::Say(204, ""))
    }

    /// Answers the nth request as it is told to.
    pub(crate) fn moody(whim: impl Fn(usize) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, posts) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<Post>>>::default());
        let (noted, whim): (_, Arc<Whim>) = (Arc::clone(&posts), Arc::new(whim));
        // They end with the process of the test.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (noted, whim) = (Arc::clone(&noted), Arc::clone(&whim));
                thread::spawn(move || talk(stream, &noted, whim.as_ref()));
            }
        });
        Self { address, posts }
    }

    /// An address with a secret in it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/services/c4n4ry", self.address)
    }

    pub(crate) fn posts(&self) -> Vec<Post> {
        self.posts.lock().unwrap().clone()
    }

    /// What has come, once there is so much of it.
    pub(crate) async fn got(&self, count: usize) -> Vec<Post> {
        for _ in 0..3000 {
            if self.posts().len() >= count {
                return self.posts();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} of {count} came", self.posts().len());
    }

    /// The same for a test without tasks.
    pub(crate) fn waits_for(&self, count: usize) -> Vec<Post> {
        for _ in 0..3000 {
            if self.posts().len() >= count {
                return self.posts();
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("{} of {count} came", self.posts().len());
    }

    /// What has come after a moment in which more could have.
    pub(crate) async fn at_rest(&self) -> usize {
        tokio::time::sleep(Duration::from_millis(300)).await;
        self.posts().len()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the connection ends with this")]
fn talk(stream: TcpStream, posts: &Mutex<Vec<Post>>, whim: &Whim) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let post = read(&mut reader)?;
    let number = {
        let mut posts = posts.lock().unwrap();
        posts.push(post);
        posts.len()
    };
    match whim(number) {
        Act::Close => {}
        Act::Hang => {
            // Until the other side has gone.
            let _ = reader.read(&mut [0]);
        }
        Act::Say(status, fields) => {
            let answer =
                format!("HTTP/1.1 {status} x\r\n{fields}content-length: 0\r\nconnection: close\r\n\r\n");
            (&stream).write_all(answer.as_bytes()).ok()?;
        }
    }
    Some(())
}

fn read(reader: &mut impl BufRead) -> Option<Post> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim_end() {
            "" => break,
            text => lines.push(text.to_owned()),
        }
    }
    let field = |line: &String| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_ascii_lowercase(), value.trim().to_owned())
    };
    let fields: BTreeMap<_, _> = lines[1..].iter().map(field).collect();
    let length = fields.get("content-length").map_or(0, |text| text.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Post { line: lines.swap_remove(0), fields, body: String::from_utf8(body).unwrap() })
}
