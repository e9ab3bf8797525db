//! What one of the people does again and again, at both nodes in turn, and what is made of each answer.

use std::{cell::Cell, net::SocketAddr, rc::Rc, time::Duration};

use aspis_core::clock::{Clock, SystemClock};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::{
    super::caller::{Caller, Said},
    seen::{Answer, Seen, Who},
};

/// A request, and how often it is sent.
pub(super) struct Errand {
    pub(super) who: Who,
    /// Which of them.
    pub(super) number: usize,
    pub(super) request: Vec<u8>,
    pub(super) every: Duration,
}

impl Errand {
    /// Goes on until it is over.
    pub(super) async fn run(
        self,
        to: [SocketAddr; 2],
        seen: Rc<Seen>,
        is_open: Rc<Cell<bool>>,
        clock: Rc<SystemClock>,
    ) {
        let mut caller = Caller::new(to);
        // Not all at the same moment.
        sleep(self.every * u32::try_from(self.number % 16).unwrap_or(0) / 16).await;
        let mut ticks = interval(self.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for turn in self.number.. {
            ticks.tick().await;
            if !is_open.get() {
                break;
            }
            let (phase, sent) = (seen.phase(), clock.uptime());
            let said = caller.ask(turn % 2, &self.request).await;
            let answer = judged(said);
            seen.add(phase, self.who, self.number, answer, sent, clock.uptime());
        }
    }
}

/// Refusals say when to come back; everything else but success is a fault.
fn judged(said: anyhow::Result<Said>) -> Answer {
    match said {
        Ok(said) if said.status == 200 => Answer::Good,
        Ok(said) if said.status == 429 && said.says_when => Answer::Limited,
        Ok(said) if said.status == 503 && said.says_when => Answer::Away,
        Ok(said) => Answer::Fault(said.shown()),
        Err(error) => Answer::Fault(format!("{error:#}")),
    }
}
