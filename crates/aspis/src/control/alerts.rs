//! A test of a channel by the server that runs: with its settings, and from where it stands.

use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;

use super::words::Answer;
use crate::app::App;

/// How long a channel may take: the command waits a little longer.
const PATIENCE: Duration = Duration::from_secs(9);

/// What came back from a channel, in plain words.
pub(super) async fn test(app: &App, channel: &str) -> Answer {
    let Ok(sent) = timeout(PATIENCE, app.test_channel(channel)).await else {
        return told(false, &format!("no answer within {} s", PATIENCE.as_secs()));
    };
    match sent {
        Some(Ok(says)) => told(true, &says),
        Some(Err(failure)) => told(false, &failure.to_string()),
        None => Answer::of(Err("unknown_channel")),
    }
}

fn told(delivered: bool, says: &str) -> Answer {
    Answer { data: Some(json!({"delivered": delivered, "says": says})), ..Answer::of(Ok(())) }
}
