//! One-use links. A spent one is simply gone.

use aspis_core::{clock::Timestamp, ids::AccountId};
use async_trait::async_trait;

use super::{Memory, State};
use crate::{
    Links, Stored,
    links::{NewLink, Purpose},
};

impl State {
    pub(super) fn open_link(&self, token_hash: &str, purpose: Purpose, now: Timestamp) -> Option<usize> {
        self.links
            .iter()
            .position(|link| link.token_hash == token_hash && link.purpose == purpose && now < link.expires)
    }
}

#[async_trait]
impl Links for Memory {
    async fn put_link(&self, new: NewLink, most: usize) -> Stored<()> {
        let mut state = self.state();
        let alike = |link: &NewLink| link.account == new.account && link.purpose == new.purpose;
        let (mut others, rest): (Vec<_>, Vec<_>) = state.links.drain(..).partition(alike);
        others.sort_by(|a, b| (b.expires, &b.token_hash).cmp(&(a.expires, &a.token_hash)));
        others.truncate(most.saturating_sub(1));
        state.links = rest.into_iter().chain(others).chain([new]).collect();
        Ok(())
    }

    async fn link(&self, token_hash: &str, purpose: Purpose, now: Timestamp) -> Stored<Option<AccountId>> {
        let state = self.state();
        Ok(state.open_link(token_hash, purpose, now).map(|at| state.links[at].account))
    }

    async fn spend_link(
        &self,
        token_hash: &str,
        purpose: Purpose,
        now: Timestamp,
    ) -> Stored<Option<AccountId>> {
        let mut state = self.state();
        let open = state.open_link(token_hash, purpose, now);
        Ok(open.map(|at| state.links.swap_remove(at).account))
    }

    async fn sweep_links(&self, before: Timestamp) -> Stored<u64> {
        let mut state = self.state();
        let count = state.links.len();
        state.links.retain(|link| link.expires >= before);
        Ok((count - state.links.len()) as u64)
    }
}
