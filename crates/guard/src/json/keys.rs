//! The keys of one object: each may stand once.

use std::{borrow::Cow, collections::HashSet};

/// So many are compared one by one; more are kept in a set, whose hash nobody outside can foresee.
const FEW: usize = 12;

/// The keys of an object so far.
#[derive(Default)]
pub(super) struct Keys<'a> {
    few: Vec<Cow<'a, str>>,
    many: HashSet<Cow<'a, str>>,
}

impl Keys<'_> {
    pub(super) fn has(&self, key: &str) -> bool {
        if self.many.is_empty() { self.few.iter().any(|known| known == key) } else { self.many.contains(key) }
    }
}

impl<'a> Extend<Cow<'a, str>> for Keys<'a> {
    fn extend<T: IntoIterator<Item = Cow<'a, str>>>(&mut self, keys: T) {
        for key in keys {
            if self.many.is_empty() && self.few.len() < FEW {
                self.few.push(key);
            } else {
                self.many.extend(self.few.drain(..));
                self.many.insert(key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_forgotten_on_the_way_from_few_to_many() {
        let mut keys = Keys::default();
        for n in 0..40 {
            let key = format!("k{n}");
            assert!(!keys.has(&key));
            keys.extend([Cow::Owned(key)]);
            assert!((0..=n).all(|known| keys.has(&format!("k{known}"))), "{n}");
        }
    }
}
