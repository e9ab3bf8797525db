//! Where this server stands on the web, and whether a request comes from a page of it.

use aspis_core::{
    refusal::{Code, Refusal, Rule},
    scenario::request_forgery::{
        cors::{Admission, Cors},
        origin::{Facts, judge},
    },
};
use http::{HeaderMap, HeaderName, header};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Where a server is found, by its settings and the request at hand.
#[derive(Debug, Clone, Copy)]
pub struct Here<'a> {
    /// The origin of the settings: behind a proxy only they know it.
    pub public: Option<&'a str>,
    /// True when the request came over https.
    pub https: bool,
}

impl Here<'_> {
    /// This server's origin as a browser writes it: in lower case, without the port that goes without saying. `None` for
    /// a request that does not say whom it is for, where the settings do not either.
    pub fn origin(&self, headers: &HeaderMap) -> Option<String> {
        if let Some(public) = self.public {
            return Some(public.to_owned());
        }
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok())?;
        let (scheme, port) = if self.https { ("https://", ":443") } else { ("http://", ":80") };
        let host = host.strip_suffix(port).unwrap_or(host);
        (!host.is_empty()).then(|| format!("{scheme}{}", host.to_ascii_lowercase()))
    }

    /// The address of a path here, as a proof of a key names it (`htu`, RFC 9449, 4.2): no query, no fragment.
    pub fn url(&self, headers: &HeaderMap, path: &str) -> Option<String> {
        self.origin(headers).map(|origin| origin + path)
    }
}

/// Refuses what a page of another site sends: for a sign-in that sets a cookie, and for whatever a cookie speaks for.
///
/// Told by Fetch Metadata, `Origin` and `Referer`; what says none of them is refused too. Pages that the settings name are
/// as good as our own, and `*` names none.
pub fn same_origin(here: Here<'_>, cors: &Cors, headers: &HeaderMap) -> Result<(), Refusal> {
    let own = here.origin(headers);
    let is_named = |origin: &str| cors.admits(origin) == Some(Admission::Named);
    let is_ours = |origin: &str| own.as_deref() == Some(origin) || is_named(origin);
    let facts = Facts {
        safe: false,
        site: text(headers, &SEC_FETCH_SITE),
        mode: text(headers, &SEC_FETCH_MODE),
        dest: text(headers, &SEC_FETCH_DEST),
        origin: text(headers, &header::ORIGIN),
        referer: text(headers, &header::REFERER),
        own: &is_ours,
        named: &is_named,
    };
    judge(&facts).map_err(|forged| Refusal::new(Code::ForgedRequest).by(Rule::named(forged.rule())))
}

/// What a field says. One that stands twice or cannot be read says something that nobody allows.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    Some(if values.next().is_some() { "" } else { first.to_str().unwrap_or("") })
}

/// The one value of a field that is visible ASCII.
pub(crate) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    text(headers, name).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests;
