//! A backup that a command asks for: by the settings of the server, which encrypts and keeps as it always does.

use serde_json::json;

use super::{user, words::Answer};
use crate::{app::App, backup::Told, serve::backups};

/// Makes it. What comes of it is recorded as one of the server's own, with the name of who asked.
pub(super) async fn make(app: &App, encrypt: bool, uid: u32) -> Answer {
    match backups::make(app, &user(uid), encrypt).await {
        Ok(made) => Answer { data: serde_json::to_value(Told::of(made, true)).ok(), ..Answer::of(Ok(())) },
        Err(error) => {
            let data = Some(json!({ "detail": error.to_string() }));
            Answer { data, ..Answer::of(Err(error.word())) }
        }
    }
}
