//! Shared keys.

use async_trait::async_trait;

use super::Memory;
use crate::{Stored, Vault};

#[async_trait]
impl Vault for Memory {
    async fn get_or_put(&self, name: &str, fresh: &[u8]) -> Stored<Vec<u8>> {
        Ok(self.state().vault.entry(name.to_owned()).or_insert_with(|| fresh.to_vec()).clone())
    }

    async fn get(&self, name: &str) -> Stored<Option<Vec<u8>>> {
        Ok(self.state().vault.get(name).cloned())
    }

    async fn remove(&self, name: &str) -> Stored<bool> {
        Ok(self.state().vault.remove(name).is_some())
    }

    async fn is_in_clear(&self) -> Stored<bool> {
        Ok(false)
    }
}
