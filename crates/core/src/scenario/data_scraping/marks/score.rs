//! Whose marks a file has.
//!
//! The digits of an account that never had the file are independent of it: by chance one in ten agrees, so that the
//! agreements are binomial. An account is named only where so many agreements would come by chance, with anybody of
//! all accounts, less than once in a million files. Each is judged by itself: a file put together from several
//! accounts names each whose share is large enough.

use super::{Block, Code, MarkKeys};
use crate::ids::AccountId;

/// A false name in this share of files at most.
const CHANCE: f64 = 1e-6;
/// Digits are one of ten.
const BASE: f64 = 0.1;
/// Rows that are looked at, in a file that has more: enough for a share of two in a hundred.
pub const MOST: usize = 50_000;
/// Blocks that are encrypted at once: they stay in the fastest memory.
const AT_ONCE: usize = 1024;

/// The rows of a file whose volumes are ours but for the last digit.
#[derive(Debug, Default)]
pub struct Evidence {
    rows: Vec<(Block, u8)>,
}

/// What was found of one account.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Whom it speaks against.
    pub account: AccountId,
    /// Rows whose digit is the account's.
    pub agreements: usize,
    /// Rows that were looked at.
    pub rows: usize,
    /// Log₁₀ of the chance that as many agree by chance, with anybody of all accounts.
    pub log_chance: f64,
}

impl Evidence {
    /// A row was found with this digit.
    pub fn add(&mut self, block: Block, digit: u8) {
        self.rows.push((block, digit));
    }

    /// Ready to be asked about so many accounts. What was found twice counts once, or a copied row would speak as
    /// often as it was copied; two digits of one row count both. Of many rows those with the lowest blocks are
    /// looked at: nobody without the key knows which.
    pub fn scorer(mut self, accounts: usize) -> Scorer {
        self.rows.sort_unstable();
        self.rows.dedup();
        self.rows.truncate(MOST);
        let blocks = self.rows.iter().flat_map(|(block, _)| block.0).collect();
        let digits: Vec<u8> = self.rows.iter().map(|(_, digit)| *digit).collect();
        let tail = Tail::of(digits.len());
        #[expect(clippy::cast_precision_loss, reason = "nobody has 2⁵² accounts")]
        let others = (accounts.max(1) as f64).log10();
        let is_enough = |agreements: &usize| tail.log_chance(*agreements) + others < CHANCE.log10();
        let wanted = (1..=digits.len()).collect::<Vec<_>>();
        let wanted = wanted.partition_point(|agreements| !is_enough(agreements)) + 1;
        Scorer { blocks, digits, tail, others, wanted }
    }
}

/// Judges one account after the other.
#[derive(Debug)]
pub struct Scorer {
    blocks: Vec<u8>,
    digits: Vec<u8>,
    tail: Tail,
    others: f64,
    wanted: usize,
}

impl Scorer {
    /// Rows that are looked at.
    pub fn rows(&self) -> usize {
        self.digits.len()
    }

    /// Rows that are needed to name one of so many accounts, if every digit agrees.
    pub fn needed(&self) -> usize {
        let mut rows = 1;
        while Tail::of(rows).log_chance(rows) + self.others >= CHANCE.log10() {
            rows += 1;
        }
        rows
    }

    /// What speaks against an account, if it is enough.
    pub fn judge(&self, keys: &MarkKeys, account: AccountId) -> Option<Score> {
        let agreements = self.agreements(&Code::of(keys, account));
        let log_chance = self.tail.log_chance(agreements) + self.others;
        (agreements >= self.wanted).then_some(Score { account, agreements, rows: self.rows(), log_chance })
    }

    fn agreements(&self, code: &Code) -> usize {
        let mut scratch = [0; AT_ONCE * size_of::<Block>()];
        let parts = self.blocks.chunks(scratch.len()).zip(self.digits.chunks(AT_ONCE));
        parts
            .map(|(blocks, digits)| {
                let scratch = &mut scratch[..blocks.len()];
                scratch.copy_from_slice(blocks);
                code.digits(scratch).zip(digits).filter(|(own, found)| own == *found).count()
            })
            .sum()
    }
}

/// The upper tail of the binomial distribution, in logarithms: exact but for rounding, however small it is.
#[derive(Debug)]
pub(super) struct Tail {
    /// ln(n!), from 0 on.
    factorials: Vec<f64>,
}

#[expect(clippy::cast_precision_loss, reason = "counts of at most 50,000")]
impl Tail {
    pub(super) fn of(rows: usize) -> Self {
        let mut sum = 0.0;
        let logs = (1..=rows).map(|n| {
            sum += (n as f64).ln();
            sum
        });
        Self { factorials: std::iter::once(0.0).chain(logs).collect() }
    }

    /// Log₁₀ of the chance of so many agreements or more.
    pub(super) fn log_chance(&self, agreements: usize) -> f64 {
        let rows = self.factorials.len() - 1;
        if agreements as f64 <= rows as f64 * BASE {
            return 0.0;
        }
        if agreements > rows {
            return f64::NEG_INFINITY;
        }
        let ways = self.factorials[rows] - self.factorials[agreements] - self.factorials[rows - agreements];
        let first = ways + agreements as f64 * BASE.ln() + (rows - agreements) as f64 * (1.0 - BASE).ln();
        // Above the mean each further term is smaller than the one before: their sum in units of the first.
        let (mut sum, mut term) = (1.0, 1.0);
        for count in agreements..rows {
            term *= (rows - count) as f64 / (count + 1) as f64 * BASE / (1.0 - BASE);
            sum += term;
            if term < sum * f64::EPSILON {
                break;
            }
        }
        ((first + f64::ln(sum)) / std::f64::consts::LN_10).min(0.0)
    }
}
