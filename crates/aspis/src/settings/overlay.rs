//! Layers laid over each other: what is right is kept, what is wrong is remembered.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use toml::{Table, Value};

use super::{
    Loaded, across,
    change::Written,
    judge,
    key::Key,
    layers::Leaf,
    nearest,
    problem::{Kind, Origin, Problem, Problems},
    schema::Schema,
    sections::Settings,
};

/// The defaults with what was right so far laid over them.
pub(crate) struct Overlaid {
    table: Table,
    origins: BTreeMap<String, Origin>,
    problems: Vec<Problem>,
}

impl Overlaid {
    /// Nothing laid yet, but what is already known to be wrong.
    pub(crate) fn new(schema: &Schema, problems: Vec<Problem>) -> Self {
        Self { table: schema.defaults().clone(), origins: BTreeMap::new(), problems }
    }

    /// Lays one value over what is there, if it may stand; else remembers why not.
    pub(crate) fn lay(&mut self, schema: &Schema, leaf: Leaf) {
        match judge::judge(schema, &leaf) {
            Ok(value) => {
                judge::put(&mut self.table, &leaf.key, value);
                self.origins.insert(leaf.key.to_string(), leaf.origin);
            }
            Err(problem) => self.problems.push(problem),
        }
    }

    /// The settings, or everything that is wrong.
    pub(crate) fn finish(mut self, schema: &Schema) -> Result<Loaded, Problems> {
        let judged: Result<Settings, _> = Value::Table(self.table.clone()).try_into();
        match judged {
            Ok(settings) => {
                let clashes = self.clashes(schema, &settings);
                self.problems.extend(clashes);
                Problems::check(self.problems)?;
                Ok(Loaded { settings, origins: self.origins, written: Written(self.table) })
            }
            Err(error) => Err(Problems::from(Problem {
                kind: Kind::WrongValue,
                origin: None,
                key: None,
                message: error.message().to_owned(),
            })),
        }
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> PathBuf {
        let server = self.table.get("server").and_then(Value::as_table);
        server.and_then(|server| server.get("data")?.as_str()).unwrap_or_default().into()
    }

    /// What does not go together, as far as it is not merely the echo of a problem already found.
    fn clashes(&self, schema: &Schema, settings: &Settings) -> Vec<Problem> {
        if self.problems.iter().any(|problem| matches!(problem.kind, Kind::Unreadable | Kind::Syntax)) {
            return Vec::new();
        }
        let doubtful = self.doubtful(schema);
        let firm = |clash: &across::Clash| !clash.keys.iter().any(|key| doubtful.contains(*key));
        across::check(settings).into_iter().filter(firm).map(|clash| self.placed(clash)).collect()
    }

    /// Keys whose value is not known: the wrong ones, and those a misspelt one probably meant.
    fn doubtful(&self, schema: &Schema) -> BTreeSet<String> {
        let wrong = self.problems.iter().filter_map(|problem| problem.key.as_deref());
        let meant = wrong.clone().filter_map(|key| nearest::nearest(schema, &Key::parse(key)?));
        let meant: Vec<String> = meant.map(|key| key.to_string()).collect();
        wrong.map(str::to_owned).chain(meant).collect()
    }

    /// A clash stands where the last of its settings was written.
    fn placed(&self, clash: across::Clash) -> Problem {
        let origin = clash.keys.iter().filter_map(|key| self.origins.get(*key)).max().cloned();
        Problem {
            kind: Kind::Conflict,
            origin,
            key: clash.keys.first().map(|key| (*key).to_owned()),
            message: clash.message,
        }
    }
}
