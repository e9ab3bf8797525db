//! Klines as they happen: messages of a combined stream, of which only a bar that is closed is one for us.

use aspis_store::prices::{Bar, Interval};
use serde::Deserialize;

use super::rest;
use crate::sources::{cell::Cell, fault::Fault};

/// What a message says.
#[derive(Debug, PartialEq, Eq)]
pub enum Message {
    /// A bar is closed.
    Closed {
        /// The symbol, upper-case.
        symbol: String,
        /// How long the bar lasts.
        interval: Interval,
        /// The bar.
        bar: Bar,
    },
    /// The source will close the stream soon.
    Shutdown,
    /// A bar is still running.
    Running {
        /// The symbol, upper-case.
        symbol: String,
        /// How long the bar lasts.
        interval: Interval,
    },
    /// An answer to nothing we asked, a kind that we do not know.
    Nothing,
    /// A bar that is none.
    Wrong,
}

#[derive(Deserialize)]
struct Combined {
    data: Option<Event>,
}

#[derive(Deserialize)]
struct Event {
    e: Cell,
    s: Option<Cell>,
    k: Option<Kline>,
}

#[derive(Deserialize)]
struct Kline {
    t: Cell,
    #[serde(rename = "T")]
    end: Cell,
    s: Cell,
    i: Cell,
    o: Cell,
    h: Cell,
    l: Cell,
    c: Cell,
    v: Cell,
    x: bool,
}

/// Reads one message.
pub fn read(text: &[u8]) -> Result<Message, Fault> {
    let message: Combined =
        serde_json::from_slice(text).map_err(|_| Fault::Unreadable("it is no message of a stream"))?;
    let Some(event) = message.data else { return Ok(Message::Nothing) };
    Ok(match (&event.e, &event.k) {
        (Cell::Text(kind), _) if kind == "serverShutdown" => Message::Shutdown,
        (Cell::Text(kind), Some(kline)) if kind == "kline" && kline.x => {
            closed(&event, kline).unwrap_or(Message::Wrong)
        }
        (Cell::Text(kind), Some(kline)) if kind == "kline" => runs(kline),
        _ => Message::Nothing,
    })
}

fn runs(kline: &Kline) -> Message {
    let (Cell::Text(symbol), Cell::Text(word)) = (&kline.s, &kline.i) else { return Message::Nothing };
    let running = |interval| Message::Running { symbol: symbol.clone(), interval };
    Interval::parse(word).map_or(Message::Nothing, running)
}

fn closed(event: &Event, kline: &Kline) -> Option<Message> {
    let (Cell::Text(symbol), Cell::Text(word)) = (&kline.s, &kline.i) else { return None };
    // The symbol stands there twice: a message that contradicts itself is none.
    if event.s.as_ref().is_some_and(|outer| *outer != kline.s) {
        return None;
    }
    let interval = Interval::parse(word)?;
    let start = rest::start(kline.t.whole()?, kline.end.whole()?, interval)?;
    let bar = Bar {
        open: Some(kline.o.text_price()?),
        high: Some(kline.h.text_price()?),
        low: Some(kline.l.text_price()?),
        volume: Some(kline.v.text_volume()?),
        ..Bar::closing(start, kline.c.text_price()?)
    };
    Some(Message::Closed { symbol: symbol.clone(), interval, bar })
}
