//! Which paths there are. Nearly every request has a path without parameters, or one whose last segment alone is one:
//! each of these is found by one look into a table. The others are matched step by step.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{PARAMS, SurfaceError};

/// Where in a path the text of each of its parameters stands.
pub(super) type Spans = [(usize, usize); PARAMS];

/// The rows of a path, one for each method.
type Rows = Vec<usize>;

/// Every path of a table.
pub(super) struct Paths {
    /// Those without parameters.
    plain: HashMap<&'static str, Rows, RandomState>,
    /// Those whose last segment alone is a parameter, by what stands before it.
    before_last: HashMap<&'static str, Rows, RandomState>,
    /// All of them.
    matcher: matchit::Router<Rows>,
}

impl Paths {
    /// With the rows of each.
    pub(super) fn new(paths: HashMap<&'static str, Rows>) -> Result<Self, SurfaceError> {
        let (mut plain, mut before_last) = (HashMap::default(), HashMap::default());
        let mut matcher = matchit::Router::new();
        for (path, rows) in paths {
            match path.split_once('{') {
                None => drop(plain.insert(path, rows.clone())),
                Some((before, last)) if before.ends_with('/') && is_one_segment(last) => {
                    before_last.insert(before, rows.clone());
                }
                Some(_) => {}
            }
            matcher
                .insert(path, rows)
                .map_err(|error| SurfaceError::Path(path.to_owned(), error.to_string()))?;
        }
        Ok(Self { plain, before_last, matcher })
    }

    /// The rows of a path as it was sent, and where its parameters are.
    pub(super) fn find(&self, path: &str) -> Option<(&[usize], Spans)> {
        if let Some(rows) = self.plain.get(path) {
            return Some((rows, Spans::default()));
        }
        let start = path.rfind('/').map_or(0, |slash| slash + 1);
        match self.before_last.get(&path[..start]) {
            Some(rows) if start < path.len() => {
                let mut spans = Spans::default();
                spans[0] = (start, path.len());
                Some((rows, spans))
            }
            _ => self.step_by_step(path),
        }
    }

    fn step_by_step(&self, path: &str) -> Option<(&[usize], Spans)> {
        let found = self.matcher.at(path).ok()?;
        let mut spans = Spans::default();
        for (span, (_, value)) in spans.iter_mut().zip(found.params.iter()) {
            let start = value.as_ptr().addr() - path.as_ptr().addr();
            *span = (start, start + value.len());
        }
        Some((found.value, spans))
    }
}

/// True for `name}`, and nothing behind it.
fn is_one_segment(last: &str) -> bool {
    last.strip_suffix('}').is_some_and(|name| !name.contains(['{', '}', '*', '/']))
}

#[cfg(test)]
mod tests;
