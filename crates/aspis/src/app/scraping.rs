//! What is watched of strangers who read prices, from the settings and the board.

use std::{hash::RandomState, sync::Arc};

use aspis_core::scenario::data_scraping::{
    enumeration::{Enumeration, Rules},
    honey::Honey,
};
use aspis_guard::corridor::Watch;
use aspis_market::prices::Board;

use super::{App, OpenError};
use crate::settings::Settings;

/// The honey assets, none of which may be served: whoever asks for a served one has it from our own list.
pub(super) fn honey(settings: &Settings, board: &Board) -> Result<Honey, String> {
    let honey = Honey::new(settings.scraping.honey_assets.as_slice()).map_err(|error| error.to_string())?;
    match honey.served(|name| board.lists(name)) {
        Some(name) => Err(format!("{name:?} is served; take it off the list")),
        None => Ok(honey),
    }
}

pub(super) fn watch(app: &App) -> Result<Watch, OpenError> {
    let board = Arc::clone(&app.board);
    let rules = rules(&app.settings, app.board.all().len());
    Ok(Watch {
        enumeration: Arc::new(Enumeration::new(rules, RandomState::new())),
        rules,
        honey: Arc::new(honey(&app.settings, &app.board).map_err(OpenError::Honey)?),
        known_asset: Arc::new(move |name| board.lists(name)),
        page_rows: app.settings.market.page_default.get() as usize,
    })
}

/// The same by other settings: what was seen stays seen.
pub(super) fn follow(watch: &mut Watch, settings: &Settings, board: &Board, honey: Honey) {
    watch.rules = rules(settings, board.all().len());
    watch.honey = Arc::new(honey);
}

/// Where there are fewer assets than would be a sign, all of them are.
fn rules(settings: &Settings, listed: usize) -> Rules {
    let listed = u32::try_from(listed).unwrap_or(u32::MAX).max(1);
    let own = &settings.scraping;
    Rules {
        window: own.window.get(),
        assets: own.assets.get().min(listed),
        pages: own.pages.get(),
        clockwork: own.clockwork.get(),
        unknown: own.unknown.get(),
        score: own.score.get(),
        clients: own.table.get(),
    }
}
