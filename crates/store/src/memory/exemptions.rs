//! Who is excused from a rule, for a time.

use aspis_core::{clock::Timestamp, exemption::Exemption, ids::ExemptionId};
use async_trait::async_trait;

use super::Memory;
use crate::{Exemptions, Stored};

#[async_trait]
impl Exemptions for Memory {
    async fn exemptions(&self, now: Timestamp) -> Stored<Vec<Exemption>> {
        let state = self.state();
        let mut holding: Vec<_> =
            state.exemptions.values().filter(|known| now < known.until).cloned().collect();
        holding.sort_by_key(|known| (known.since, known.id));
        Ok(holding)
    }

    async fn exempt(&self, exemption: &Exemption, most: usize) -> Stored<bool> {
        let mut state = self.state();
        let holding = state.exemptions.values().filter(|known| exemption.since < known.until).count();
        if holding >= most {
            return Ok(false);
        }
        state.exemptions.insert(exemption.id, exemption.clone());
        Ok(true)
    }

    async fn end_exemption(&self, id: ExemptionId, now: Timestamp) -> Stored<Option<Exemption>> {
        let mut state = self.state();
        let held = state.exemptions.get(&id).is_some_and(|known| now < known.until);
        Ok(if held { state.exemptions.remove(&id) } else { None })
    }

    async fn sweep_exemptions(&self, now: Timestamp) -> Stored<Vec<Exemption>> {
        let mut state = self.state();
        let mut over: Vec<_> =
            state.exemptions.values().filter(|known| known.until <= now).cloned().collect();
        state.exemptions.retain(|_, known| now < known.until);
        over.sort_by_key(|known| (known.since, known.id));
        Ok(over)
    }
}
