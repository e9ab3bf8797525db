//! The desk with real threads. What is decided there is tried in `desk/book/tests.rs`, without any.

use std::{
    sync::{Mutex, mpsc},
    time::Duration,
};

use aspis_core::{
    clock::{ManualClock, Timestamp},
    event::Event,
    scenario::denial_of_service::breaker::Stance,
};
use aspis_store::prices::{Asset, Interval};

use super::*;
use crate::{
    forecast::{Distribution, Fhs, Forecast, ForecastError},
    prices::Price,
};

/// An asset with a year of closes, made at this second.
pub(super) fn listed(id: &str, made: i64) -> Arc<Listed> {
    let closes: Vec<f64> = (0..366_i32).map(|day| 100.0 + f64::from(day % 7)).collect();
    let at = Timestamp::from_seconds(made);
    let price = Fixed::from_whole(100).expect("a price");
    let latest = Price {
        asset_id: id.to_owned(),
        price,
        currency: "USD".to_owned(),
        as_of: at,
        interval: Interval::Day,
        source: "internal_db".into(),
        sources: 1,
        single_source: true,
    };
    let asset =
        Asset { id: id.to_owned(), currency: "USD".to_owned(), name: id.to_owned(), description: None };
    Arc::new(Listed {
        asset,
        latest,
        series: Vec::new(),
        closes,
        closes_as_of: at,
        frozen: false,
        held: false,
    })
}

/// A board with assets of so many daily closes.
pub(crate) fn board(assets: &[(&str, i32)]) -> Arc<Board> {
    let one = |(id, days): &(&str, i32)| {
        let plain = Arc::into_inner(listed(id, 0)).expect("nobody else has it");
        let closes: Vec<f64> = (0..*days).map(|day| 100.0 + f64::from((*days - 1 - day) % 7)).collect();
        Listed { closes, ..plain }
    };
    Arc::new(Board::of(assets.iter().map(one)))
}

/// What the model does with each call, as the test says: one answer a call, and none until it is said.
struct Told(Mutex<mpsc::Receiver<Saying>>);

#[derive(Clone, Copy)]
enum Saying {
    Work,
    Fail,
    Panic,
    Nonsense,
}

impl Model for Told {
    fn name(&self) -> &'static str {
        "told"
    }

    fn distribution(&self, closes: &[f64], horizon_days: u32) -> Result<Distribution, ForecastError> {
        Fhs.distribution(closes, horizon_days)
    }

    fn forecast(&self, closes: &[f64], horizon_days: u32) -> Result<Forecast, ForecastError> {
        let saying = self.0.lock().expect("one at a time").recv();
        let forecast = self.distribution(closes, horizon_days)?.forecast();
        match saying.map_err(|_| ForecastError::Failed("nobody says anything"))? {
            Saying::Work => Ok(forecast),
            Saying::Fail => Err(ForecastError::Failed("as it was told")),
            Saying::Panic => panic!("as it was told"),
            Saying::Nonsense => Ok(Forecast { point: f64::NAN, ..forecast }),
        }
    }
}

#[derive(Debug, Default)]
struct Events(Mutex<Vec<&'static str>>);

impl Sink for Events {
    fn record(&self, event: Event) {
        self.0.lock().expect("not poisoned").push(event.kind.word());
    }
}

fn rules(timeout: Duration) -> Rules {
    let plausible = Plausible { max: Fixed::MAX, distance: 0.1 };
    Rules {
        warn_below: 0.7,
        plausible,
        trusted_sources: Vec::new(),
        queue: queue::Rules::default(),
        breaker: breaker::Rules { from: 2, ..breaker::Rules::default() },
        timeout,
        hold_over: 0.1,
        due: LONG,
    }
}

fn desk(timeout: Duration) -> (Desk, mpsc::Sender<Saying>, Arc<Events>) {
    let (say, hear) = mpsc::channel();
    let clock = Arc::new(ManualClock::at(Timestamp(0)));
    let events = Arc::new(Events::default());
    let model = Arc::new(Told(Mutex::new(hear)));
    (Desk::open(model, clock, events.clone(), &rules(timeout)).expect("threads"), say, events)
}

const LONG: Duration = Duration::from_secs(60);

async fn asks(desk: &Desk, id: &str) -> Result<Forecast, Code> {
    let computed = desk.compute(Wanted::new(listed(id, 0), 7), Rank::Prediction).await;
    computed.map_err(|refusal| refusal.code())
}

#[tokio::test]
async fn a_forecast_is_computed_once_and_known_from_then_on() {
    let (desk, say, _) = desk(LONG);
    say.send(Saying::Work).expect("it listens");
    let computed = asks(&desk, "BTC").await.expect("a forecast");
    assert_eq!(asks(&desk, "BTC").await, Ok(computed));
    assert_eq!(desk.known(&listed("BTC", 0), 7), Some(computed));
    assert_eq!(desk.known(&listed("BTC", 1), 7), None, "a new day has closed");
}

#[tokio::test]
async fn errors_and_panics_and_nonsense_are_faults_and_break_nothing() {
    for saying in [Saying::Fail, Saying::Panic, Saying::Nonsense] {
        let (desk, say, events) = desk(LONG);
        for fault in 1..=2 {
            assert_eq!(desk.counts().breaker, Stance::Closed);
            say.send(saying).expect("it listens");
            assert_eq!(asks(&desk, "BTC").await, Err(Code::Unavailable), "{fault}");
        }
        assert_eq!(desk.counts().breaker, Stance::Open);
        assert_eq!(asks(&desk, "ETH").await, Err(Code::Unavailable), "the model is not even asked");
        assert_eq!(*events.0.lock().expect("not poisoned"), ["breaker_opened"]);
    }
}

#[tokio::test]
async fn a_model_that_hangs_is_not_waited_for_and_another_thread_goes_on() {
    let (desk, say, _) = desk(Duration::from_millis(20));
    assert_eq!(asks(&desk, "BTC").await, Err(Code::Unavailable));
    assert_eq!((desk.counts().stuck, desk.counts().computing), (1, 0));
    for _ in 0..2 {
        say.send(Saying::Work).expect("it listens");
    }
    // The thread that was given up comes back first, and its forecast is known for whoever asks later.
    while desk.counts().stuck > 0 {
        tokio::task::yield_now().await;
    }
    assert!(desk.known(&listed("BTC", 0), 7).is_some());
    assert!(asks(&desk, "ETH").await.is_ok());
}

#[tokio::test]
async fn when_every_thread_is_stuck_nobody_waits() {
    let (desk, _say, _) = desk(Duration::from_millis(20));
    for asset in ["BTC", "ETH"] {
        assert_eq!(asks(&desk, asset).await, Err(Code::Unavailable));
    }
    assert_eq!(desk.counts().stuck, 2);
    let wanted = Wanted::new(listed("LTC", 0), 7);
    let refused = desk.compute(wanted, Rank::Operator).await.expect_err("nobody can compute it");
    assert_eq!(refused.facts().rule.as_ref().map(|rule| &*rule.name), Some("predict.workers"));
    assert_eq!(desk.counts().waiting, 0);
}

#[tokio::test]
async fn the_threads_end_with_the_desk() {
    let (desk, say, _) = desk(LONG);
    let begun = {
        let mut asking = Box::pin(asks(&desk, "BTC"));
        let polled = tokio::time::timeout(Duration::from_millis(5), &mut asking).await;
        polled.is_err()
    };
    assert!(begun);
    let inner = desk.weak();
    say.send(Saying::Work).expect("it listens");
    drop(desk);
    assert!(inner.upgrade().is_none(), "a thread still holds on to it");
}
