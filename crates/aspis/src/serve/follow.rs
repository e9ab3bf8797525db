//! What other nodes changed and nobody waits for: prices, and when sessions were last used.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::app::App;

/// How often it is looked which sessions are in use at other nodes, which write that down every 20 seconds.
const LOOK: Duration = Duration::from_secs(15);

/// Follows until the server stops.
pub(super) async fn follow(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = app.asset_told() => app.follow_prices().await,
            () = tokio::time::sleep(LOOK) => app.follow_uses().await,
        }
    }
}
