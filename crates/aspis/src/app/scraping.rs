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
pub(super) fn honey(settings: &Settings, board: &Board) -> Result<Honey, OpenError> {
    let honey = Honey::new(settings.scraping.honey_assets.as_slice())
        .map_err(|error| OpenError::Honey(error.to_string()))?;
    match honey.served(|name| board.lists(name)) {
        Some(name) => Err(OpenError::Honey(format!("{name:?} is served; take it off the list"))),
        None => Ok(honey),
    }
}

pub(super) fn watch(app: &App) -> Result<Watch, OpenError> {
    let board = Arc::clone(&app.board);
    Ok(Watch {
        enumeration: Enumeration::new(rules(&app.settings), RandomState::new()),
        honey: honey(&app.settings, &app.board)?,
        known_asset: Arc::new(move |name| board.lists(name)),
    })
}

fn rules(settings: &Settings) -> Rules {
    let own = &settings.scraping;
    Rules {
        window: own.window.get(),
        assets: own.assets.get(),
        pages: own.pages.get(),
        clockwork: own.clockwork.get(),
        unknown: own.unknown.get(),
        score: own.score.get(),
        clients: own.table.get(),
    }
}
