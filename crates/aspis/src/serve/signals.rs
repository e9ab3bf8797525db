//! When to stop.

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// Ready when the process is told to stop (SIGTERM, or Ctrl-C). It listens from the call on, not from the first poll:
/// whoever reads that the server is ready may tell it to stop at once.
pub(super) fn terminated() -> impl Future<Output = ()> {
    let listeners = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async {
        let (Ok(mut terminate), Ok(mut interrupt)) = listeners else {
            // Without handlers the signals end the process as they always do.
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

/// Ready when the flag is raised, or its owner is gone.
pub(super) async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}
