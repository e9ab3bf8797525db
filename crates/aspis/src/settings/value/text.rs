//! Short texts of a known form.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, text};

/// A name others compare exactly: 1 to 255 characters, no control characters, no space at either end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Label(String);

impl Label {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<Value> for Label {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let text = text(&value, "aspis")?;
        let fits = (1..=255).contains(&text.chars().count());
        if fits && text.trim() == text && !text.contains(char::is_control) {
            return Ok(Self(text));
        }
        let what = "allowed; write 1 to 255 characters without control characters or space at the ends";
        Err(Refused::not(&value, what))
    }
}

/// A folder, relative to where the server starts, or absolute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Folder(PathBuf);

impl Folder {
    /// The path.
    pub fn as_path(&self) -> &Path {
        &self.0
    }
}

impl TryFrom<Value> for Folder {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let text = text(&value, "aspis-data")?;
        if text.is_empty() || text.contains(char::is_control) {
            return Err(Refused::not(&value, "a folder; write e.g. \"aspis-data\""));
        }
        Ok(Self(text.into()))
    }
}

/// A file that is there and can be read, relative to where the server starts, or absolute; or empty: none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct File(String);

impl File {
    /// The path, where one is set.
    pub fn get(&self) -> Option<&Path> {
        Some(Path::new(&self.0)).filter(|_| !self.0.is_empty())
    }
}

impl TryFrom<Value> for File {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let text = text(&value, "passwords.txt")?;
        if text.is_empty() {
            return Ok(Self(text));
        }
        match aspis_watch::file::open(Path::new(&text)) {
            Ok(_) => Ok(Self(text)),
            Err(error) => Err(unreadable(&value, &error)),
        }
    }
}

/// A file that is named and cannot be read, and why.
pub(super) fn unreadable(value: &Value, error: &std::io::Error) -> Refused {
    let what = format_args!("a file that can be read ({error}); write the path of one, or nothing: \"\"");
    Refused::not(value, what)
}
