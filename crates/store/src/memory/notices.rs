//! What the owner of an account should know.

use aspis_core::ids::AccountId;
use async_trait::async_trait;

use super::{Memory, State};
use crate::{
    Notices, Stored,
    notices::{MOST, Notice},
};

impl State {
    pub(super) fn notify(&mut self, notice: Notice) {
        let kept = self.notices.entry(notice.account).or_default();
        kept.push(notice);
        kept.sort_by_key(|notice| std::cmp::Reverse((notice.at, notice.id)));
        kept.truncate(MOST);
    }
}

#[async_trait]
impl Notices for Memory {
    async fn notify(&self, notice: Notice) -> Stored<()> {
        self.state().notify(notice);
        Ok(())
    }

    async fn notices(&self, account: AccountId, most: usize) -> Stored<Vec<Notice>> {
        let state = self.state();
        Ok(state.notices.get(&account).into_iter().flatten().take(most).cloned().collect())
    }
}
