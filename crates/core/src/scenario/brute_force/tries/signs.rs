//! What a settled try is a sign of.

/// What a settled try is a sign of, beyond itself. Each is told once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Signs {
    /// The name is locked from now on.
    pub locked: bool,
    /// Many names, or many clients.
    pub stuffing: Option<Stuffing>,
    /// An attack on the whole site began or ended.
    pub site: Option<SiteChange>,
}

/// Passwords stolen elsewhere are tried here (OWASP OAT-008).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stuffing {
    /// One client failed on many names. Told once an hour a client.
    OneSource,
    /// Many clients failed on one name. Told once an hour a name.
    OneName,
}

/// A change for the whole site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiteChange {
    /// It is under attack.
    Began,
    /// The attack is over.
    Ended,
}
