//! Many rows, written by turns: a page of thousands of them lets others at the core in between.

use aspis_store::prices::Bar;
use tokio::task::yield_now;

use super::Row;
use crate::app::turns::Turns;

/// Rows between two turns of others; they take about twenty microseconds.
const TURN: usize = 100;
/// Bytes that most rows take.
const ROW: usize = 160;

/// An answer whose first list is empty, with the bars in it.
pub(super) async fn fill(frame: &str, bars: &[Bar], source: &str, turns: &Turns) -> Vec<u8> {
    let (head, tail) = frame.split_once("[]").expect("a frame has an empty list");
    let right = (bars.len() > TURN).then(|| turns.take()).flatten();
    let mut text = Vec::with_capacity(frame.len() + bars.len() * ROW);
    text.extend_from_slice(head.as_bytes());
    text.push(b'[');
    for (turn, bars) in bars.chunks(TURN).enumerate() {
        if turn > 0 {
            text.push(b',');
            if right.is_some() {
                yield_now().await;
            }
        }
        write(&mut text, bars, source);
    }
    text.push(b']');
    text.extend_from_slice(tail.as_bytes());
    text
}

/// Rows with commas between them.
fn write(text: &mut Vec<u8>, bars: &[Bar], source: &str) {
    for (number, bar) in bars.iter().enumerate() {
        if number > 0 {
            text.push(b',');
        }
        serde_json::to_writer(&mut *text, &Row::of(bar, source)).expect("a row is text, and memory takes it");
    }
}

#[cfg(test)]
mod tests;
