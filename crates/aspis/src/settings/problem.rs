//! What is wrong with settings, and where it was written.

use std::fmt;

use serde::Serialize;

/// Where a value was written. Later ones win.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Origin {
    /// A settings file.
    File {
        /// The file as it was named.
        file: String,
        /// The line, from 1; 0 is the file as a whole.
        line: usize,
        /// The column in characters, from 1, where the text itself could not be read.
        #[serde(skip_serializing_if = "Option::is_none")]
        column: Option<usize>,
    },
    /// An environment variable.
    Environment {
        /// Its name.
        variable: String,
    },
    /// A `--set` flag.
    Flag {
        /// What stood before the `=`; the value may be a secret.
        set: String,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { file, line: 0, .. } => write!(f, "{file}"),
            Self::File { file, line, column: None } => write!(f, "{file}:{line}"),
            Self::File { file, line, column: Some(column) } => write!(f, "{file}:{line}:{column}"),
            Self::Environment { variable } => write!(f, "environment variable {variable}"),
            Self::Flag { set } => write!(f, "--set {set}=…"),
        }
    }
}

/// What kind of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The file could not be read.
    Unreadable,
    /// The text is not TOML, or not a key.
    Syntax,
    /// There is no such setting.
    UnknownKey,
    /// The value is not allowed.
    WrongValue,
    /// Two settings, each right by itself, do not go together.
    Conflict,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What kind of thing it is.
    pub kind: Kind,
    /// Where it was written; absent where no layer but the defaults has it.
    #[serde(flatten)]
    pub origin: Option<Origin>,
    /// The key, dotted, where one is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What is wrong, and what is allowed.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(origin) = &self.origin {
            write!(f, "{origin}: ")?;
        }
        match (&self.key, self.kind) {
            // The message of an unknown key names it itself.
            (Some(key), kind) if kind != Kind::UnknownKey => write!(f, "{key}: {}", self.message),
            _ => f.write_str(&self.message),
        }
    }
}

/// Everything that is wrong, in the order of the layers and lines. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(transparent)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Nothing wrong is no [`Problems`].
    pub(crate) fn check(mut found: Vec<Problem>) -> Result<(), Self> {
        found.sort_by(|a, b| a.origin.cmp(&b.origin));
        if found.is_empty() { Ok(()) } else { Err(Self(found)) }
    }

    /// Each of them.
    pub fn as_slice(&self) -> &[Problem] {
        &self.0
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{problem}")?;
        }
        Ok(())
    }
}
