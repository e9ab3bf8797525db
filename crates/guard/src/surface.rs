//! The attack surface as one table: every route with its policy, and nothing that has none.

use std::{collections::HashMap, fmt};

use aspis_core::scope::Scope;
use http::Method;
use serde::Serialize;

mod paths;

use paths::Paths;

/// Routes that share one budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Every route that checks a password, code or link.
    Login,
    /// Making accounts.
    Register,
    /// Renewing and ending sign-ins.
    Refresh,
    /// Predictions.
    Predict,
    /// Money.
    Portfolio,
    /// Reading prices.
    Prices,
    /// The manual and its files.
    Static,
    /// Everything else.
    Default,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 8] = [
        Self::Login,
        Self::Register,
        Self::Refresh,
        Self::Predict,
        Self::Portfolio,
        Self::Prices,
        Self::Static,
        Self::Default,
    ];

    /// The name in settings, headers and metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Register => "register",
            Self::Refresh => "refresh",
            Self::Predict => "predict",
            Self::Portfolio => "portfolio",
            Self::Prices => "prices",
            Self::Static => "static",
            Self::Default => "default",
        }
    }

    /// True when a signed-in caller has a second window of the same size.
    pub const fn is_per_principal(self) -> bool {
        matches!(self, Self::Predict | Self::Portfolio | Self::Prices | Self::Default)
    }
}

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Everybody; a credential is not even looked at.
    Public,
    /// Everybody; a credential that is sent must be good, and counts.
    Optional,
    /// Signed-in callers, also those who have to prove again that it is them: to prove it, or to leave.
    Proving,
    /// Signed-in callers.
    Signed,
    /// Operators.
    Operator,
}

/// What body a route takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyKind {
    /// None at all.
    None,
    /// JSON, or nothing.
    OptionalJson,
    /// JSON.
    Json,
    /// JSON of many rows: four times as long as any other.
    JsonRows,
    /// What a browser reports of a page: `application/csp-report` or `application/reports+json`.
    Reports,
    /// JSON that is signed as it is, four times as long as any other: nothing of it is looked at before its signature.
    Attested,
    /// JSON, a form, text, or nothing: what services behind the shield take.
    Any,
}

/// The longest report of a browser, in bytes.
const REPORT: usize = 16 * 1024;

/// How many times as long rows may be: a thousand bars fit where one order takes 64 KiB.
const ROWS: usize = 4;

impl BodyKind {
    /// The most bytes of a body of this kind, where bodies may have `most` at all.
    pub(crate) const fn most(self, most: usize) -> usize {
        match self {
            Self::JsonRows | Self::Attested => most.saturating_mul(ROWS),
            Self::Reports if most > REPORT => REPORT,
            _ => most,
        }
    }
}

/// One route with its policy.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// The method. HEAD goes where GET goes.
    #[serde(serialize_with = "method_word")]
    pub method: Method,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// Whose budget it spends.
    pub class: Class,
    /// Who may call it.
    pub access: Access,
    /// The scope that an API key needs for it. Where there is none, no key opens it.
    pub scope: Option<Scope>,
    /// What body it takes.
    pub body: BodyKind,
    /// Query parameters it knows; any other is refused.
    pub query: &'static [&'static str],
    /// It waits in a queue of its own, and takes no place among the requests in progress.
    pub queued: bool,
    /// The bytes of its answers count towards the day's.
    pub metered: bool,
}

fn method_word<S: serde::Serializer>(method: &Method, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(method.as_str())
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Why a table cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SurfaceError {
    /// Two rows for one route.
    #[error("{0} stands in the surface table twice")]
    Twice(String),
    /// A path that cannot be matched, or that hides another.
    #[error("{0}: {1}")]
    Path(String, String),
}

/// Where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// To this row.
    Row(usize),
    /// The path is known by another method; this row of it has the budget that counts.
    Method(usize),
    /// Nowhere.
    Nothing,
}

/// Path parameters: their names in the table, and where in the path their raw text stands. Nothing is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Params([(&'static str, u16, u16); PARAMS]);

/// The most parameters that a path of the table has.
const PARAMS: usize = 4;

impl Params {
    /// The raw text of a parameter in the path that it was found in; empty where the row has none of that name.
    pub fn of<'a>(&self, name: &str, path: &'a str) -> &'a str {
        let found = self.0.iter().find(|(known, ..)| *known == name);
        let range = found.map(|(_, start, end)| usize::from(*start)..usize::from(*end));
        range.and_then(|range| path.get(range)).unwrap_or("")
    }
}

/// The table with its paths.
pub struct Surface {
    rows: Vec<Row>,
    /// The names of each row's parameters.
    names: Vec<Vec<&'static str>>,
    paths: Paths,
}

impl Surface {
    /// Looks for what cannot be used.
    pub fn new(rows: Vec<Row>) -> Result<Self, SurfaceError> {
        let mut paths: HashMap<&'static str, Vec<usize>> = HashMap::new();
        for (index, row) in rows.iter().enumerate() {
            let known = paths.entry(row.path).or_default();
            if known.iter().any(|other| rows[*other].method == row.method) {
                return Err(SurfaceError::Twice(row.to_string()));
            }
            known.push(index);
        }
        if let Some(long) = rows.iter().find(|row| parameter_names(row.path).count() > PARAMS) {
            return Err(SurfaceError::Path(
                long.path.to_owned(),
                format!("has more than {PARAMS} parameters"),
            ));
        }
        let names = rows.iter().map(|row| parameter_names(row.path).collect()).collect();
        Ok(Self { rows, names, paths: Paths::new(paths)? })
    }

    /// The rows, in the order of the table.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row for a request line, and the parameters in its path.
    pub fn find(&self, method: &Method, path: &str) -> (Found, Params) {
        // What is longer is refused before anybody asks for its parameters.
        if path.len() > usize::from(u16::MAX) {
            return (Found::Nothing, Params::default());
        }
        let Some((rows, spans)) = self.paths.find(path) else { return (Found::Nothing, Params::default()) };
        let wanted = if method == Method::HEAD { &Method::GET } else { method };
        let Some(row) = rows.iter().find(|index| self.rows[**index].method == *wanted) else {
            return (Found::Method(rows[0]), Params::default());
        };
        let mut params = Params::default();
        for ((place, name), (start, end)) in params.0.iter_mut().zip(&self.names[*row]).zip(spans) {
            *place = (name, place_of(start), place_of(end));
        }
        (Found::Row(*row), params)
    }

    /// The methods that the path of a row takes, for `Allow`.
    pub fn methods(&self, row: usize) -> String {
        let path = self.rows[row].path;
        let mut methods: Vec<&str> =
            self.rows.iter().filter(|other| other.path == path).map(|other| other.method.as_str()).collect();
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        methods.sort_unstable();
        methods.join(", ")
    }
}

/// Within a path that is short enough, as was looked at.
fn place_of(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

fn parameter_names(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

impl fmt::Debug for Surface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Surface({} rows)", self.rows.len())
    }
}

#[cfg(test)]
mod tests;
