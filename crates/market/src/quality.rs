//! How far predictions are to be trusted: a backtest of the model over the stored history, asset by asset, made again
//! and again apart from all requests, and kept over a restart.
//!
//! Deliberately not here: how a forecast is held against what came (`backtest`), and when the next one is due (whoever
//! runs the server calls [`Quality::keep`]).

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwapOption;
use aspis_core::{
    clock::{Clock, Timestamp},
    refusal::{Code, Refusal},
};
use aspis_store::{Reports, Stored};
use tokio::sync::{Mutex, oneshot};

use crate::{forecast::Model, prices::Board};

mod figures;
mod work;

use figures::Record;
pub use figures::{Confidence, Figures, HorizonFigures};
use work::{Stoppable, measure};

/// What the figures are made of, and where they are kept.
pub struct Parts {
    /// What was worked out over a long time.
    pub reports: Arc<dyn Reports>,
    /// The current prices.
    pub board: Arc<Board>,
    /// The model.
    pub model: Arc<dyn Model>,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

/// How often, and how thoroughly.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The time from one backtest to the next.
    pub every: Duration,
    /// Origins of each asset at each horizon.
    pub origins: usize,
}

/// The running backtest.
pub struct Quality {
    parts: Parts,
    rules: Rules,
    newest: ArcSwapOption<Record>,
    /// When the last one was tried in this process, whether or not it came to an end.
    tried: Mutex<Option<Timestamp>>,
    stopped: Arc<AtomicBool>,
}

/// The name of the kept report.
const NAME: &str = "quality";
/// When to ask again while the first backtest is under way.
const SOON: Duration = Duration::from_secs(10);
/// As nice as a thread can be (POSIX, `nice`).
const LAST: i32 = 19;

impl Quality {
    /// With the figures that were kept, where they are of this model.
    pub async fn open(parts: Parts, rules: Rules) -> Stored<Self> {
        let (newest, tried, stopped) = (ArcSwapOption::default(), Mutex::default(), Arc::default());
        let quality = Self { parts, rules, newest, tried, stopped };
        quality.hear().await?;
        Ok(quality)
    }

    /// Takes the figures that were kept, here or by another node, where they are of this model and no older than those
    /// that are known.
    pub async fn hear(&self) -> Stored<()> {
        let kept = self.parts.reports.report(NAME).await?;
        let read = |(_, text): (Timestamp, String)| serde_json::from_str::<Record>(&text).ok();
        let kept = kept.and_then(read).filter(|record| record.model == self.parts.model.name());
        let known = self.newest.load_full();
        let is_news = |kept: &Record| known.is_none_or(|known| kept.computed_at > known.computed_at);
        if let Some(kept) = kept.filter(is_news) {
            self.newest.store(Some(Arc::new(kept)));
        }
        Ok(())
    }

    /// The figures of an asset, by a name as it was sent.
    pub fn of(&self, asset: &str) -> Result<Figures, Refusal> {
        let listed = self.parts.board.find(asset)?;
        let record = self.newest.load_full();
        let figures = record.and_then(|record| record.of(&listed.asset.id));
        figures.ok_or_else(|| {
            Refusal::because(Code::Unavailable, "The first backtest is still being computed.")
                .retry_after(SOON)
        })
    }

    /// Makes a backtest where one is due: at the start, and whenever the last one is old. Resolves when it is kept.
    pub async fn keep(&self) {
        let mut tried = self.tried.lock().await;
        let now = self.parts.clock.now();
        if tried.is_some_and(|last| now.since(last) < self.rules.every) {
            return;
        }
        *tried = Some(now);
        if let Some(record) = self.compute(now).await {
            self.put(record).await;
        }
    }

    /// Ends a backtest that is under way; there is no other after it.
    pub fn close(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    async fn put(&self, record: Record) {
        let kept = match serde_json::to_string(&record) {
            Ok(text) => {
                self.parts.reports.keep(NAME, record.computed_at, &text).await.map_err(|e| e.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = kept {
            // It is shown all the same, and made anew at the next start.
            tracing::warn!(error, "the backtest was not kept");
        }
        self.newest.store(Some(Arc::new(record)));
    }

    /// On a thread of its own, of the lowest priority.
    async fn compute(&self, now: Timestamp) -> Option<Record> {
        let (tell, hear) = oneshot::channel();
        let model = Stoppable { model: Arc::clone(&self.parts.model), stopped: Arc::clone(&self.stopped) };
        let (listing, origins) = (self.parts.board.all(), self.rules.origins);
        let work = move || {
            // Where that is not allowed, it is as important as everything else.
            let _ = rustix::process::nice(LAST);
            let record = catch_unwind(AssertUnwindSafe(|| measure(&model, &listing, origins, now)));
            // Nobody hears it when the server has ended.
            let _ = tell.send(record.ok().flatten());
        };
        match start(work) {
            Ok(()) => hear.await.ok().flatten(),
            Err(error) => {
                tracing::warn!(%error, "the backtest could not be started");
                None
            }
        }
    }
}

fn start(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    std::thread::Builder::new().name("backtest".to_owned()).spawn(work).map(drop)
}

impl Drop for Quality {
    fn drop(&mut self) {
        self.close();
    }
}

impl std::fmt::Debug for Quality {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Quality")
    }
}

#[cfg(test)]
mod tests;
