//! A JSON object written by hand, so that it may repeat members and hold what no serialiser writes.

/// Members with the raw text of their values, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object(Vec<(String, String)>);

impl Object {
    /// Sets a member, or adds it.
    pub(crate) fn with(mut self, name: &str, raw: &str) -> Self {
        match self.0.iter_mut().find(|(other, _)| other == name) {
            Some((_, value)) => raw.clone_into(value),
            None => self.0.push((name.to_owned(), raw.to_owned())),
        }
        self
    }

    /// Adds a member, even if it is there.
    pub(crate) fn again(mut self, name: &str, raw: &str) -> Self {
        self.0.push((name.to_owned(), raw.to_owned()));
        self
    }

    /// Takes a member away.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(other, _)| other != name);
        self
    }

    /// The raw text of a member.
    pub(crate) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(other, _)| other == name).map_or("", |(_, raw)| raw)
    }

    /// The names of its members.
    pub(crate) fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Its JSON text. A name is written as it is: escapes in it stay escapes.
    pub(crate) fn text(&self) -> String {
        let members: Vec<String> = self.0.iter().map(|(name, raw)| format!("\"{name}\":{raw}")).collect();
        format!("{{{}}}", members.join(","))
    }
}
