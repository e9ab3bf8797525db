//! The rows of a file beside the stored ones: what is ours, what was changed, and what each signature stands under.

use aspis_core::{
    money::Fixed,
    scenario::data_scraping::marks::{Block, Evidence, Row, Signature, SignatureError, Tally},
};
use aspis_market::leaked::{Found, Piece};
use aspis_store::prices::Bar;
use serde::Serialize;

use super::shelf::{Kept, Shelf};

/// Signatures of a file that are looked at: so many pages of a thousand rows are more than any file here has.
const SIGNATURES: usize = 10_000;

/// Rows between two signatures.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Part {
    pub(super) rows: Tally,
    /// Rows that are not as they are stored.
    pub(super) changed: u64,
}

impl Part {
    fn with(self, other: Self) -> Self {
        Self { rows: self.rows.with(other.rows), changed: self.changed + other.changed }
    }
}

/// Counts what a file holds.
pub(super) struct Census<'a> {
    shelf: &'a Shelf,
    asset: Option<&'a str>,
    counted: Counted,
}

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// Rows that were read.
    pub(super) rows: u64,
    /// Rows that stand in the store too, whatever they say.
    pub(super) matched: u64,
    /// Lines that say nothing.
    pub(super) unreadable: u64,
    /// The parts between signatures.
    pub(super) parts: Vec<Part>,
    /// The signatures of this server, each with the part before it.
    pub(super) signatures: Vec<(usize, Signature)>,
    /// What looks like one, and is none of them.
    pub(super) others: Others,
    /// The digits of volumes.
    pub(super) evidence: Evidence,
}

/// Signatures that say nothing, as counts.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Others {
    /// Made by another server.
    pub(super) foreign: u64,
    /// Changed or made up.
    pub(super) forged: u64,
    /// This server's, beyond those that are looked at.
    pub(super) more: u64,
}

impl Counted {
    /// The whole file as one part.
    pub(super) fn whole(&self) -> Part {
        self.parts.iter().fold(Part::default(), |sum, part| sum.with(*part))
    }
}

impl<'a> Census<'a> {
    pub(super) fn new(shelf: &'a Shelf, asset: Option<&'a str>) -> Self {
        let counted = Counted { parts: vec![Part::default()], ..Counted::default() };
        Self { shelf, asset, counted }
    }

    /// Takes the next piece.
    pub(super) fn take(&mut self, piece: Piece) {
        match piece {
            Piece::Row(row) => self.row(&row),
            Piece::Signature(text) => self.signature(&text),
            Piece::Unreadable => self.counted.unreadable += 1,
        }
    }

    /// Also one that says nothing was once the end of some rows.
    fn signature(&mut self, text: &str) {
        let Counted { parts, signatures, others, .. } = &mut self.counted;
        let is_bare = parts.last().is_some_and(|part| part.rows.rows() == 0);
        match Signature::open(&self.shelf.keys, text) {
            Ok(_) if signatures.len() == SIGNATURES => others.more += 1,
            Ok(signature) => {
                signatures.push((parts.len() - 1, signature));
                parts.push(Part::default());
                return;
            }
            Err(SignatureError::Foreign) => others.foreign += 1,
            Err(_) => others.forged += 1,
        }
        if !is_bare && parts.len() <= 2 * SIGNATURES {
            parts.push(Part::default());
        }
    }

    pub(super) fn done(self) -> Counted {
        self.counted
    }

    fn row(&mut self, row: &Found) {
        let named = row.asset.as_deref().and_then(|name| self.shelf.asset(name)).or(self.asset);
        let stored = self.shelf.find(named, row).map(|(at, bar)| (self.shelf.kept(at), bar));
        let mut part = Part { rows: Tally::default(), changed: 0 };
        part.rows.add(&self.shelf.keys, &told(row, named, stored));
        part.changed = u64::from(!stored.is_some_and(|(kept, bar)| is_as_stored(row, kept, bar)));
        self.counted.rows += 1;
        self.counted.matched += u64::from(stored.is_some());
        if let Some(last) = self.counted.parts.last_mut() {
            *last = last.with(part);
        }
        if let Some((kept, bar)) = stored {
            self.digit(row, kept, bar);
        }
    }

    /// A volume that is the stored one but for its last digit says whose it may be.
    fn digit(&mut self, row: &Found, kept: &Kept, bar: &Bar) {
        let seen = || kept.place?.seen(bar.volume?, row.volume?);
        if let Some(digit) = seen() {
            let (asset, interval) = (&kept.series.asset, kept.series.interval.word());
            self.counted.evidence.add(Block::of(&self.shelf.keys, asset, interval, bar.start), digit);
        }
    }
}

/// The row with what its file leaves out: a column that all rows have in common is easily lost.
fn told<'a>(row: &'a Found, named: Option<&'a str>, stored: Option<(&'a Kept, &Bar)>) -> Row<'a> {
    let series = stored.map(|(kept, _)| &kept.series);
    let asset = named.or(series.map(|series| &*series.asset)).unwrap_or_default();
    let interval = row.interval.or(series.map(|series| series.interval));
    let source = row.source.as_deref().or(series.map(|series| &*series.source)).unwrap_or_default();
    Row {
        asset,
        interval: interval.map_or("", aspis_store::prices::Interval::word),
        start: row.start,
        prices: row.prices,
        close: row.close.unwrap_or(Fixed::ZERO),
        volume: row.volume,
        source,
    }
}

/// True where nothing that the file says is other than what is stored, but for a mark.
fn is_as_stored(row: &Found, kept: &Kept, bar: &Bar) -> bool {
    let prices = row.prices.iter().zip([bar.open, bar.high, bar.low]);
    let marked = |volume| kept.place?.seen(bar.volume?, volume);
    row.close.is_none_or(|close| close == bar.close)
        && prices.into_iter().all(|(told, stored)| told.is_none() || *told == stored)
        && row.volume.is_none_or(|volume| bar.volume == Some(volume) || marked(volume).is_some())
}
