use std::sync::Mutex as StdMutex;

use aspis_core::clock::ManualClock;
use aspis_store::memory::Memory;

use super::*;
use crate::{
    forecast::{Distribution, Fhs, ForecastError},
    prediction::tests::board,
};

const DAY: Duration = Duration::from_secs(86_400);
const RULES: Rules = Rules { every: DAY, origins: 5 };

struct Bench {
    clock: Arc<ManualClock>,
    store: Arc<Memory>,
    board: Arc<Board>,
}

impl Bench {
    fn new(days: i32) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_000_000)));
        Self { clock, store: Arc::default(), board: board(&[("BTC", days), ("NEW", 100)]) }
    }

    async fn open(&self, model: Arc<dyn Model>) -> Quality {
        let (reports, board, clock) = (self.store.clone(), self.board.clone(), self.clock.clone());
        Quality::open(Parts { reports, board, model, clock }, RULES).await.expect("memory does not fail")
    }
}

fn code(quality: &Quality, asset: &str) -> Code {
    quality.of(asset).expect_err("no figures").code()
}

#[tokio::test]
async fn figures_are_there_once_they_are_computed_and_after_a_restart() {
    let bench = Bench::new(700);
    let quality = bench.open(Arc::new(Fhs)).await;
    let refused = quality.of("BTC").expect_err("not yet");
    assert_eq!((refused.code(), refused.retry_seconds()), (Code::Unavailable, Some(10)));
    assert_eq!(code(&quality, "DOGE"), Code::UnknownAsset);
    quality.keep().await;
    let figures = quality.of("btc").expect("figures");
    assert_eq!((&*figures.model, figures.computed_at), ("fhs", bench.clock.now()));
    let days: Vec<_> =
        figures.horizons.iter().map(|horizon| (horizon.horizon_days, horizon.origins)).collect();
    assert_eq!(days, [(1, 5), (7, 5), (30, 5)]);
    assert_eq!(quality.of("NEW").expect("no test, and no fault").horizons, []);
    drop(quality);
    let again = bench.open(Arc::new(Fhs)).await;
    let kept = again.of("BTC").expect("kept");
    // A figure that was written down may come back by its last bit less.
    let shown = |figures: &Figures| format!("{figures:.12?}");
    assert_eq!(shown(&kept), shown(&figures));
}

#[tokio::test]
async fn a_backtest_is_made_when_it_is_due_and_of_this_model() {
    let bench = Bench::new(700);
    let quality = bench.open(Arc::new(Fhs)).await;
    quality.keep().await;
    let first = quality.of("BTC").expect("figures").computed_at;
    bench.clock.advance(DAY.saturating_sub(Duration::from_secs(1)));
    quality.keep().await;
    assert_eq!(quality.of("BTC").expect("figures").computed_at, first);
    bench.clock.advance(Duration::from_secs(1));
    quality.keep().await;
    assert_eq!(quality.of("BTC").expect("figures").computed_at, bench.clock.now());
    let other = bench.open(Arc::new(crate::forecast::Naive)).await;
    assert_eq!(code(&other, "BTC"), Code::Unavailable, "what was kept is of another model");
}

/// Stops the test on the way, or panics in it.
struct Trouble(StdMutex<Option<Arc<AtomicBool>>>);

impl Model for Trouble {
    fn name(&self) -> &'static str {
        "trouble"
    }

    fn distribution(&self, closes: &[f64], horizon_days: u32) -> Result<Distribution, ForecastError> {
        let stop = self.0.lock().expect("not poisoned").clone();
        stop.expect("it panics where nobody says how to stop").store(true, Ordering::Relaxed);
        Fhs.distribution(closes, horizon_days)
    }
}

#[tokio::test]
async fn a_backtest_that_is_ended_or_panics_leaves_what_there_was() {
    let bench = Bench::new(700);
    let trouble = Arc::new(Trouble(StdMutex::default()));
    let quality = bench.open(trouble.clone()).await;
    quality.keep().await;
    assert_eq!(code(&quality, "BTC"), Code::Unavailable, "it panicked");
    *trouble.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Arc::clone(&quality.stopped));
    bench.clock.advance(DAY);
    trouble.0.clear_poison();
    quality.keep().await;
    assert_eq!(code(&quality, "BTC"), Code::Unavailable, "it was stopped");
}
