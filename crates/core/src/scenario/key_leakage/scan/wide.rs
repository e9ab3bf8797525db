//! Keys in UTF-16: a zero between every two letters, whichever byte of a unit comes first.

use super::Key;
use crate::scenario::key_leakage::format;

/// The key whose first letter stands here.
pub(super) fn read(bytes: &[u8], start: usize) -> Option<Key> {
    let held = bytes.get(start..start + 2 * format::LENGTH - 1)?;
    let mut key = [0; format::LENGTH];
    for (place, letter) in key.iter_mut().enumerate() {
        let between = held.get(2 * place + 1).copied().unwrap_or(0);
        if between != 0 || !format::may_stand(held[2 * place], place) {
            return None;
        }
        *letter = held[2 * place];
    }
    format::is_key(&key).then_some(key)
}
