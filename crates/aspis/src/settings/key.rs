//! Keys as paths: `rate.login`, `safeguards.routes."GET /".inspect`.

use std::fmt;

/// The segments of a dotted key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Key(pub(crate) Vec<String>);

impl Key {
    /// From the dotted form, quotes and all.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let parts = toml_edit::Key::parse(text).ok()?;
        Some(Self(parts.iter().map(|part| part.get().to_owned()).collect()))
    }

    /// This key with one more segment.
    pub(crate) fn child(&self, segment: &str) -> Self {
        let mut parts = self.0.clone();
        parts.push(segment.to_owned());
        Self(parts)
    }

    /// The key without its last segment.
    pub(crate) fn parent(&self) -> Self {
        Self(self.0[..self.0.len().saturating_sub(1)].to_vec())
    }

    /// The last segment.
    pub(crate) fn last(&self) -> &str {
        self.0.last().map_or("", String::as_str)
    }

    /// The segments.
    pub(crate) fn parts(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }
}

/// Longer segments are cut: a message is one calm line.
const SHOWN: usize = 80;

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            let short: String = part.chars().take(SHOWN).collect();
            let cut = if short.len() < part.len() { "…" } else { "" };
            if is_bare(part) {
                write!(f, "{dot}{short}{cut}")?;
            } else {
                write!(f, "{dot}{:?}", format!("{short}{cut}"))?;
            }
        }
        Ok(())
    }
}

/// What TOML lets stand without quotes.
fn is_bare(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}
