//! Where settings come from: a file, the environment, flags. Each becomes leaves: a key, a value, an origin.
//!
//! Not here: whether a key exists or a value is allowed (that is judged for all layers alike), and the
//! environment itself, which the caller hands in.

mod environment;
mod file;
mod flags;
mod typed;

use std::{fmt, path::Path};

use toml::Value;

use super::{
    key::Key,
    problem::{Kind, Origin, Problem, Problems},
    schema::Schema,
};

/// The longest settings file, in bytes.
const LONGEST: u64 = 1 << 20;

/// One value somebody wrote.
pub(crate) struct Leaf {
    pub(crate) key: Key,
    /// The value, or why TOML itself cannot hold it.
    pub(crate) value: Result<Value, String>,
    pub(crate) origin: Origin,
}

/// The layers above the defaults, in the order in which later ones win: file, environment, flags.
#[derive(Clone, Default)]
pub struct Sources {
    file: Option<(String, String)>,
    environment: Vec<(String, String)>,
    flags: Vec<String>,
    routes: Vec<String>,
}

impl Sources {
    /// Reads a settings file.
    pub fn read(self, path: &Path) -> Result<Self, Problems> {
        let name = path.display().to_string();
        match aspis_watch::file::text(path, LONGEST) {
            Ok(text) => Ok(self.text(name, text)),
            Err(error) => Err(Problems::from(unreadable(name, &error))),
        }
    }

    /// Takes the text of a settings file, and the name it goes by in messages.
    pub fn text(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.file = Some((name.into(), text.into()));
        self
    }

    /// Takes environment variables; those that do not begin with `ASPIS_` are none of ours.
    pub fn environment(mut self, pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        self.environment.extend(pairs.into_iter().filter(|(name, _)| environment::is_ours(name)));
        self
    }

    /// Takes one `section.key=value`.
    pub fn set(mut self, flag: impl Into<String>) -> Self {
        self.flags.push(flag.into());
        self
    }

    /// Says which routes there are (`GET /path`), so that settings for others are found. Without: any.
    pub fn routes(mut self, routes: impl IntoIterator<Item = String>) -> Self {
        self.routes.extend(routes);
        self
    }

    pub(crate) fn known_routes(&self) -> &[String] {
        &self.routes
    }

    /// Every value of every layer, in the order in which they are laid over each other.
    pub(crate) fn leaves(&self, schema: &Schema) -> (Vec<Leaf>, Vec<Problem>) {
        let (mut leaves, mut problems) = (Vec::new(), Vec::new());
        if let Some((name, text)) = &self.file {
            match file::leaves(name, text, schema) {
                Ok(found) => leaves.extend(found),
                Err(found) => problems.extend(found),
            }
        }
        leaves.extend(self.environment.iter().map(|(name, text)| environment::leaf(name, text, schema)));
        for flag in &self.flags {
            match flags::leaf(flag, schema) {
                Ok(leaf) => leaves.push(leaf),
                Err(problem) => problems.push(problem),
            }
        }
        (leaves, problems)
    }
}

/// Says nothing of what it holds: any layer may hold a secret.
impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources").finish_non_exhaustive()
    }
}

fn unreadable(file: String, error: &std::io::Error) -> Problem {
    Problem {
        kind: Kind::Unreadable,
        origin: Some(Origin::File { file, line: 0, column: None }),
        key: None,
        message: format!("cannot be read: {error}"),
    }
}
