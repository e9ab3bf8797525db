//! `Link` fields (RFC 8288): absolute targets, built by encoding each value.

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::extract::Ctx;

const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The origin that callers see: the public address of the settings, or else the `Host` that the edge has checked.
pub(crate) fn origin(ctx: &Ctx) -> String {
    if let Some(url) = ctx.app.settings.server.public_url.get() {
        return url.trim_end_matches('/').to_owned();
    }
    let scheme = if ctx.passage.https { "https" } else { "http" };
    format!("{scheme}://{}", ctx.header("host").unwrap_or("localhost"))
}

/// One field with all targets, or none.
pub(crate) fn header(
    origin: &str,
    path: &str,
    targets: &[(&str, Vec<(&str, String)>)],
) -> Option<HeaderValue> {
    let target = |(relation, query): &(&str, Vec<(&str, String)>)| {
        let pairs: Vec<_> = query
            .iter()
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, VALUE)))
            .collect();
        format!("<{origin}{path}?{}>; rel=\"{relation}\"", pairs.join("&"))
    };
    let all: Vec<_> = targets.iter().map(target).collect();
    (!all.is_empty()).then(|| HeaderValue::try_from(all.join(", ")).ok()).flatten()
}
