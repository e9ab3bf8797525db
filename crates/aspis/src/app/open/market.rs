//! Prices, what is made of them, and who trades by them.

use std::sync::Arc;

use aspis_market::{
    cursor::Cursors,
    forecast::Model,
    history::History,
    ingest::{self, Intake},
    portfolio::Portfolio,
    prediction::{self, Predictions},
    prices::Board,
    quality::{self, Quality},
    review::{self, Desk},
    sources::Sources,
};

use super::{
    super::{OpenError, intake, marks, predictions, rules, shared_key, sources},
    Ground,
};
use crate::settings::Settings;

/// All of it.
pub(super) struct Market {
    pub(super) board: Arc<Board>,
    pub(super) sources: Sources,
    pub(super) intake: Arc<Intake>,
    pub(super) history: History,
    pub(super) portfolio: Portfolio,
    pub(super) predictions: Predictions,
    pub(super) quality: Quality,
    pub(super) reviews: Desk,
    pub(super) cursors: Cursors,
    pub(super) marks: marks::Marks,
}

impl Market {
    pub(super) async fn open(
        ground: &Ground,
        settings: &Settings,
        model: Arc<dyn Model>,
    ) -> Result<Self, OpenError> {
        let Ground { store, clock, chance, events, .. } = ground;
        let board = Arc::new(Board::open(store, settings.market.memory_rows.get(), clock.now()).await?);
        let intake = taking(ground, settings, &board).await?;
        let cursor_key = shared_key(store, "cursor_seal", chance.as_ref()).await?;
        let (predictions, quality) = forecasting(ground, settings, &board, model).await?;
        let reviewed = review::Parts {
            store: store.clone(),
            intake: Arc::clone(&intake),
            board: Arc::clone(&board),
            clock: Arc::clone(clock),
            events: Arc::clone(events),
        };
        Ok(Self {
            sources: sources::sources(settings, clock, chance, events),
            history: History::new(store.clone(), Cursors::new(cursor_key.clone()), rules::paging(settings)),
            portfolio: Portfolio::new(
                store.clone(),
                Arc::clone(&board),
                Arc::clone(clock),
                Arc::clone(chance),
                rules::order_rules(settings),
            ),
            reviews: Desk::new(reviewed, settings.review.remind.get()),
            cursors: Cursors::new(cursor_key),
            marks: marks::Marks::open(store, chance.as_ref(), &board, settings.marks.volumes).await?,
            intake,
            predictions,
            quality,
            board,
        })
    }
}

/// The way in for prices.
async fn taking(ground: &Ground, settings: &Settings, board: &Arc<Board>) -> Result<Arc<Intake>, OpenError> {
    let parts = ingest::Parts {
        store: ground.store.clone(),
        board: Arc::clone(board),
        clock: Arc::clone(&ground.clock),
        chance: Arc::clone(&ground.chance),
        events: Arc::clone(&ground.events),
    };
    Ok(Arc::new(Intake::open(parts, intake::rules(settings)).await?))
}

/// The future, and how far to trust it.
async fn forecasting(
    ground: &Ground,
    settings: &Settings,
    board: &Arc<Board>,
    model: Arc<dyn Model>,
) -> Result<(Predictions, Quality), OpenError> {
    let tested = quality::Parts {
        reports: Arc::clone(&ground.store.reports),
        board: Arc::clone(board),
        model: Arc::clone(&model),
        clock: Arc::clone(&ground.clock),
    };
    let predicted = prediction::Parts {
        board: Arc::clone(board),
        model,
        clock: Arc::clone(&ground.clock),
        events: Arc::clone(&ground.events),
        reviews: Arc::clone(&ground.store.reviews),
        review_key: shared_key(&ground.store, "review_names", ground.chance.as_ref()).await?,
    };
    let predictions =
        Predictions::new(predicted, predictions::rules(settings)).map_err(OpenError::Threads)?;
    Ok((predictions, Quality::open(tested, predictions::testing(settings)).await?))
}
