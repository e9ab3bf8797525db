//! How many exports run at once: a download that nobody reads must not hold what others need.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use aspis_core::{
    ids::AccountId,
    refusal::{Bound, Code, Refusal, Rule},
};

/// The exports that run now, by account.
#[derive(Debug)]
pub struct Exports {
    running: Mutex<HashMap<AccountId, usize>>,
    most: usize,
    most_of_one: usize,
}

/// The right to one export, given back when dropped: with the answer's last byte, or with its connection.
#[derive(Debug)]
pub(crate) struct Export {
    exports: Arc<Exports>,
    account: AccountId,
}

impl Exports {
    /// `most` in all, `most_of_one` for each account.
    pub(super) fn new(most: usize, most_of_one: usize) -> Self {
        Self { running: Mutex::default(), most, most_of_one }
    }

    /// Begins one, or says that there are enough.
    pub(crate) fn begin(self: &Arc<Self>, account: AccountId) -> Result<Export, Refusal> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = running.values().sum();
        let own = running.entry(account).or_default();
        if all >= self.most || *own >= self.most_of_one {
            if *own == 0 {
                running.remove(&account);
            }
            let busy = Refusal::because(Code::ServerBusy, "Too many exports are running.");
            let limit = self.most as u64;
            let bound = Some(Bound { limit, window_s: None });
            let rule = Rule { count: Some(all as u64), bound, ..Rule::named("admission.exports") };
            return Err(busy.retry_after(std::time::Duration::from_secs(5)).by(rule));
        }
        *own += 1;
        Ok(Export { exports: Arc::clone(self), account })
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        let mut running = self.exports.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = running.get_mut(&self.account) {
            *own -= 1;
            if *own == 0 {
                running.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn exports_are_few_in_all_and_fewer_for_one() {
        let exports = Arc::new(Exports::new(3, 2));
        let account = |n| AccountId(Uuid::from_u128(n));
        let first = exports.begin(account(1)).expect("one");
        let _second = exports.begin(account(1)).expect("two");
        assert_eq!(exports.begin(account(1)).map_err(|refusal| refusal.code()).err(), Some(Code::ServerBusy));
        let _other = exports.begin(account(2)).expect("three");
        assert!(exports.begin(account(3)).is_err(), "enough in all");
        drop(first);
        assert!(exports.begin(account(3)).is_ok());
        assert_eq!(exports.running.lock().expect("lock").len(), 2, "who runs none is forgotten");
    }
}
