//! What a reload needs, put together at the start; and SIGHUP, which asks for one.

use std::{path::PathBuf, sync::Arc};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::{Mutex, watch},
};

use crate::{
    app::{
        App,
        reload::{Again, Reloader, Show, Verbosity},
    },
    aside::Aside,
    settings::Loaded,
    tls::Tls,
};

/// What a server is started with.
pub(crate) struct Start {
    /// Its settings.
    pub(crate) loaded: Loaded,
    /// How they are read anew.
    pub(crate) again: Again,
    /// How the level of the server log is changed.
    pub(crate) verbosity: Verbosity,
    /// It speaks to machines.
    pub(crate) json: bool,
    /// The file of its settings, where one was named.
    pub(crate) config: Option<PathBuf>,
    /// A database may be made although the log tells of one that is gone.
    pub(crate) begin_anew: bool,
}

/// What is left of the start for later.
pub(super) struct Later {
    pub(super) loaded: Loaded,
    pub(super) again: Again,
    pub(super) verbosity: Verbosity,
}

impl Later {
    /// From here on settings can be read anew.
    pub(super) fn arm(self, app: &App, tls: Option<&Tls>) {
        let (reread, clock) = (tls.map(Tls::rereads), Arc::clone(&app.clock));
        let certificate = move || -> Result<Option<Show>, String> {
            let found = reread.as_ref().map(|reread| reread(clock.now())).transpose();
            found.map(Option::flatten).map_err(|error| error.to_string())
        };
        app.reload_by(Reloader {
            again: self.again,
            verbosity: self.verbosity,
            certificate: Arc::new(certificate),
            in_force: Mutex::new(self.loaded),
            aside: Aside::default(),
        });
    }
}

/// Reloads whenever the process is sent SIGHUP, until the server stops.
pub(super) fn on_hangup(app: Arc<App>, mut stopped: watch::Receiver<bool>) -> impl Future<Output = ()> {
    // It listens from the call on: the signal would otherwise end the process.
    let listener = signal(SignalKind::hangup());
    async move {
        let Ok(mut hangup) = listener else { return };
        loop {
            tokio::select! {
                // Also in the middle of a reload: a file that cannot be read holds up nothing.
                _ = stopped.changed() => return,
                () = async { hangup.recv().await; reload(&app).await } => {}
            }
        }
    }
}

async fn reload(app: &App) {
    match app.reload("SIGHUP").await {
        Ok(done) => tracing::info!(changed = ?done.changed, waiting = ?done.waiting, "settings reloaded"),
        Err(problems) => {
            tracing::error!("the new settings are not right, the old ones stay in force\n{problems}");
        }
    }
}
