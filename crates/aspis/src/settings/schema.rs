//! Which keys there are. The list is the defaults themselves, so it cannot disagree with them.

use toml::{Table, Value};

use super::{key::Key, sections::DOORS};

/// What stands at a key.
pub(crate) enum Place {
    /// A section: it has keys of its own.
    Section,
    /// A setting, with its default to tell what kind of value it takes.
    Setting(Value),
    /// Nothing.
    Unknown,
}

/// The keys and their defaults.
pub(crate) struct Schema {
    defaults: Table,
    routes: Vec<String>,
}

impl Schema {
    /// From the compiled-in defaults; `routes` are those there are, or empty where that is not known.
    pub(crate) fn new(defaults: Table, routes: &[String]) -> Self {
        Self { defaults, routes: routes.to_vec() }
    }

    /// The defaults as a table, to be overlaid.
    pub(crate) fn defaults(&self) -> &Table {
        &self.defaults
    }

    /// What stands at this key.
    pub(crate) fn place(&self, key: &Key) -> Place {
        match key.parts().as_slice() {
            ["safeguards", "routes"] => Place::Section,
            ["safeguards", "routes", route] if self.knows(route) => Place::Section,
            ["safeguards", "routes", route, door] if self.knows(route) && DOORS.contains(door) => {
                Place::Setting(Value::String("enforce".to_owned()))
            }
            // One value: what is in it is judged together.
            ["incident", "playbooks"] => Place::Setting(Value::Table(Table::new())),
            parts => look_up(&self.defaults, parts),
        }
    }

    /// The longest key that a text begins with, if it begins with one.
    pub(crate) fn begins(&self, text: &str) -> Option<Key> {
        let mut keys = Vec::new();
        collect(&self.defaults, &Key::default(), &mut keys);
        let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        keys.retain(|key| text.strip_prefix(&key.to_string()).is_some_and(ends));
        keys.into_iter().max_by_key(|key| key.0.len())
    }

    fn knows(&self, route: &str) -> bool {
        self.routes.is_empty() || self.routes.iter().any(|known| known == route)
    }

    /// Every key somebody may have meant who wrote this one.
    pub(crate) fn candidates(&self, meant: &Key) -> Vec<Key> {
        let mut found = Vec::new();
        collect(&self.defaults, &Key::default(), &mut found);
        let routes = Key(vec!["safeguards".to_owned(), "routes".to_owned()]);
        if let ["safeguards", "routes", route, rest @ ..] = meant.parts().as_slice() {
            let near = if self.knows(route) { vec![(*route).to_owned()] } else { self.routes.clone() };
            let tail = |route: &String| rest.iter().fold(routes.child(route), |key, part| key.child(part));
            found.extend(near.iter().map(tail));
            found.extend(DOORS.iter().map(|door| routes.child(route).child(door)));
        }
        found.retain(|key| key != meant && !matches!(self.place(key), Place::Unknown));
        found
    }

    /// The keys of a section, by their last segment.
    pub(crate) fn children(&self, section: &Key) -> Vec<String> {
        match section.parts().as_slice() {
            ["safeguards", "routes"] => self.routes.clone(),
            ["safeguards", "routes", _] => DOORS.map(str::to_owned).to_vec(),
            parts => {
                let inner = parts.iter().try_fold(&self.defaults, |table, part| table.get(*part)?.as_table());
                inner.map(|table| table.keys().cloned().collect()).unwrap_or_default()
            }
        }
    }
}

fn look_up(defaults: &Table, parts: &[&str]) -> Place {
    let Some((last, sections)) = parts.split_last() else {
        return Place::Section;
    };
    let inner = sections.iter().try_fold(defaults, |table, part| table.get(*part)?.as_table());
    match inner.and_then(|table| table.get(*last)) {
        Some(Value::Table(_)) => Place::Section,
        Some(value) => Place::Setting(value.clone()),
        None => Place::Unknown,
    }
}

fn collect(table: &Table, at: &Key, found: &mut Vec<Key>) {
    for (name, value) in table {
        let key = at.child(name);
        if let Value::Table(inner) = value {
            collect(inner, &key, found);
        }
        found.push(key);
    }
}
