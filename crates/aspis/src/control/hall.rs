//! Where those wait who have come and not yet said what they want: so many, for so long, and whoever has waited longest
//! makes room.
//!
//! A connection that says nothing costs a place here and nothing else. Deliberately not here: who may speak at all.

use std::{collections::VecDeque, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    net::UnixStream,
    sync::oneshot,
    time::timeout,
};

use super::words::LONGEST;

/// How long somebody may take to say what they want: a command says it at once.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long what lies there already may take to be read.
const MOMENT: Duration = Duration::from_millis(50);
/// Those who wait at once.
const PLACES: usize = 128;

/// The places, the longest waiting first.
#[derive(Debug, Default)]
pub(super) struct Hall(VecDeque<oneshot::Sender<()>>);

/// One of them. It is free again when this is dropped.
pub(super) struct Seat(oneshot::Receiver<()>);

/// What came of waiting.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// A whole line.
    Line(Vec<u8>),
    /// Others want to come in: whoever waits here is asked to come again.
    Full,
    /// They went away, took too long or said too much.
    Nothing,
}

impl Hall {
    /// A place; where all are taken, that of whoever has waited longest.
    pub(super) fn enter(&mut self) -> Seat {
        self.0.retain(|place| !place.is_closed());
        if self.0.len() >= PLACES
            && let Some(first) = self.0.pop_front()
        {
            // Who has just been heard needs it no more.
            let _ = first.send(());
        }
        let (place, seat) = oneshot::channel();
        self.0.push_back(place);
        Seat(seat)
    }
}

impl Seat {
    /// Waits for one line.
    pub(super) async fn hear(self, stream: &mut UnixStream) -> Heard {
        let mut line = std::pin::pin!(line(stream));
        tokio::select! {
            heard = timeout(PATIENCE, &mut line) => return heard.ok().flatten().map_or(Heard::Nothing, Heard::Line),
            Ok(()) = self.0 => {}
        }
        // What has been said already is heard.
        match timeout(MOMENT, line).await {
            Ok(heard) => heard.map_or(Heard::Nothing, Heard::Line),
            Err(_) => Heard::Full,
        }
    }
}

/// One whole line; none where they go, or say too much.
async fn line(stream: &mut UnixStream) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    let read = BufReader::new(stream.take(LONGEST)).read_until(b'\n', &mut line).await;
    (read.is_ok() && line.last() == Some(&b'\n')).then_some(line)
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    #[tokio::test]
    async fn whoever_waited_longest_makes_room_and_who_speaks_is_heard() {
        let mut hall = Hall::default();
        let (mut first, _kept) = UnixStream::pair().expect("two ends");
        let (mut second, mut says) = UnixStream::pair().expect("two ends");
        let seats = [hall.enter(), hall.enter()];
        let others: Vec<Seat> = (0..PLACES - 1).map(|_| hall.enter()).collect();
        says.write_all(b"one\n").await.expect("said");
        let [longest, next] = seats;
        assert_eq!(longest.hear(&mut first).await, Heard::Full);
        let more: Vec<Seat> = (0..9).map(|_| hall.enter()).collect();
        assert_eq!(
            next.hear(&mut second).await,
            Heard::Line(b"one\n".to_vec()),
            "though its place was taken"
        );
        assert_eq!(hall.0.len(), PLACES);
        drop((others, more));
        hall.enter();
        assert_eq!(hall.0.len(), 1, "places of those who went are free");
    }

    #[tokio::test]
    async fn whoever_goes_or_says_too_much_is_not_waited_for() {
        let mut hall = Hall::default();
        let (mut gone, other) = UnixStream::pair().expect("two ends");
        drop(other);
        assert_eq!(hall.enter().hear(&mut gone).await, Heard::Nothing);
        let (mut loud, mut says) = UnixStream::pair().expect("two ends");
        let much = vec![b'x'; usize::try_from(LONGEST).expect("some") + 1];
        let (heard, _) = tokio::join!(hall.enter().hear(&mut loud), says.write_all(&much));
        assert_eq!(heard, Heard::Nothing);
    }
}
