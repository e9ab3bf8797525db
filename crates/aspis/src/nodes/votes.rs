//! What this node finds broken, told to the others, and what most of them find, followed here.
//!
//! Once a second, beside all requests: none of them waits for it, and one that takes long is waited for before the next.
//! While what nodes share is away nobody is told, and each node goes by its own results. Deliberately not here: the
//! rule (`core`'s `votes`), and the breaker before what is shared itself, which is each node's own.

use std::{sync::Arc, time::Duration};

use aspis_core::scenario::denial_of_service::votes::{Change, Part, Tally};
use aspis_store::fleeting::Votes;
use aspis_store_sql::Sql;
use tokio::{sync::watch, time::sleep};

use crate::app::App;

/// How often it is told: often enough for a word to outlast some that were lost.
const TELL: Duration = Duration::from_secs(1);

/// Tells and follows until the server stops, where there is somebody to tell.
pub(crate) async fn vote(app: Arc<App>, sql: Arc<Sql>, mut stopped: watch::Receiver<bool>) {
    let Some(votes) = app.cluster.votes.clone() else { return };
    let mut tally = Tally::default();
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = async { sleep(TELL).await; once(&app, &sql, votes.as_ref(), &mut tally).await } => {}
        }
    }
}

async fn once(app: &App, sql: &Sql, votes: &dyn Votes, tally: &mut Tally) {
    let mut broken = sql.broken();
    broken.extend(app.predictions.are_broken().then_some(Part::Predictions));
    match votes.tell(&app.node.name, &broken).await {
        Ok(heard) => {
            for (part, change) in tally.hear(&heard, app.clock.uptime()) {
                tracing::info!(
                    part = part.name(),
                    ?change,
                    ?heard,
                    "what most nodes find broken has changed"
                );
                follow(app, sql, part, change);
            }
        }
        // What is shared is what is wrong, and it is spoken of where it failed.
        Err(error) => tracing::debug!(%error, "the other nodes were not asked what they find broken"),
    }
}

fn follow(app: &App, sql: &Sql, part: Part, change: Change) {
    match part {
        Part::Reading | Part::Writing => sql.follow(part, change),
        Part::Predictions => app.predictions.follow(change),
    }
}
