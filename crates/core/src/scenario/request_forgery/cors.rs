//! Which pages of other sites may call, and how (Fetch, CORS protocol). Closed unless the settings name an origin.
//!
//! An origin is allowed exactly as it is written or not at all: patterns and suffixes let strangers in. This opens
//! doors in the caller's browser and guards nothing here: what a cookie speaks for is guarded by `origin` and `token`.

/// What the settings allow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cors {
    /// Origins as browsers write them, or `*` alone for everybody, but then never with cookies.
    pub origins: Vec<String>,
    /// Methods, in upper case.
    pub methods: Vec<String>,
    /// Names of header fields, in any case.
    pub headers: Vec<String>,
}

/// How a page may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// As itself, with its cookies.
    Named,
    /// As anybody, without cookies.
    Anybody,
}

/// What a preflight asks for that is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Pages of that origin may not call at all.
    #[error("pages of this origin may not call")]
    Origin,
    /// Not with that method.
    #[error("pages may not call with this method")]
    Method,
    /// Not with one of those header fields.
    #[error("pages may not call with these header fields")]
    Header,
}

impl Cors {
    /// True when no page of another site may call.
    pub fn is_closed(&self) -> bool {
        self.origins.is_empty()
    }

    /// Whether pages of this origin may call.
    pub fn admits(&self, origin: &str) -> Option<Admission> {
        // A page that withholds its origin says `null`, as do many others: that is nobody's name.
        if origin != "*" && origin != "null" && self.origins.iter().any(|known| known == origin) {
            return Some(Admission::Named);
        }
        self.origins.iter().any(|known| known == "*").then_some(Admission::Anybody)
    }

    /// Judges a preflight: the method it asks for, and the header fields (`Access-Control-Request-Headers`).
    pub fn preflight(&self, origin: &str, method: &str, headers: &str) -> Result<Admission, Refused> {
        let admission = self.admits(origin).ok_or(Refused::Origin)?;
        if !self.methods.iter().any(|known| known == method) {
            return Err(Refused::Method);
        }
        let mut names = headers.split(',').map(str::trim).filter(|name| !name.is_empty());
        let known = |name: &str| self.headers.iter().any(|known| known.eq_ignore_ascii_case(name));
        names.all(known).then_some(admission).ok_or(Refused::Header)
    }
}

#[cfg(test)]
mod tests;
