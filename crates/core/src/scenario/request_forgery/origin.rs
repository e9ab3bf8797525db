//! Which page sends this? Told by Fetch Metadata, `Origin` and `Referer`, which a browser writes and no page can.
//!
//! Asked only where a cookie speaks for the caller: a token in a header never comes along by itself. What is not
//! said at all is refused; browsers say at least one of the three with every request that changes something.

/// What a request says of where it comes from. A field that is absent is `None`.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// True for GET, HEAD and OPTIONS, which change nothing.
    pub safe: bool,
    /// `Sec-Fetch-Site`.
    pub site: Option<&'a str>,
    /// `Sec-Fetch-Mode`.
    pub mode: Option<&'a str>,
    /// `Sec-Fetch-Dest`.
    pub dest: Option<&'a str>,
    /// `Origin`.
    pub origin: Option<&'a str>,
    /// `Referer`.
    pub referer: Option<&'a str>,
    /// True for an origin that is ours, or as good as ours by the settings.
    pub own: &'a dyn Fn(&str) -> bool,
    /// True for an origin that the settings name: another site's, so that Fetch Metadata may say so.
    pub named: &'a dyn Fn(&str) -> bool,
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forged {
    /// The browser says that another site's page sent it.
    FetchMetadata,
    /// Its origin is not ours, is withheld (`null`), or nothing at all is said.
    Origin,
    /// It says no origin, and the page it refers to is not ours.
    Referer,
}

impl Forged {
    /// The rule's name, for events and the operator.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::FetchMetadata => "forgery.fetch_metadata",
            Self::Origin => "forgery.origin",
            Self::Referer => "forgery.referer",
        }
    }
}

/// What Fetch Metadata says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Site {
    /// A page of the same origin.
    Ours,
    /// Another page: it counts only if the settings name its origin.
    Another,
    /// Nothing that is understood (an old browser, plain http, a word of the future).
    Unsaid,
}

/// Judges a request. Each of the three voices that speaks must agree, whatever the others say.
pub fn judge(facts: &Facts<'_>) -> Result<(), Forged> {
    if facts.safe {
        return Ok(());
    }
    let site = site(facts)?;
    if site == Site::Another && !facts.origin.is_some_and(facts.named) {
        return Err(Forged::FetchMetadata);
    }
    match (facts.origin, facts.referer) {
        (Some(origin), _) => (facts.own)(origin).then_some(()).ok_or(Forged::Origin),
        (None, Some(referer)) => {
            origin_of(referer).is_some_and(facts.own).then_some(()).ok_or(Forged::Referer)
        }
        (None, None) if site == Site::Ours => Ok(()),
        (None, None) => Err(Forged::Origin),
    }
}

/// `none` is what a person asked for by hand: that can be a page, and nothing that a page asks for.
fn site(facts: &Facts<'_>) -> Result<Site, Forged> {
    match facts.site {
        Some("same-origin") => Ok(Site::Ours),
        Some("same-site" | "cross-site") => Ok(Site::Another),
        Some("none") if facts.mode == Some("navigate") && facts.dest == Some("document") => Ok(Site::Unsaid),
        Some("none") => Err(Forged::FetchMetadata),
        _ => Ok(Site::Unsaid),
    }
}

/// The origin of an address: what stands before its path. None where somebody's name stands in it.
fn origin_of(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#', '\\']).next().unwrap_or(rest);
    let end = scheme.len() + "://".len() + host.len();
    (!host.is_empty() && !host.contains('@')).then(|| &address[..end])
}

#[cfg(test)]
mod tests;
