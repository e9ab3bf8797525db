//! A bounded map whose entries end by themselves.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// Entries with when they end.
#[derive(Debug)]
pub(super) struct Expiring<K, V> {
    entries: BTreeMap<K, (V, Duration)>,
    order: BTreeSet<(Duration, K)>,
    most: usize,
}

impl<K: Ord + Clone, V> Expiring<K, V> {
    /// Room for `most`.
    pub(super) fn new(most: usize) -> Self {
        Self { entries: BTreeMap::new(), order: BTreeSet::new(), most }
    }

    /// What is there, and when it ends.
    pub(super) fn get(&self, key: &K, now: Duration) -> Option<&(V, Duration)> {
        self.entries.get(key).filter(|(_, until)| *until > now)
    }

    /// Takes an entry away.
    pub(super) fn take(&mut self, key: &K, now: Duration) -> Option<V> {
        let (value, until) = self.entries.remove(key)?;
        self.order.remove(&(until, key.clone()));
        (until > now).then_some(value)
    }

    /// Puts an entry in the place of what is there. False where there is no room for another one.
    pub(super) fn put(&mut self, key: K, value: V, until: Duration, now: Duration) -> bool {
        self.take(&key, now);
        while let Some((end, oldest)) = self.order.first().filter(|(end, _)| *end <= now).cloned() {
            self.order.remove(&(end, oldest.clone()));
            self.entries.remove(&oldest);
        }
        if self.entries.len() >= self.most {
            return false;
        }
        self.order.insert((until, key.clone()));
        self.entries.insert(key, (value, until));
        true
    }

    /// Makes room: the entry that ends first goes.
    pub(super) fn drop_first(&mut self) {
        if let Some((_, key)) = self.order.pop_first() {
            self.entries.remove(&key);
        }
    }

    /// Everything that has not ended.
    pub(super) fn iter(&self, now: Duration) -> impl Iterator<Item = (&K, &(V, Duration))> {
        self.entries.iter().filter(move |(_, (_, until))| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_makes_room_and_nothing_else_does() {
        let (mut map, second) = (Expiring::new(2), Duration::from_secs(1));
        assert!(map.put(1, 'a', second, Duration::ZERO));
        assert!(map.put(2, 'b', second * 2, Duration::ZERO));
        assert!(!map.put(3, 'c', second * 3, Duration::ZERO), "there is no room");
        assert!(map.put(2, 'd', second * 2, Duration::ZERO), "it has its place");
        assert!(map.put(3, 'c', second * 3, second));
        assert_eq!((map.get(&1, second), map.get(&2, second)), (None, Some(&('d', second * 2))));
        assert_eq!((map.take(&2, second * 2), map.take(&3, second)), (None, Some('c')));
        assert!(map.entries.is_empty() && map.order.is_empty());
    }
}
