//! The thread that writes: it takes what is there, sums what repeats, and says what was lost as soon as it can.
//!
//! It sleeps between two looks and is never woken: waking somebody is what would cost the request that records.

use std::{
    io,
    sync::{
        Arc,
        atomic::Ordering,
        mpsc::{Receiver, TryRecvError},
    },
    time::Duration,
};

use aspis_core::{
    clock::Timestamp,
    event::{Event, Kind},
    refusal::Rule,
};

use super::{
    book::{Book, Failed, News},
    damper::Damper,
    item::{Item, Lost, Why},
    shared::Shared,
    tidy::Tidy,
};

/// Events that are taken at once.
const BATCH: usize = 1024;
/// The sleep between two looks.
const NAP: Duration = Duration::from_millis(4);
/// Naps with nothing to do, after which they are longer.
const NAPS: u32 = 25;
/// The sleep of who has had nothing to do for a while: a hundred looks a second cost a thousandth of a core.
const LONG_NAP: Duration = Duration::from_millis(10);
/// Long naps that what is owed, a sum or what was lost, waits for an event to come first: a second.
const OWED: u32 = 100;

/// What could not be written, and since when.
#[derive(Debug, Clone, Copy)]
struct Trouble {
    since: Timestamp,
    count: u64,
    /// Those of them that are kept nowhere but here.
    unkept: u64,
}

/// The writer.
#[derive(Debug)]
pub(super) struct Writer {
    book: Book,
    queue: Receiver<Option<Event>>,
    shared: Arc<Shared>,
    tidy: Tidy,
    damper: Damper,
    latest: Timestamp,
    trouble: Option<Trouble>,
    naps: u32,
}

/// What there is to do.
enum Next {
    Nothing,
    Events(Vec<Event>),
    Owed,
    End(Vec<Event>),
}

impl Writer {
    pub(super) fn new(
        book: Book,
        queue: Receiver<Option<Event>>,
        shared: Arc<Shared>,
        tidy: Tidy,
        latest: Timestamp,
    ) -> Self {
        Self { book, queue, shared, tidy, damper: Damper::default(), latest, trouble: None, naps: 0 }
    }

    /// Writes until it is told that nothing more comes.
    pub(super) fn run(mut self) {
        self.tell();
        loop {
            match self.next() {
                Next::Nothing => {}
                Next::Events(events) => self.put(events),
                Next::Owed => self.pay(),
                Next::End(mut events) => {
                    events.extend(self.shared.untold());
                    self.put(events);
                    self.pay();
                    return self.book.sync();
                }
            }
        }
    }

    fn next(&mut self) -> Next {
        let mut events = Vec::new();
        while events.len() < BATCH {
            match self.queue.try_recv() {
                Ok(Some(event)) => events.push(event),
                Ok(None) | Err(TryRecvError::Disconnected) => return Next::End(events),
                Err(TryRecvError::Empty) => break,
            }
        }
        if !events.is_empty() {
            self.naps = 0;
            return Next::Events(events);
        }
        self.nap()
    }

    fn nap(&mut self) -> Next {
        std::thread::sleep(if self.naps < NAPS { NAP } else { LONG_NAP });
        self.naps += 1;
        if self.shared.lost.load(Ordering::Relaxed) > 0 {
            return Next::Events(Vec::new());
        }
        if self.naps < NAPS + OWED {
            return Next::Nothing;
        }
        self.naps = NAPS;
        let owes = self.trouble.is_some() || self.damper.has_unsaid();
        if owes { Next::Owed } else { Next::Nothing }
    }

    /// Writes events, but for those that a flood repeats.
    fn put(&mut self, events: Vec<Event>) {
        let mut items = Vec::with_capacity(events.len());
        for event in events {
            // That this one could not be written is said by us, once it can be.
            if event.kind == Kind::LogUnwritable {
                continue;
            }
            self.latest = event.at;
            items.extend(self.damper.turn(event.at).into_iter().map(Item::Sum));
            if self.damper.takes(&event) {
                items.push(Item::Event(event));
            }
        }
        match self.shared.lost.swap(0, Ordering::Relaxed) {
            0 => {}
            count => items.push(Item::Lost(Lost { at: self.latest, count, why: Why::Slow })),
        }
        self.write(items);
    }

    /// Writes what is owed: the sums so far, and what was lost.
    fn pay(&mut self) {
        let items = self.damper.sums(self.latest).into_iter().map(Item::Sum).collect();
        self.write(items);
    }

    fn write(&mut self, new: Vec<Item>) {
        let mut items = self.confession();
        if new.is_empty() && items.is_empty() {
            return;
        }
        let owed = items.len();
        items.extend(new);
        match self.book.write(&items) {
            Ok(()) => {
                self.trouble = None;
                self.shared.writable.store(true, Ordering::Relaxed);
            }
            Err(Failed { written, cause }) => {
                if written >= owed {
                    self.trouble = None;
                }
                self.fail(&items[written.max(owed)..], &cause);
            }
        }
        self.tell();
    }

    /// What has to be said before anything else, once it can be.
    fn confession(&self) -> Vec<Item> {
        let Some(Trouble { since, count, unkept }) = self.trouble else { return Vec::new() };
        let word = Kind::LogUnwritable;
        let place = Some(format!("since {since}"));
        let rule = Some(Rule { place, count: Some(count), ..Rule::named(word.word()) });
        let said = Event { rule, ..Event::of_server(word, self.latest) };
        // The book tells what it was given to keep.
        let lost = Lost { at: self.latest, count: unkept, why: Why::Unwritable(since) };
        let lost = Some(Item::Lost(lost)).filter(|_| unkept > 0);
        std::iter::once(Item::Event(said)).chain(lost).collect()
    }

    fn fail(&mut self, unwritten: &[Item], cause: &io::Error) {
        // What found no room in the queue was counted there.
        let fresh = unwritten.iter().filter(|item| !matches!(item, Item::Lost(_)));
        self.shared.lost_ever.fetch_add(fresh.map(Item::weight).sum(), Ordering::Relaxed);
        let lost: u64 = unwritten.iter().map(Item::weight).sum();
        let trouble = self.trouble.get_or_insert(Trouble { since: self.latest, count: 0, unkept: 0 });
        trouble.count += lost;
        trouble.unkept += lost;
        if trouble.unkept > 0 && self.book.owe(trouble.since, trouble.unkept).is_ok() {
            trouble.unkept = 0;
        }
        if self.shared.writable.swap(false, Ordering::Relaxed) {
            tracing::error!(error = %cause, "the security log cannot be written");
            let rule = Some(Rule {
                place: Some(cause.kind().to_string()),
                ..Rule::named(Kind::LogUnwritable.word())
            });
            self.shared.tell(Event { rule, ..Event::of_server(Kind::LogUnwritable, self.latest) });
        }
    }

    /// Tells what was seen of the files.
    fn tell(&mut self) {
        for news in self.book.news() {
            let event = match news {
                News::Broken(what) => self.broken(what),
                News::Rotated { name, seq, days } => {
                    self.tidy.day(days);
                    let rule = Rule { place: Some(name), count: Some(seq), ..Rule::named("log.rotated") };
                    Event { rule: Some(rule), ..Event::of_server(Kind::LogRotated, self.latest) }
                }
            };
            self.shared.tell(event);
        }
    }

    fn broken(&self, what: &'static str) -> Event {
        tracing::error!(what, "the security log is not what it was when it was last written");
        let rule =
            Some(Rule { place: Some("security.log".to_owned()), ..Rule::named(format!("log.{what}")) });
        Event { rule, ..Event::of_server(Kind::LogBroken, self.latest) }
    }
}
