//! Yahoo's charts: each symbol from where its history ends, again and again; the splits that it tells of come first.
//!
//! Its prices are told in the shares of today, so whoever keeps older ones has to hear of a split before the next row.

use std::time::Duration;

use aspis_core::clock::Timestamp;
use aspis_store::prices::{Bar, Interval};

use super::{
    client::Answer,
    fault::Fault,
    line::{Caught, Line},
    track::{Symbol, Track},
};

pub mod chart;

use crate::prices::stale_after;
use chart::{Asked, Chart};

/// How it is asked for what.
pub(super) struct Yahoo {
    tracks: Vec<Track>,
    /// How far back it goes where nothing is known.
    back: Duration,
    /// How often it is asked.
    every: Duration,
}

/// Hours are kept for two years; older ones are not answered at all.
const HOURS: Duration = Duration::from_secs(729 * 86_400);

impl Yahoo {
    pub(super) fn new(symbols: Vec<Symbol>, back: Duration, every: Duration) -> Self {
        Self { tracks: symbols.into_iter().map(Track::new).collect(), back, every }
    }

    /// Every symbol of which a bar should be there by now.
    pub(super) async fn round(&mut self, line: &mut Line) -> Result<Duration, Fault> {
        let mut caught = Caught::default();
        for track in &mut self.tracks {
            line.next(track, self.back).await?;
            if track.lacks(line.clock.now()) {
                caught.add(match fetch(line, track).await {
                    // One symbol that there is not, or of which nothing comes, leaves the others alone.
                    Err(fault @ (Fault::UnknownSymbol | Fault::Empty)) => Err(fault),
                    other => Ok(other?),
                });
            }
        }
        line.judge(caught);
        Ok(self.every)
    }
}

async fn fetch(line: &mut Line, track: &mut Track) -> Result<(), Fault> {
    let answer = line.ask(&path(track, line.clock.now())).await?;
    let now = line.agreed(&answer);
    let chart = read(&answer, &track.of, now)?;
    line.health.count(&[], chart.wrong);
    for (at, ratio) in chart.splits {
        // Until the first bar of the new shares has closed, there is nothing that bears it out.
        let mut bars: Vec<Bar> = chart.bars.iter().filter(|bar| bar.start >= at).cloned().collect();
        bars.sort_by_key(|bar| bar.start);
        if bars.is_empty() {
            continue;
        }
        let told = line.takes.split(line.name, &track.of.asset, at, ratio, &bars).await;
        told.map_err(|_| Fault::Store)?;
    }
    let bars = track.sift(chart.bars, now);
    // Nothing is traded on some days; of so many some are missing.
    let is_late = track.next.is_some_and(|next| now.since(next) > stale_after(Interval::Day));
    if bars.is_empty() && is_late {
        return Err(Fault::Empty);
    }
    line.bring(track, bars).await
}

fn path(track: &Track, now: Timestamp) -> String {
    let interval = track.of.interval.word();
    let from = track.next.unwrap_or(now).seconds();
    let from = match track.of.interval {
        Interval::Hour => from.max(now.minus(HOURS).seconds()),
        // A session may begin before the midnight of UTC that its day is named by.
        Interval::Day => from - 86_400 / 2,
    };
    let (symbol, until) = (track.of.symbol.replace('^', "%5E"), now.seconds());
    format!(
        "/v8/finance/chart/{symbol}?period1={from}&period2={until}&interval={interval}\
         &events=div%7Csplit&includePrePost=false"
    )
}

fn read(answer: &Answer, of: &Symbol, now: Timestamp) -> Result<Chart, Fault> {
    match answer.status {
        200 | 400 | 404 | 422 => {
            chart::read(&answer.body, Asked { symbol: &of.symbol, interval: of.interval, now })
        }
        // What it answers instead of 429 at times.
        999 => Err(Fault::Limited { after: answer.retry_after }),
        status => Err(Fault::of_status(status, answer.retry_after)),
    }
}
