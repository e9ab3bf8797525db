//! Binance: klines over REST from where history ends, then as a stream; what the stream leaves out comes over REST.
//!
//! Only closed bars are brought. Wire facts: `GET /api/v3/klines` (at most 1000 rows, oldest first, weight 2) and
//! combined streams (pings, the end after 24 hours, `serverShutdown`).

use std::time::Duration;

use aspis_store::prices::{Bar, Interval};

use super::{
    address::Address,
    client::Answer,
    fault::Fault,
    line::{Caught, Line},
    socket::Socket,
    track::{Symbol, Track},
};

pub mod rest;
pub mod stream;

use stream::Message;

/// How it is asked for what.
pub(super) struct Binance {
    stream: Address,
    tracks: Vec<Track>,
    /// How far back it goes where nothing is known.
    back: Duration,
    /// How often it is asked while there is no stream.
    every: Duration,
    /// Streams in a row that failed.
    failures: u32,
    /// The uptime from which on a stream is tried again.
    retry: Duration,
}

/// A stream ends after 24 hours; ours ends itself a little before.
const LIFE: Duration = Duration::from_secs(86_400 - 600);
/// A stream that lived so long was a good one, however it ended.
const GOOD: Duration = Duration::from_secs(60);
/// How late a bar may come over the stream before it is asked for.
const LATE: Duration = Duration::from_secs(30);
/// Between a stream that ended in good order and the next one.
const BREATH: Duration = Duration::from_secs(2);
/// Of the 6000 that an address may use up in a minute: others at this address want some, too.
const WEIGHT: u32 = 3000;
/// Bars in a row over the stream that are none, after which it is not listened to any more.
const WRONG: u32 = 100;
const MINUTE: Duration = Duration::from_secs(60);

impl Binance {
    pub(super) fn new(stream: Address, symbols: Vec<Symbol>, back: Duration, every: Duration) -> Self {
        let tracks = symbols.into_iter().map(Track::new).collect();
        Self { stream, tracks, back, every, failures: 0, retry: Duration::ZERO }
    }

    /// Everything that is missing, and then the stream for as long as it lasts.
    pub(super) async fn round(&mut self, line: &mut Line) -> Result<Duration, Fault> {
        let mut caught = Caught::default();
        for at in 0..self.tracks.len() {
            self.catch_up(line, at, &mut caught).await?;
        }
        line.judge(caught);
        let left = self.retry.saturating_sub(line.clock.uptime());
        if left > Duration::ZERO {
            return Ok(left.min(self.every));
        }
        let since = line.clock.uptime();
        let ended = self.live(line, since).await;
        let lived = line.clock.uptime().saturating_sub(since);
        Ok(match ended {
            Err(fault) if lived < GOOD => self.lost(line, fault),
            _ => {
                self.failures = 0;
                BREATH
            }
        })
    }

    /// The stream does not work: bars come over REST meanwhile.
    fn lost(&mut self, line: &Line, fault: Fault) -> Duration {
        match fault {
            // No source does that by chance.
            Fault::Flooded => drop(line.health.failed(fault)),
            _ => line.health.note(fault),
        }
        self.failures = self.failures.saturating_add(1);
        let pause = line.backoff(self.failures, fault);
        self.retry = line.clock.uptime() + pause;
        pause.min(self.every)
    }

    /// Brings every closed bar of one track that is missing.
    async fn catch_up(&mut self, line: &mut Line, at: usize, caught: &mut Caught) -> Result<(), Fault> {
        let track = &mut self.tracks[at];
        let mut next = line.next(track, self.back).await?;
        track.asked = Some(line.clock.now());
        while track.lacks(line.clock.now()) {
            let answer = line.ask(&path(&track.of, next.millis())).await?;
            spare(line, &answer);
            let rows = match read(&answer, track.of.interval) {
                // One symbol that there is not leaves the others alone.
                Err(Fault::UnknownSymbol) => {
                    caught.add(Err(Fault::UnknownSymbol));
                    return Ok(());
                }
                other => other?,
            };
            line.health.count(&[], rows.wrong);
            // There is always the bar that runs, or one that is closed.
            let is_useful = rows.bars.iter().any(|bar| bar.start >= next);
            caught.add(if is_useful { Ok(()) } else { Err(Fault::Empty) });
            let full = rows.bars.len() + rows.wrong >= rest::ROWS;
            let bars = track.sift(rows.bars, line.agreed(&answer));
            let Some(last) = bars.last().map(|bar| bar.start) else { return Ok(()) };
            line.bring(track, bars).await?;
            next = last.plus(track.of.interval.length());
            if !full {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Takes bars from the stream until it ends; without an error when that was to be expected.
    async fn live(&mut self, line: &mut Line, since: Duration) -> Result<(), Fault> {
        let mut socket = line.stream(&self.stream, &streams(&self.tracks)).await?;
        let mut wrong = 0;
        while line.clock.uptime().saturating_sub(since) < LIFE {
            let Some(message) = next(&mut socket).await? else { return Err(Fault::Broken) };
            match message {
                Message::Shutdown => return Ok(()),
                Message::Wrong => {
                    line.health.count(&[], 1);
                    wrong += 1;
                    if wrong >= WRONG {
                        return Err(Fault::Unreadable("its bars are none"));
                    }
                }
                Message::Nothing => {}
                Message::Running { symbol, interval } => self.runs(line, &symbol, interval),
                Message::Closed { symbol, interval, bar } => {
                    wrong = 0;
                    self.closed(line, &symbol, interval, bar).await?;
                }
            }
            self.late(line).await?;
        }
        Ok(())
    }

    async fn closed(
        &mut self,
        line: &mut Line,
        symbol: &str,
        interval: Interval,
        bar: Bar,
    ) -> Result<(), Fault> {
        let Some(at) = self.place(symbol, interval) else { return Ok(()) };
        let (now, next) = (line.clock.now(), self.tracks[at].next);
        if next == Some(bar.start) && bar.start.plus(interval.length()) <= now {
            line.bring(&mut self.tracks[at], vec![bar]).await?;
            line.health.worked();
        } else if next.is_none_or(|next| next < bar.start) {
            // What lies between was missed: it comes over REST, and this bar with it.
            self.catch_now(line, at).await?;
        }
        Ok(())
    }

    fn place(&self, symbol: &str, interval: Interval) -> Option<usize> {
        self.tracks.iter().position(|track| track.of.symbol == symbol && track.of.interval == interval)
    }

    /// A bar that we want is on its way.
    fn runs(&self, line: &Line, symbol: &str, interval: Interval) {
        if self.place(symbol, interval).is_some() {
            line.health.worked();
        }
    }

    async fn catch_now(&mut self, line: &mut Line, at: usize) -> Result<(), Fault> {
        let mut caught = Caught::default();
        self.catch_up(line, at, &mut caught).await?;
        line.judge(caught);
        Ok(())
    }

    /// Asks for bars that the stream should have brought by now, each track as often as without a stream.
    async fn late(&mut self, line: &mut Line) -> Result<(), Fault> {
        for at in 0..self.tracks.len() {
            let (now, track) = (line.clock.now(), &self.tracks[at]);
            let lately = track.asked.is_some_and(|asked| now.since(asked) < self.every);
            if !lately && track.lacks(now.minus(LATE)) {
                self.catch_now(line, at).await?;
            }
        }
        Ok(())
    }
}

async fn next(socket: &mut Socket) -> Result<Option<Message>, Fault> {
    socket.next().await?.map(|text| stream::read(text.as_bytes())).transpose()
}

fn path(of: &Symbol, from: i64) -> String {
    let (symbol, interval) = (&of.symbol, of.interval.word());
    format!("/api/v3/klines?symbol={symbol}&interval={interval}&startTime={from}&limit={}", rest::ROWS)
}

fn streams(tracks: &[Track]) -> String {
    let name = |track: &Track| {
        format!("{}@kline_{}", track.of.symbol.to_ascii_lowercase(), track.of.interval.word())
    };
    let names: Vec<_> = tracks.iter().map(name).collect();
    format!("/stream?streams={}", names.join("/"))
}

fn read(answer: &Answer, interval: Interval) -> Result<rest::Rows, Fault> {
    match answer.status {
        200 => rest::read(&answer.body, interval),
        400 => Err(rest::complaint(&answer.body)),
        status => Err(Fault::of_status(status, answer.retry_after)),
    }
}

/// Rests until the minute is over when it is used up.
fn spare(line: &mut Line, answer: &Answer) {
    if answer.weight.is_some_and(|weight| weight >= WEIGHT) {
        line.pace.rest(line.clock.uptime() + MINUTE);
    }
}
