//! Yahoo's charts: each symbol from where its history ends, again and again; the splits that it tells of come first.
//!
//! Its prices are told in the shares of today, so whoever keeps older ones has to hear of a split before the next row.

use std::time::Duration;

use aspis_core::clock::Timestamp;
use aspis_store::prices::Interval;

use super::{
    client::Answer,
    fault::Fault,
    line::Line,
    track::{Symbol, Track},
};

pub mod chart;

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
        for track in &mut self.tracks {
            line.next(track, self.back).await?;
            if track.lacks(line.clock.now()) {
                fetch(line, track).await?;
            }
        }
        line.health.worked();
        Ok(self.every)
    }
}

async fn fetch(line: &mut Line, track: &mut Track) -> Result<(), Fault> {
    let answer = line.ask(&path(track, line.clock.now())).await?;
    let now = line.agreed(&answer);
    let chart = match read(&answer, &track.of, now) {
        // One symbol that there is not leaves the others alone.
        Err(Fault::UnknownSymbol) => {
            line.health.note(Fault::UnknownSymbol);
            return Ok(());
        }
        other => other?,
    };
    line.health.count(&[], chart.wrong);
    for (at, ratio) in chart.splits {
        // Until the first bar of the new shares has closed, there is nothing that bears it out.
        let Some(first) = chart.bars.iter().find(|bar| bar.start >= at) else { continue };
        let opening = first.open.unwrap_or(first.close);
        let told = line.takes.split(line.name, &track.of.asset, at, ratio, opening).await;
        told.map_err(|_| Fault::Store)?;
    }
    let bars = track.sift(chart.bars, now);
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
