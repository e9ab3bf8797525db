//! Requests that a page of another site may have had a visitor's browser send: they say nothing about the visitor.
//!
//! Any page can hold a picture whose address is an attack. Such a request is refused like any other, and counted apart,
//! so that no page can have its visitors shut out. Whoever writes the field themselves, to be counted apart, gains
//! little: from as many attacks on, what comes so from their address is shut out, and nothing else is.

use http::{HeaderMap, HeaderName, header, request};

use crate::{cookie::Cookie, corridor::Guest, passage::Passage};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// True for what a browser says comes from another site's page, with nothing in it that says who the visitor is; pages
/// of origins that are allowed by name are guests.
pub(crate) fn is_lured(head: &request::Parts, passage: &Passage) -> bool {
    let is_strange = matches!(passage.page.guest, Guest::Unasked | Guest::Anybody);
    is_strange
        && comes_from_elsewhere(&head.headers)
        && !passage.came.key
        && !head.headers.contains_key(header::AUTHORIZATION)
        && !(passage.came.cookie && shows_session(&head.headers, passage.https))
}

/// Two of them are a browser's of no kind.
fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let mut said = headers.get_all(SEC_FETCH_SITE).iter();
    let site = said.next().filter(|_| said.next().is_none());
    site.is_some_and(|site| site == "cross-site" || site == "same-site")
}

/// A session, good or not.
fn shows_session(headers: &HeaderMap, https: bool) -> bool {
    Cookie::Session.read(headers, https).map_or(true, |found| found.is_some())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_page_of_another_site_is_told_by_the_browser_alone() {
        let from = |said: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for site in said {
                headers.append(SEC_FETCH_SITE, HeaderValue::from_static(site));
            }
            comes_from_elsewhere(&headers)
        };
        assert!(from(&["cross-site"]) && from(&["same-site"]));
        for own in [&[][..], &["none"], &["same-origin"], &["Cross-Site"], &["cross-site", "none"]] {
            assert!(!from(own), "{own:?}");
        }
    }
}
