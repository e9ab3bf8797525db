//! What a request waits for between two doors: what other nodes know of it.

use std::time::Duration;

use aspis_core::{
    refusal::{Code, Refusal},
    scenario::denial_of_service::windows::{Ask, Verdict},
};
use aspis_store::fleeting::Budgets;
use http::request;

use super::Shared;
use crate::{
    door::DoorName,
    doors::{authenticate, challenge, rate},
    lured::is_lured,
    passage::{Credential, Passage},
};

/// How far the doors have let a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// Through all of them, to this row.
    Through(usize),
    /// To what all nodes have to be asked; this door is the next.
    Asking(usize),
    /// To a credential that this node does not know and another may, or that another may have ended: this door looks at it
    /// once more.
    Behind(usize),
}

/// When a change may be tried again that other nodes were not heard for.
const UNHEARD: Duration = Duration::from_secs(1);

impl Shared {
    /// Whether a request has to wait for other nodes behind this door.
    pub(super) fn pause_at(
        &self,
        at: usize,
        name: DoorName,
        head: &request::Parts,
        passage: &Passage,
    ) -> Option<Step> {
        if passage.asked.is_some() || passage.unspent.is_some() || passage.wanted.is_some() {
            return Some(Step::Asking(at + 1));
        }
        let peers = self.parts.peers.as_ref().filter(|_| name == DoorName::Identify && !passage.caught_up)?;
        let doubted = match passage.credential {
            Credential::None => false,
            Credential::Refused(_) => is_unknown(&passage.credential),
            _ => !head.method.is_safe() && peers.are_unheard(),
        };
        doubted.then_some(Step::Behind(at))
    }

    /// All doors that are left, and what other nodes know between them; the row they lead to.
    pub(super) async fn pass_on(
        &self,
        head: &request::Parts,
        passage: &mut Passage,
        mut step: Step,
    ) -> Result<usize, Refusal> {
        loop {
            match step {
                Step::Through(row) => return Ok(row),
                Step::Asking(next) => {
                    self.hear(head, passage).await?;
                    step = self.pass_doors(head, passage, next)?;
                }
                Step::Behind(at) => {
                    self.catch_up(head, passage).await?;
                    step = self.pass_doors(head, passage, at)?;
                }
            }
        }
    }

    /// Hears what other nodes did before now: somebody may have signed in there a moment ago, or out. Reads go on from
    /// memory where nothing can be heard; who would change something waits until it can.
    async fn catch_up(&self, head: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        let known = !matches!(passage.credential, Credential::Refused(_));
        (passage.caught_up, passage.credential, passage.key) = (true, Credential::None, None);
        let Some(peers) = &self.parts.peers else { return Ok(()) };
        peers.catch_up().await;
        if known && !head.method.is_safe() && peers.are_unheard() {
            return Err(Refusal::new(Code::Unavailable).retry_after(UNHEARD));
        }
        Ok(())
    }

    /// Asks what all nodes know of it: whether its proof was used, the windows that they share, and whether one of them
    /// has opened its class.
    async fn hear(&self, head: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        let spent = authenticate::proved_once(self, passage).await;
        self.carry_out(DoorName::Authenticate, spent, head, passage)?;
        if let (Some(asked), Some(budgets)) = (passage.asked.take(), &self.parts.budgets) {
            let verdict = self.ask(budgets.as_ref(), asked.first, asked.second, passage.uptime).await;
            let judged = rate::heard(verdict, asked.late, self, head, passage);
            self.carry_out(DoorName::Rate, judged, head, passage)?;
        }
        if let (Some(wanted), Some(passes)) = (passage.wanted.take(), &self.parts.passes) {
            let door = wanted.door;
            let opened = challenge::required_of_all(self, passes.as_ref(), *wanted, head, passage).await;
            self.carry_out(door, opened, head, passage)?;
        }
        Ok(())
    }

    /// What becomes of a door's verdict that other nodes had a part in.
    fn carry_out(
        &self,
        door: DoorName,
        verdict: Result<(), Refusal>,
        head: &request::Parts,
        passage: &mut Passage,
    ) -> Result<(), Refusal> {
        let Err(refusal) = verdict else { return Ok(()) };
        passage.page.lured = is_lured(head, passage);
        self.settle(self.mode(passage, door), door, refusal, passage)
    }

    /// The verdict of all nodes' windows; of this node's own where nobody knows theirs.
    pub(crate) async fn ask(
        &self,
        budgets: &dyn Budgets,
        first: Ask,
        second: Option<Ask>,
        uptime: Duration,
    ) -> Verdict {
        let (windows, both) = (&self.parts.windows, second.map(|second| [first, second]));
        let asks = both.as_ref().map_or(std::slice::from_ref(&first), <[Ask; 2]>::as_slice);
        match (budgets.admit(asks).await, both) {
            (Ok(verdict), _) => verdict,
            (Err(_), Some(both)) => windows.admit_all(both, uptime),
            (Err(_), None) => windows.admit(first, uptime),
        }
    }
}

/// Whether another node may know better. One that was used from elsewhere was known here, and has ended by that: asked
/// about again it would be any session that is over, and nobody would be told.
fn is_unknown(credential: &Credential) -> bool {
    matches!(credential, Credential::Refused(refusal) if refusal.code() != Code::SessionMismatch)
}
