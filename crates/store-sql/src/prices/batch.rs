//! Writing many bars with few statements.
//!
//! A statement costs a trip to the database's thread, far more than a row. So bars go in by the fifty, and the rest
//! one by one. Both texts are built by the compiler from the same parts: no statement is ever built at run time.

use aspis_core::money::Fixed;
use aspis_store::prices::Bar;

use crate::{
    db::Conn,
    fault::Fault,
    sql::{Statement, query},
};

const HEAD: &str = "INSERT INTO bar (series, start, open, high, low, close, volume, flags, source) VALUES ";
const TAIL: &str = " ON CONFLICT (series, start) DO UPDATE SET open = excluded.open, high = excluded.high, \
    low = excluded.low, close = excluded.close, volume = excluded.volume, flags = excluded.flags, \
    source = excluded.source";

/// Bars in the large statement. The database looks placeholders up one after the other, so more would not be faster.
const ROWS: usize = 50;
/// Values of a bar beside the series' number, which is `$1` for all of them.
const VALUES: usize = 8;
/// `,($001` and eight times `,$002`, and `)`.
const ROW_LENGTH: usize = 6 + 5 * VALUES + 1;

const MANY: &str = text_of(&build::<{ length(ROWS) }>(ROWS));
const ONE: &str = text_of(&build::<{ length(1) }>(1));

/// The first row has no comma before it.
const fn length(rows: usize) -> usize {
    HEAD.len() + rows * ROW_LENGTH - 1 + TAIL.len()
}

const fn text_of(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("the parts are ASCII"),
    }
}

const fn build<const LENGTH: usize>(rows: usize) -> [u8; LENGTH] {
    let mut text = ([0; LENGTH], 0);
    text = push(text, HEAD);
    let mut row = 0;
    while row < rows {
        text = push(text, if row == 0 { "(" } else { ",(" });
        text = placeholder(text, 1);
        let mut value = 0;
        while value < VALUES {
            text = placeholder(push(text, ","), 2 + row * VALUES + value);
            value += 1;
        }
        text = push(text, ")");
        row += 1;
    }
    push(text, TAIL).0
}

const fn push<const L: usize>((mut text, mut end): ([u8; L], usize), part: &str) -> ([u8; L], usize) {
    let mut at = 0;
    while at < part.len() {
        text[end] = part.as_bytes()[at];
        (at, end) = (at + 1, end + 1);
    }
    (text, end)
}

/// Three digits always, so that the length is known beforehand.
const fn placeholder<const L: usize>((mut text, end): ([u8; L], usize), number: usize) -> ([u8; L], usize) {
    text[end] = b'$';
    text[end + 1] = digit(number / 100);
    text[end + 2] = digit(number / 10);
    text[end + 3] = digit(number);
    (text, end + 4)
}

#[expect(clippy::cast_possible_truncation, reason = "a number below ten")]
const fn digit(number: usize) -> u8 {
    b'0' + (number % 10) as u8
}

/// Writes bars of the series with this number.
pub(crate) async fn write(tx: &mut Conn, series: i64, bars: &[Bar]) -> Result<(), Fault> {
    let (many, rest) = bars.as_chunks::<ROWS>();
    for rows in many {
        bind(MANY, series, rows).execute(&mut *tx).await?;
    }
    for row in rest {
        bind(ONE, series, std::slice::from_ref(row)).execute(&mut *tx).await?;
    }
    Ok(())
}

fn bind<'a>(statement: &'static str, series: i64, rows: &'a [Bar]) -> Statement<'a> {
    let units = |value: Option<Fixed>| value.map(Fixed::units);
    rows.iter().fold(query(statement).bind(series), |query, bar| {
        query
            .bind(bar.start.0)
            .bind(units(bar.open))
            .bind(units(bar.high))
            .bind(units(bar.low))
            .bind(bar.close.units())
            .bind(bar.volume.map(|volume| volume.to_string()))
            .bind(i64::from(bar.flags))
            .bind(bar.source.as_deref())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statements_read_as_if_written_by_hand() {
        assert!(ONE.contains(" VALUES ($001,$002,$003,$004,$005,$006,$007,$008,$009) ON CONFLICT"), "{ONE}");
        assert!(MANY.contains(",($001,$394,$395,$396,$397,$398,$399,$400,$401) ON CONFLICT"), "{MANY}");
        assert_eq!(MANY.matches('(').count(), ROWS + 2);
    }
}
