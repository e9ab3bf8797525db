//! The memory of one node: the reference of what is fleeting.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use aspis_core::{
    chance::{self, Chance},
    clock::Clock,
    scenario::denial_of_service::windows::{Ask, Verdict, Windows},
};
use async_trait::async_trait;

use super::{Budgets, budgets::judge, hints::Hub};
use crate::Stored;

mod expiring;
mod sums;
mod tables;

use tables::Tables;

/// How much one node remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Windows that are counted apart.
    pub windows: usize,
    /// Words that were used.
    pub spent: usize,
    /// Open questions; beyond that many the one that ends first goes.
    pub questions: usize,
    /// Clients of anything else.
    pub clients: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { windows: 65_536, spent: 65_536, questions: 4096, clients: 65_536 }
    }
}

/// Everything fleeting, in the memory of this node.
pub struct Local {
    clock: Arc<dyn Clock>,
    windows: Windows,
    tables: Mutex<Tables>,
    hub: Hub,
}

impl Local {
    /// Nothing has happened yet.
    pub fn new(room: Room, clock: Arc<dyn Clock>, chance: &dyn Chance) -> Self {
        let windows = Windows::new(room.windows, chance::bytes(chance));
        Self { windows, tables: Tables::new(room), hub: Hub::new(), clock }
    }

    /// The tables, and the moment it is.
    fn tables(&self) -> (MutexGuard<'_, Tables>, Duration) {
        // Every change is whole before anything that could panic.
        let tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        (tables, self.clock.uptime())
    }
}

#[async_trait]
impl Budgets for Local {
    async fn admit(&self, asks: &[Ask]) -> Stored<Verdict> {
        judge(&self.windows, asks, self.clock.uptime(), |ask| ask.rate.limit)
    }
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Local")
    }
}

#[cfg(test)]
mod tests {
    use aspis_core::{
        chance::SeededChance,
        clock::{ManualClock, Timestamp},
    };

    use super::*;
    use crate::fleeting::contract::{self, Fresh, Passing};

    struct Moved(Arc<ManualClock>);

    #[async_trait]
    impl Passing for Moved {
        async fn pass(&self, span: Duration) {
            self.0.advance(span);
        }
    }

    #[tokio::test]
    async fn the_memory_of_a_node_keeps_the_contract() {
        contract::run(|| async {
            let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_600_000_000)));
            let home = Arc::new(Local::new(Room::default(), clock.clone(), &SeededChance::new(1)));
            Fresh::of([home.clone(), home], Arc::new(Moved(clock)))
        })
        .await;
    }
}
