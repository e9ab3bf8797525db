//! Reading the security log for operators: on threads that serve nobody, and only a few at once, because each takes a
//! thread and the disk for as long as it lasts.

use std::{io, sync::Arc, time::Duration};

use aspis_core::refusal::{Bound, Code, Refusal, Rule};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// So many at once, whoever asks.
const AT_ONCE: usize = 4;
/// When there is room again, most likely.
const SOON: Duration = Duration::from_secs(2);

/// The places for them.
#[derive(Debug)]
pub(crate) struct Readings(Arc<Semaphore>);

impl Default for Readings {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Readings {
    /// Reads, where there is room. The place is given back when the reading ends, also where nobody waits for it any more.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        read: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T, Refusal> {
        let place = Arc::clone(&self.0).try_acquire_owned().map_err(|_| busy())?;
        let reading = spawn_blocking(move || {
            let _place = place;
            read()
        });
        reading.await.map_err(io::Error::other).and_then(|read| read).map_err(|error| {
            tracing::error!(%error, "the security log could not be read");
            Refusal::new(Code::Unavailable)
        })
    }
}

fn busy() -> Refusal {
    let bound = Some(Bound { limit: AT_ONCE as u64, window_s: None });
    let rule = Rule { count: Some(AT_ONCE as u64), bound, ..Rule::named("log.readings") };
    Refusal::because(Code::ServerBusy, "Too many read the security log at this moment.")
        .retry_after(SOON)
        .by(rule)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn few_read_at_once_and_the_next_is_told_when_to_come() {
        let readings = Readings::default();
        let (go_on, told): (Vec<_>, Vec<_>) = (0..AT_ONCE).map(|_| channel::<()>()).unzip();
        let all = join_all(
            told.into_iter().map(|told| readings.run(move || told.recv().map_err(io::Error::other))),
        );
        let one_more = async {
            let refused = readings.run(|| Ok(())).await.expect_err("no room");
            assert_eq!((refused.code(), refused.facts().retry_after), (Code::ServerBusy, Some(SOON)));
            for go_on in &go_on {
                go_on.send(()).expect("it waits");
            }
        };
        let (read, ()) = tokio::join!(all, one_more);
        assert!(read.iter().all(Result::is_ok));
        assert!(readings.run(|| Ok(())).await.is_ok(), "there is room again");
    }

    /// Who hangs up leaves a reading behind, which keeps its place.
    #[tokio::test]
    async fn who_hangs_up_makes_no_room() {
        let readings = Readings::default();
        let (go_on, told) = channel::<()>();
        let mut told = Some(told);
        for _ in 0..AT_ONCE {
            let told = told.take();
            let reading = readings.run(move || {
                let _ = told.map(|told| told.recv());
                Ok(())
            });
            let _ = tokio::time::timeout(Duration::ZERO, reading).await;
        }
        assert!(readings.0.available_permits() < AT_ONCE);
        drop(go_on);
        while readings.0.available_permits() < AT_ONCE {
            tokio::task::yield_now().await;
        }
    }
}
