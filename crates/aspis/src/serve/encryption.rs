//! TLS of the server's own: its certificate kept fresh, and plain http that leads to it.

use std::sync::Arc;

use tokio::{net::TcpListener, sync::watch};
use tokio_util::task::TaskTracker;

use super::{StartError, bind, refusals, signals};
use crate::{
    app::App,
    edge::Hooks,
    tls::{self, Tls, Way},
};

/// The plain listener that leads to https, where the settings name one.
pub(super) fn plain(app: &App) -> Result<Option<TcpListener>, StartError> {
    app.settings.tls.redirect_listen.get().map(bind).transpose()
}

/// Starts what TLS asks for, and has the main listener speak it.
pub(super) fn start(
    tls: Option<Tls>,
    plain: Option<TcpListener>,
    app: &Arc<App>,
    port: u16,
    tasks: &TaskTracker,
    stopped: &watch::Receiver<bool>,
) -> Hooks {
    let mut hooks = refusals::hooks(app);
    if let Some(listener) = plain {
        let way = Way { public: app.settings.server.public_url.get().map(Arc::from), port };
        let stop = signals::until(stopped.clone());
        tasks.spawn(tls::redirect(listener, way, Arc::clone(&app.clock), hooks.clone(), stop));
    }
    if let Some(tls) = tls {
        hooks.tls = Some(Arc::clone(&tls.config));
        tls.start(app, tasks, stopped);
    }
    hooks
}
