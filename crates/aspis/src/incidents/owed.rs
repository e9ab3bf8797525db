//! What memory owes to the store: what was done there is read anew until it is in force here, whatever fails meanwhile.

use aspis_core::refusal::Refusal;
use aspis_store::actions::{Change, Order};

use crate::app::App;

/// What has to be read anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Owed {
    /// Who is shut out.
    pub(super) blocks: bool,
    /// What is tightened.
    pub(super) standing: bool,
    /// Which API keys are alive.
    pub(super) keys: bool,
    /// The keys that sign access tokens; true where what they signed before ends at once.
    pub(super) signing: Option<bool>,
}

impl Owed {
    /// What can change in the store by itself, or by another process.
    pub(super) const ALWAYS: Self = Self { blocks: true, standing: true, keys: false, signing: None };

    /// What an order leaves to be read.
    pub(super) fn by(order: &Order) -> Self {
        let none = Self::default();
        match &order.change {
            Change::Block { .. } | Change::Unblock(_) => Self { blocks: true, ..none },
            Change::RotateSigning { until, .. } => Self { signing: Some(until.is_none()), ..none },
            Change::Disable(_) | Change::Enable(_) => Self { keys: true, ..none },
            Change::Stands | Change::Relax(_) => Self { standing: true, ..none },
            _ => none,
        }
    }

    /// Both.
    #[must_use]
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            blocks: self.blocks || other.blocks,
            standing: self.standing || other.standing,
            keys: self.keys || other.keys,
            signing: self.signing.max(other.signing),
        }
    }
}

/// True for what failed; the first failure is remembered.
fn failed<E: Into<Refusal>>(outcome: Result<(), E>, first: &mut Option<Refusal>) -> bool {
    let Err(error) = outcome else { return false };
    let refusal = error.into();
    first.get_or_insert(refusal);
    true
}

impl App {
    /// Reads all of it, whatever fails: that is tried again by and by. The first failure, if any.
    pub(super) async fn settle(&self, owed: Owed) -> Result<(), Refusal> {
        let (incidents, mut left, mut first) = (&self.incidents, Owed::default(), None);
        if owed.blocks {
            left.blocks = failed(incidents.read_blocks().await, &mut first);
        }
        if owed.standing {
            left.standing = failed(incidents.read_standing().await, &mut first);
        }
        if let Some(at_once) = owed.signing {
            let failed = failed(self.people.take_signing_keys(at_once).await, &mut first);
            left.signing = failed.then_some(at_once);
        }
        if owed.keys {
            left.keys = failed(self.keys.recall().await, &mut first);
        }
        incidents.owe(left);
        self.take_posture();
        first.map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_owed_adds_up() {
        let later = Owed { signing: Some(false), keys: true, ..Owed::default() };
        let at_once = Owed { signing: Some(true), ..Owed::default() };
        let both = Owed { signing: Some(true), keys: true, ..Owed::default() };
        assert_eq!((later.and(at_once), at_once.and(later)), (both, both));
        assert_eq!(Owed::default().and(Owed::ALWAYS), Owed::ALWAYS);
    }
}
