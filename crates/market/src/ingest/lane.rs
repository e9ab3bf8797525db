//! One asset at one interval: its watch, who has brought how much of it, and the rows that may change yet.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::Arc,
};

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, ReviewId},
    scenario::price_manipulation::watch::{Rules as Watching, Sign, Signs, Watch},
};
use aspis_store::{
    Durable, Stored,
    feeds::Feed,
    prices::{Bar, Interval, Series, SeriesRole, Span},
    quarantine::HeldName,
};

use super::form;

/// How a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Accepted,
    Held(ReviewId),
    Rejected,
}

/// A row that the watch may still speak of.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: u64,
    pub(super) source: Arc<str>,
    pub(super) bar: Bar,
    /// Whose credential it came with, where that is known.
    pub(super) by: Option<AccountId>,
    /// Where it was written, once it was accepted.
    pub(super) series: Option<Series>,
    pub(super) state: State,
}

#[derive(Debug)]
pub(super) struct Lane {
    pub(super) asset: String,
    pub(super) interval: Interval,
    pub(super) watch: Watch,
    pub(super) feeds: BTreeMap<String, Feed>,
    /// The asset's history.
    pub(super) history: Series,
    /// When its newest bars begin.
    starts: BTreeSet<Timestamp>,
    /// Days that were made of hours, oldest first: they are written before the first day that a source brings.
    pub(super) made: Vec<Bar>,
    rows: VecDeque<Row>,
    trusted: Arc<[String]>,
    pub(super) was_frozen: bool,
    pub(super) was_drifting: bool,
}

/// Rows that are remembered: all that the watch remembers, of all its sources, and some hundred bars of those before for
/// sources that are behind.
const REMEMBERED: usize = 4 * Watching::REMEMBERED * Watching::SOURCES;

impl Lane {
    pub(super) fn new(name: &super::Name, watch: Watch, history: Series, trusted: Arc<[String]>) -> Self {
        Self {
            asset: name.0.clone(),
            interval: name.1,
            watch,
            feeds: BTreeMap::new(),
            history,
            starts: BTreeSet::new(),
            made: Vec::new(),
            rows: VecDeque::new(),
            trusted,
            was_frozen: false,
            was_drifting: false,
        }
    }

    /// The source that writes the history: the most trusted one that has ever brought rows.
    pub(super) fn primary(&self) -> Option<&str> {
        let brings = |source: &&String| self.feeds.contains_key(*source);
        self.trusted.iter().find(brings).map(String::as_str)
    }

    /// Where a bar of a source is written: into the history, where it is the source's to write and nobody has written
    /// there before.
    fn series_of(&self, source: &str, start: Timestamp) -> Series {
        if self.primary() == Some(source) && !self.starts.contains(&start) {
            return self.history.clone();
        }
        check(&self.asset, self.interval, source)
    }

    /// A bar as it is written: it names its source where its series does not.
    pub(super) fn written(&mut self, source: &str, bar: &Bar, flags: u32) -> (Series, Bar) {
        let series = self.series_of(source, bar.start);
        if series.role == SeriesRole::History {
            self.wrote(bar.start);
        }
        let own = (*series.source != *source).then(|| source.into());
        (series, Bar { flags, source: own, ..bar.clone() })
    }

    /// Remembers where the history has a bar.
    pub(super) fn wrote(&mut self, start: Timestamp) {
        self.starts.insert(start);
        if self.starts.len() > REMEMBERED {
            self.starts.pop_first();
        }
    }

    /// Forgets a bar of the history that is taken back.
    pub(super) fn took_back(&mut self, start: Timestamp) {
        self.starts.remove(&start);
    }

    /// When the last bar of a source begins; nothing is taken from it for that moment or before.
    pub(super) fn last_of(&self, source: &str) -> Option<Timestamp> {
        self.feeds.get(source).map(|feed| feed.last)
    }

    /// Remembers that a source brings rows. Its first one moves the beginning.
    pub(super) fn follow(&mut self, source: &str) {
        let feed = || Feed {
            source: source.to_owned(),
            asset: self.asset.clone(),
            interval: self.interval,
            last: Timestamp(i64::MIN),
            distrusted: None,
        };
        self.feeds.entry(source.to_owned()).or_insert_with(feed);
    }

    pub(super) fn remember(&mut self, row: Row) {
        if self.rows.len() >= REMEMBERED {
            self.rows.pop_front();
        }
        self.rows.push_back(row);
    }

    pub(super) fn row_mut(&mut self, id: u64) -> Option<&mut Row> {
        self.rows.iter_mut().rev().find(|row| row.id == id)
    }

    pub(super) fn row_of(&mut self, source: &str, start: Timestamp) -> Option<&mut Row> {
        self.rows.iter_mut().rev().find(|row| *row.source == *source && row.bar.start == start)
    }

    /// The rows that agree with a row of one bar, itself among them, of sources so far ahead that the watch no longer
    /// remembers what they said. None where they are no majority of all that spoke.
    pub(super) fn seconded(&self, own: u64) -> Vec<u64> {
        let never = Signs::of(&[Sign::DecimalShift, Sign::Distrusted, Sign::Split]);
        let may = |row: &&Row| !form::is_wild(&row.bar) && !Signs::from_bits(row.bar.flags).any(never);
        let own = self.rows.iter().rev().find(|row| row.id == own).filter(may);
        let Some(own) = own else { return Vec::new() };
        let has_vote =
            |row: &&Row| self.feeds.get(&*row.source).is_some_and(|feed| feed.distrusted.is_none());
        let spoke = |row: &&Row| {
            row.bar.start == own.bar.start && row.source != own.source && row.state != State::Rejected
        };
        let price = own.bar.close.to_f64();
        let agrees = |row: &&Row| self.watch.says_the_same(&own.source, price, row.bar.close.to_f64());
        let others: Vec<&Row> = self.rows.iter().filter(spoke).filter(has_vote).filter(may).collect();
        let agree: Vec<u64> = others.iter().copied().filter(agrees).map(|row| row.id).collect();
        // Of what it remembers the watch has the last word.
        let weighed = others.iter().all(|row| self.watch.remembers(row.id));
        if weighed || agree.is_empty() || 2 * (agree.len() + 1) <= others.len() + 1 {
            return Vec::new();
        }
        agree.into_iter().chain([own.id]).collect()
    }

    /// The row of this source before the newest.
    pub(super) fn last_row(&self, source: &str) -> Option<&Row> {
        self.rows.iter().rev().find(|row| *row.source == *source)
    }

    /// The held rows before the oldest of a run that one source alone has set free, as far as they go on with it. The
    /// watch remembers some of a long call, and all of it is one word.
    pub(super) fn run_before(&self, oldest: u64, now: Timestamp) -> Vec<u64> {
        let never =
            [Sign::DecimalShift, Sign::SwappedAsset, Sign::Distrusted, Sign::CrossSource, Sign::Split];
        let never = Signs::of(&never);
        let Some(first) = self.rows.iter().rev().find(|row| row.id == oldest) else { return Vec::new() };
        let own = self.rows.iter().rev().filter(|row| row.source == first.source);
        let (mut run, mut after) = (Vec::new(), first.bar.close.to_f64());
        for row in own.skip_while(|row| row.id != oldest).skip(1) {
            let before = row.bar.close.to_f64();
            let waits = matches!(row.state, State::Held(_)) && !self.watch.remembers(row.id);
            let may = !form::is_wild(&row.bar) && !Signs::from_bits(row.bar.flags).any(never);
            if !waits || !may || !self.watch.continues(&row.source, (before, after), now) {
                break;
            }
            run.push(row.id);
            after = before;
        }
        run
    }

    /// True where a row that is remembered, held or accepted, of a source with a vote is like this.
    pub(super) fn shows(&self, is_it: impl Fn(&str, &Bar) -> bool) -> bool {
        let counts = |row: &&Row| row.state != State::Rejected && !self.is_distrusted(&row.source);
        self.rows.iter().filter(counts).any(|row| is_it(&row.source, &row.bar))
    }

    /// True for a source without a vote.
    pub(super) fn is_distrusted(&self, source: &str) -> bool {
        self.feeds.get(source).is_some_and(|feed| feed.distrusted.is_some())
    }

    /// True where a row of a source came with the credential of this account.
    pub(super) fn was_fed_by(&self, account: AccountId, source: &str) -> bool {
        self.rows.iter().any(|row| *row.source == *source && row.by == Some(account))
    }

    /// Takes over who brought which row: no store remembers that.
    pub(super) fn brought_as(&mut self, known: &Self) {
        let named = known.rows.iter().filter_map(|row| Some(((&row.source, row.bar.start), row.by?)));
        let by: HashMap<_, _> = named.collect();
        for row in self.rows.iter_mut().filter(|row| row.by.is_none()) {
            row.by = by.get(&(&row.source, row.bar.start)).copied();
        }
    }

    /// True where the newest row of the source that writes the history is held.
    pub(super) fn holds_newest(&self) -> bool {
        let primary = self.primary().unwrap_or_default();
        matches!(self.last_row(primary), Some(Row { state: State::Held(_), .. }))
    }

    /// What is stored of a source, or held, for the bars of these rows that are no news.
    pub(super) async fn known(
        &self,
        store: &Durable,
        source: &str,
        rows: &[(usize, &Bar)],
    ) -> Stored<Vec<Bar>> {
        let Some(last) = self.last_of(source) else { return Ok(Vec::new()) };
        let old = rows.iter().map(|(_, bar)| bar.start).filter(|start| *start <= last);
        let Some((first, last)) = old.clone().min().zip(old.max()) else { return Ok(Vec::new()) };
        let before = Some(Timestamp(last.0.saturating_add(1)));
        let span = Span { from: Some(first), before, offset: 0, limit: i64::MAX.unsigned_abs() };
        let mut known = store.prices.bars(&self.history, span).await?;
        known.extend(store.prices.bars(&check(&self.asset, self.interval, source), span).await?);
        let (asset, interval) = (self.asset.clone(), self.interval);
        let name = HeldName { asset, interval, source: source.into(), start: first };
        known.extend(store.quarantine.between(&name, last).await?.into_iter().map(|held| held.bar));
        Ok(known)
    }
}

/// The series of a second source.
pub(super) fn check(asset: &str, interval: Interval, source: &str) -> Series {
    Series { asset: asset.to_owned(), interval, source: source.into(), role: SeriesRole::Check }
}
