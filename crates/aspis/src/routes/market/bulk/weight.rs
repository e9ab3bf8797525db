//! How many bytes an export can come to at most, before one row of it is read.

use aspis_market::prices::{Listed, Recent};
use aspis_store::prices::Interval;

use super::Export;
use crate::app::metering::Weight;

/// Names, quotes and commas of a row, in the form that has most of them.
const FRAME: u64 = 130;
/// Its moment (27 characters at most), four prices (21 each) and the volume (40).
const VALUES: u64 = 27 + 4 * 21 + 40;
/// The longest name of a source that is set.
const LONGEST_SOURCE: usize = 64;
/// What stands before the first row and after the last, with the signature.
const ENDS: u64 = 1024;

impl Export {
    /// Rows by the most that one can be.
    pub(super) fn weight(&self) -> Weight {
        let rows = self.assets.iter().filter_map(|listed| {
            let recent = listed.of(Interval::Day)?;
            Some(recent.at_most(self.from, self.to) as u64 * row(listed, recent))
        });
        Weight(ENDS + rows.sum::<u64>())
    }
}

fn row(listed: &Listed, recent: &Recent) -> u64 {
    // What JSON puts in place of one byte is six at most.
    let own = recent.series.source.len();
    // A bar may name another source than its series.
    let others = !recent.whole || recent.bars.iter().any(|bar| bar.source.is_some());
    let names = listed.asset.id.len() + if others { own.max(LONGEST_SOURCE) } else { own };
    FRAME + VALUES + 6 * names as u64
}

#[cfg(test)]
mod tests {
    use aspis_core::{
        clock::Timestamp,
        money::{Fixed, Volume},
    };
    use aspis_store::prices::Bar;

    use super::{super::format::WORDS, *};
    use crate::routes::market::Row;

    #[test]
    fn the_longest_row_weighs_no_more_than_is_said() {
        let price = Fixed::from_units(i64::MIN);
        let bar = Bar {
            open: Some(price),
            high: Some(price),
            low: Some(price),
            volume: "1000000000000000000000000000000.99999999".parse::<Volume>().ok(),
            ..Bar::closing(Timestamp(253_402_300_799_999_999), price)
        };
        assert!(bar.volume.is_some());
        let (asset, source) = ("A".repeat(12), "\u{1}".repeat(40));
        for (word, format) in WORDS {
            let mut text = String::new();
            format.row(&mut text, &asset, &Row::of(&bar, &source), false);
            let most = FRAME + VALUES + 6 * (asset.len() + source.len()) as u64;
            assert!(text.len() as u64 <= most, "{word}: {} of {most}", text.len());
            let ends = format.head().len() + format.tail(&"s".repeat(200)).len();
            assert!(ends as u64 <= ENDS, "{word}: {ends}");
        }
    }
}
