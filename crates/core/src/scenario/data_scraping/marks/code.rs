//! The digits of an account: a keyed choice for each row.
//!
//! A row's block is an HMAC of where it stands; an account's code is AES under a key of its own. A digit is one
//! encryption, so that ten thousand accounts can be asked about thousands of rows within seconds.

use std::fmt;

use aws_lc_rs::{
    cipher::{AES_128, EncryptingKey, UnboundCipherKey},
    hmac,
};

use super::MarkKeys;
use crate::{clock::Timestamp, ids::AccountId};

/// Bytes of a block.
const BLOCK: usize = 16;

/// Where a row stands (asset, interval, start), in a form that says nothing to who has no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Block(pub(super) [u8; BLOCK]);

impl Block {
    /// The block of a row.
    pub fn of(keys: &MarkKeys, asset: &str, interval: &str, start: Timestamp) -> Self {
        let mut tag = hmac::Context::with_key(&keys.blocks);
        for text in [asset, interval] {
            tag.update(&(text.len() as u64).to_le_bytes());
            tag.update(text.as_bytes());
        }
        tag.update(&start.0.to_le_bytes());
        let tag = tag.sign();
        let mut block = [0; BLOCK];
        block.copy_from_slice(&tag.as_ref()[..BLOCK]);
        Self(block)
    }
}

/// The digits of one account.
pub struct Code(EncryptingKey);

impl Code {
    /// The code of an account: the same for ever.
    pub fn of(keys: &MarkKeys, account: AccountId) -> Self {
        let tag = hmac::sign(&keys.codes, account.0.as_bytes());
        let key = UnboundCipherKey::new(&AES_128, &tag.as_ref()[..BLOCK]).and_then(EncryptingKey::ecb);
        Self(key.expect("a key of the cipher's length"))
    }

    /// The digit of a row.
    pub fn digit(&self, block: Block) -> u8 {
        let mut bytes = block.0;
        self.digits(&mut bytes).next().unwrap_or(0)
    }

    /// The digits of many rows, whose blocks are used up. Each block is encrypted by itself, which hides nothing
    /// and need not: the blocks are all different, and what is wanted is only that nobody foretells the result.
    pub(super) fn digits(&self, blocks: &mut [u8]) -> impl Iterator<Item = u8> {
        self.0.encrypt(blocks).expect("whole blocks");
        blocks.as_chunks::<BLOCK>().0.iter().map(digit)
    }
}

/// A digit of 64 even bits: each comes as often as the others but for one part in 10¹⁸.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a product below ten times 2⁶⁴ leaves a number below ten"
)]
fn digit(bytes: &[u8; BLOCK]) -> u8 {
    let (half, _) = bytes.split_first_chunk::<8>().expect("half of a block");
    ((u128::from(u64::from_le_bytes(*half)) * 10) >> 64) as u8
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code")
    }
}
