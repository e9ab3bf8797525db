//! What a read of a price costs at each door of the corridor: one client with one token, and ten thousand clients with
//! ten thousand tokens in turn, of which no cache of the processor holds the next.
//!
//! The application runs in process, with no socket before it. A head is sent through no door, through the first, through
//! the first two, and so on; what a door costs is the difference of two neighbours, taken within a round. The last rows are
//! what the whole service adds to the last door: the route, the fields of the answer, and the counts.

use std::fmt;

use anyhow::ensure;
use aspis_core::clock::{Clock, SystemClock};

mod site;

use site::{Crowd, Site};

/// The allocator of the product.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CLIENTS: u32 = 10_000;
const ROUNDS: usize = 41;

/// Nanoseconds that a request took at each depth: behind no door, behind the first, and so on; and in the whole service.
struct Round {
    depths: Vec<f64>,
    whole: f64,
}

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let site = runtime.block_on(Site::open(CLIENTS))?;
    let doors: Vec<_> = site.layer().doors().iter().map(|door| door.word()).collect();
    // In one context of the runtime, as requests are served; nothing here waits.
    let _inside = runtime.enter();
    let mut rounds = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (crowd, rounds) in [&site.one, &site.many].into_iter().zip(&mut rounds) {
            rounds.push(round(&site, crowd, doors.len())?);
        }
    }
    print!("{}", Report { doors, rounds });
    Ok(())
}

/// Everybody of a crowd at every depth, once.
fn round(site: &Site, crowd: &Crowd, doors: usize) -> anyhow::Result<Round> {
    let mut depths = Vec::new();
    for depth in 0..=doors {
        let layer = site.layer();
        let mut all = true;
        let took = timed(crowd, |head| all &= layer.walk(head, crowd.arrival, depth));
        ensure!(all, "a door refused");
        depths.push(took);
    }
    let copying = timed(crowd, |head| {
        std::hint::black_box(site::request(head));
    });
    let mut service = site.service(crowd);
    let mut all = true;
    let whole = timed(crowd, |head| all &= site::is_answered(&mut service, site::request(head)));
    ensure!(all, "a price was refused");
    Ok(Round { depths, whole: whole - copying })
}

/// Nanoseconds for each head.
fn timed(crowd: &Crowd, mut each: impl FnMut(&http::request::Parts)) -> f64 {
    let clock = SystemClock::start();
    crowd.heads.iter().for_each(&mut each);
    clock.uptime().as_secs_f64() * 1e9 / f64::from(CLIENTS)
}

/// Medians of the rounds, in two columns.
struct Report {
    doors: Vec<&'static str>,
    rounds: [Vec<Round>; 2],
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "GET /api/v1/price/BTC in process, ns on one core, medians of {ROUNDS} rounds")?;
        writeln!(f, "{:<46} {:>14} {:>16}", "", "one token", "10,000 in turn")?;
        self.row(f, "facts: who, whose word, which route", &|round| round.depths[0])?;
        for (at, door) in self.doors.iter().enumerate() {
            self.row(f, door, &|round| round.depths[at + 1] - round.depths[at])?;
        }
        let last = self.doors.len();
        self.row(f, "the route, the answer's fields, the counts", &|round| round.whole - round.depths[last])?;
        self.row(f, "the whole corridor", &|round| round.whole)
    }
}

impl Report {
    fn row(&self, f: &mut fmt::Formatter<'_>, name: &str, of: &dyn Fn(&Round) -> f64) -> fmt::Result {
        write!(f, "{name:<44}")?;
        for rounds in &self.rounds {
            let middle = middle(rounds.iter().map(of));
            let spread = self::middle(rounds.iter().map(|round| (of(round) - middle).abs()));
            write!(f, "   {middle:>6.0} ± {spread:<4.0}")?;
        }
        writeln!(f)
    }
}

/// The middle one of an odd number.
fn middle(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
