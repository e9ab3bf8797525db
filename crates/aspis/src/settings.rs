//! The settings: what they are, where they come from, and what is wrong with them.
//!
//! Four layers, later ones winning: the defaults (`aspis.toml`, compiled in), a file, the environment, flags. A start
//! either has settings that are right in every part, or ends with everything that is wrong, each with its place.
//! Deliberately not here: what a setting does, and the reading of the process's own environment and arguments.

pub(crate) mod across;
mod change;
mod check;
mod judge;
mod key;
mod layers;
mod manual;
mod nearest;
mod overlay;
mod problem;
mod schema;
mod sections;
mod shown;
pub mod value;

use std::{collections::BTreeMap, path::PathBuf};

use toml::{Table, Value};

pub use change::{Change, Effect};
pub use check::Report;
pub use layers::Sources;
pub use manual::manual;
pub use problem::{Kind, Origin, Problem, Problems};
pub use sections::*;
pub use shown::Shown;

use overlay::Overlaid;
use schema::Schema;

/// Every setting with its default and its meaning: the text of `aspis.toml`.
pub const DEFAULTS: &str = include_str!("../../../aspis.toml");

/// Settings that are right in every part, and where each that is not a default was written.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    origins: BTreeMap<String, Origin>,
    written: change::Written,
}

impl Loaded {
    /// Where the value of a dotted key was written; nowhere, if it is the default.
    pub fn origin(&self, key: &str) -> Option<&Origin> {
        self.origins.get(key)
    }

    /// The keys that were written anywhere, with the place that won.
    pub fn origins(&self) -> impl Iterator<Item = (&str, &Origin)> {
        self.origins.iter().map(|(key, origin)| (key.as_str(), origin))
    }
}

impl Settings {
    /// Lays the layers over each other and judges everything, or says all that is wrong.
    pub fn load(sources: &Sources) -> Result<Loaded, Problems> {
        let schema = Schema::new(shipped(), sources.known_routes());
        let (leaves, unreadable) = sources.leaves(&schema);
        let mut overlaid = Overlaid::new(&schema, unreadable);
        for leaf in leaves {
            overlaid.lay(&schema, leaf);
        }
        overlaid.finish(&schema)
    }

    /// The data folder that the sources name, whatever else is wrong with them: where a server that runs can be told so.
    pub fn folder(sources: &Sources) -> PathBuf {
        let schema = Schema::new(shipped(), sources.known_routes());
        let mut overlaid = Overlaid::new(&schema, Vec::new());
        let is_folder = |leaf: &layers::Leaf| leaf.key.to_string() == "server.data";
        for leaf in sources.leaves(&schema).0.into_iter().filter(is_folder) {
            overlaid.lay(&schema, leaf);
        }
        overlaid.folder()
    }
}

impl Default for Settings {
    /// The settings as shipped.
    fn default() -> Self {
        Value::Table(shipped()).try_into().expect("aspis.toml is compiled in, and a test reads it")
    }
}

fn shipped() -> Table {
    DEFAULTS.parse().expect("aspis.toml is compiled in, and a test reads it")
}

#[cfg(test)]
mod tests;
