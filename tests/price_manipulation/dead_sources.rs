//! Sources that never answer, or a byte a second: whoever reads prices does not notice.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::server::{Server, Wire};

/// How a source is dead.
#[derive(Debug, Clone, Copy)]
enum Dead {
    /// It takes the request and says nothing.
    Silent,
    /// It says a byte of its answer each second.
    Dripping,
}

/// A source on this machine: where it is, and how many have come.
fn source(dead: Dead) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, came) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&came);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            counted.fetch_add(1, Ordering::SeqCst);
            thread::spawn(move || answer(dead, stream));
        }
    });
    (address, came)
}

/// Ends with the other side.
fn answer(dead: Dead, mut stream: TcpStream) {
    let mut answer =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n[".iter().cycle();
    let wait = if matches!(dead, Dead::Dripping) { Duration::from_secs(1) } else { Duration::from_secs(300) };
    stream.set_read_timeout(Some(wait)).unwrap();
    loop {
        match stream.read(&mut [0; 4096]) {
            Ok(0) => return,
            Ok(_) => continue,
            Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => return,
            Err(_) => {}
        }
        let byte = *answer.next().expect("it has no end");
        if matches!(dead, Dead::Dripping) && stream.write_all(&[byte]).is_err() {
            return;
        }
    }
}

/// Budgets that no reader spends.
const READERS: [&str; 3] =
    ["rate.prices=60000/minute", "safeguards.scraping=off", "sources.requests=600/minute"];

fn median(mut spans: Vec<Duration>) -> Duration {
    spans.sort_unstable();
    spans[spans.len() / 2]
}

/// How long one read takes on a connection that is open.
fn read(wire: &mut Wire) -> Duration {
    let begun = now();
    wire.send("GET /api/v1/price/BTC HTTP/1.1\r\nhost: localhost\r\n\r\n");
    assert_eq!(wire.next().status, 200);
    begun.elapsed()
}

#[expect(clippy::disallowed_methods, reason = "what is measured is the time of the machine")]
fn now() -> Instant {
    Instant::now()
}

/// Waits until everybody has been asked.
fn until_asked(asked: &[&AtomicUsize]) {
    let begun = now();
    while asked.iter().any(|one| one.load(Ordering::SeqCst) == 0) {
        assert!(begun.elapsed() < Duration::from_secs(30), "nobody asks the sources: {asked:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn is_well(server: &Server) {
    for path in ["/readyz", "/healthz"] {
        let answer = Wire::to(server.ops).ask("GET", path, &[], "");
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
    }
}

#[test]
fn a_dead_source_never_delays_a_read() {
    let ((silent, at_silent), (stream, at_stream), (dripping, at_dripping)) =
        (source(Dead::Silent), source(Dead::Silent), source(Dead::Dripping));
    let urls = [
        format!("sources.binance_url=http://{silent}"),
        format!("sources.binance_stream_url=ws://{stream}"),
        format!("sources.yahoo_url=http://{dripping}"),
        "sources.enabled=true".to_owned(),
    ];
    let without = Server::start(&READERS);
    let settings: Vec<&str> = READERS.into_iter().chain(urls.iter().map(String::as_str)).collect();
    let beside = Server::start(&settings);
    is_well(&beside);
    until_asked(&[&at_silent, &at_dripping]);
    // In turns, so that whatever else the machine does is the same for both.
    let (mut calm, mut troubled) = (Vec::new(), Vec::new());
    let mut wires = (without.wire(), beside.wire());
    for turn in 0..1500 {
        calm.push(read(&mut wires.0));
        troubled.push(read(&mut wires.1));
        if turn % 500 == 0 {
            is_well(&beside);
        }
    }
    let (calm, troubled) = (median(calm), median(troubled));
    let came = [&at_silent, &at_stream, &at_dripping].map(|one| one.load(Ordering::SeqCst));
    println!(
        "medians: {calm:?} without sources, {troubled:?} beside dead ones, which were asked {came:?} times"
    );
    assert!(troubled <= calm * 5 + Duration::from_millis(2), "{troubled:?} instead of {calm:?}");
    is_well(&beside);
    // Nor does it keep anybody from stopping.
    let begun = now();
    assert!(beside.stop().1.success());
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}
