//! Numbers that other parts know: they are asked for whenever they are read, and not kept here.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use prometheus_client::{collector::Collector, encoding::DescriptorEncoder, registry::Registry};

/// What another part says of itself.
pub(super) trait Numbers: 'static {
    /// Writes it out.
    fn write(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result;
}

type Source<T> = Box<dyn Fn() -> Option<T> + Send + Sync>;

/// Whom to ask, once that is known: counts are made before the parts that they are asked of.
pub(super) struct Asked<T>(Arc<OnceLock<Source<T>>>);

impl<T: Numbers> Asked<T> {
    /// Nobody yet.
    pub(super) fn new(registry: &mut Registry) -> Self {
        let asked = Self(Arc::default());
        registry.register_collector(Box::new(Self(Arc::clone(&asked.0))));
        asked
    }

    /// Says whom to ask; the first word counts.
    pub(super) fn ask_at(&self, source: impl Fn() -> Option<T> + Send + Sync + 'static) {
        let _ = self.0.set(Box::new(source));
    }

    /// What is said now; nothing where there is nobody to ask.
    pub(super) fn now(&self) -> Option<T> {
        self.0.get().and_then(|ask| ask())
    }
}

impl<T: Numbers> Collector for Asked<T> {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        self.now().map_or(Ok(()), |numbers| numbers.write(&mut encoder))
    }
}

impl<T> fmt::Debug for Asked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Asked")
    }
}
