//! What is fleeting and shared by all nodes, where there are several.

use std::{fmt, sync::Arc};

use aspis_store::fleeting::{Facts, Shelf, Spent};

/// The homes of it. Each says what is done while it is away.
#[derive(Clone)]
pub struct Shared {
    /// Counts of failures and of registrations.
    pub facts: Arc<dyn Facts>,
    /// Words that are good once. Whoever asks it remembers its own, too: it may come back empty.
    pub spent: Arc<dyn Spent>,
    /// Questions that wait for their answer.
    pub shelf: Arc<dyn Shelf>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}
