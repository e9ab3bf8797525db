//! The shipped history: into the store at the first start, with a progress bar.

use aspis_market::shipped;
use aspis_store::Durable;
use indicatif::{ProgressBar, ProgressStyle};

use super::StartError;

/// Loads it unless it was loaded before: all of it or nothing.
pub(crate) async fn load(store: &Durable) -> Result<(), StartError> {
    if store.prices.is_loaded(shipped::MARKER).await? {
        return Ok(());
    }
    let history = shipped::history()?;
    let total: usize = history.iter().map(|(_, bars)| bars.len()).sum();
    let bar = ProgressBar::new(total as u64).with_message("loading price history");
    let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos} of {human_len}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    store
        .prices
        .load_once(shipped::MARKER, &shipped::assets(), &history, &|written| bar.set_position(written))
        .await?;
    bar.finish_and_clear();
    Ok(())
}
