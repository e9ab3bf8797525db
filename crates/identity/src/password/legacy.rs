//! bcrypt, for accounts that were imported: verified here, replaced by Argon2id at the first sign-in.
//!
//! Deliberately never written. bcrypt sees no more than 72 bytes and, in many libraries, nothing after a NUL: a password
//! beyond either would be one of many that fit, so it is wrong, after as much work as any other.

use std::{
    hint::black_box,
    ops::{Range, RangeInclusive},
};

/// Costs that are verified. The work doubles with each; above 14 a single sign-in takes seconds.
const COSTS: RangeInclusive<u32> = 4..=14;
/// What bcrypt can tell apart.
const LONGEST: usize = 72;

/// Verifies bcrypt hashes, and does the same work where there is none to verify.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Legacy {
    /// The highest cost in the store, where it holds bcrypt hashes at all.
    highest: Option<u32>,
}

impl Legacy {
    pub(super) fn up_to(highest: Option<u32>) -> Self {
        Self { highest: highest.map(|cost| cost.clamp(*COSTS.start(), *COSTS.end())) }
    }

    /// The work of the dearest row, for a name without one.
    pub(super) fn pad(self) {
        if let Some(cost) = self.highest {
            work(cost);
        }
    }

    /// True when `password` is the one behind `stored`. Takes as long as the dearest row.
    pub(super) fn verify(self, stored: &str, password: &str) -> bool {
        let Some(cost) = cost_of(stored).filter(|cost| COSTS.contains(cost)) else {
            tracing::warn!(
                "a stored bcrypt hash has a cost outside 4 to 14; its account cannot sign in by password"
            );
            self.pad();
            return false;
        };
        let right = verify_at(cost, stored, password);
        self.rest(cost).for_each(work);
        right
    }

    /// What is left to do after a row of this cost: its work and that of c, c+1, ..., h-1 is the work of h.
    fn rest(self, cost: u32) -> Range<u32> {
        cost..self.highest.unwrap_or(cost)
    }
}

fn verify_at(cost: u32, stored: &str, password: &str) -> bool {
    let judged = (password.len() <= LONGEST && !password.contains('\0'))
        .then(|| bcrypt::verify(password, stored).ok())
        .flatten();
    judged.unwrap_or_else(|| {
        work(cost);
        false
    })
}

fn work(cost: u32) {
    drop(black_box(bcrypt::hash_with_salt(black_box("nobody"), cost, [0; 16])));
}

/// True for the three forms of bcrypt that are sound: `$2a$`, `$2b$`, `$2y$`. Not `$2x$`, which marks a broken one.
pub(super) fn is_bcrypt(stored: &str) -> bool {
    ["$2a$", "$2b$", "$2y$"].iter().any(|prefix| stored.starts_with(prefix))
}

/// The cost of a bcrypt hash, or nothing for any other.
pub fn cost_of(stored: &str) -> Option<u32> {
    let digits = stored.get(4..6).filter(|cost| cost.bytes().all(|byte| byte.is_ascii_digit()));
    is_bcrypt(stored).then(|| digits?.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_takes_the_work_of_the_dearest() {
        let work = |cost: u32| 1_u64 << cost;
        for cost in COSTS {
            let row = work(cost) + Legacy::up_to(Some(12)).rest(cost).map(work).sum::<u64>();
            assert_eq!(row, work(cost.max(12)), "{cost}");
            assert_eq!(Legacy::default().rest(cost).count(), 0);
        }
        assert_eq!(Legacy::up_to(Some(31)).highest, Some(14));
    }

    #[test]
    fn the_cost_stands_in_the_hash() {
        assert_eq!(cost_of("$2b$12$abcdefghijklmnopqrstuu"), Some(12));
        for text in ["", "$2b$", "$2b$1", "$2b$xx$", "$2x$12$", "$argon2id$v=19$", "$2b$é"] {
            assert_eq!(cost_of(text), None, "{text}");
        }
    }
}
