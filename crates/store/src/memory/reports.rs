//! Reports.

use aspis_core::clock::Timestamp;
use async_trait::async_trait;

use super::Memory;
use crate::{Reports, Stored};

#[async_trait]
impl Reports for Memory {
    async fn keep(&self, name: &str, at: Timestamp, text: &str) -> Stored<()> {
        self.state().reports.insert(name.to_owned(), (at, text.to_owned()));
        Ok(())
    }

    async fn report(&self, name: &str) -> Stored<Option<(Timestamp, String)>> {
        Ok(self.state().reports.get(name).cloned())
    }
}
