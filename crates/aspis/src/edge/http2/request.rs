//! A request of HTTP/2 in the form that all requests have here, or why there is none.
//!
//! h2 has seen to it that names are in lower case, that nothing speaks of the connection, and that the body is as long
//! as it says. What HTTP/1.1 requests are held to by the head gate, these are held to here, in the same words.

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Uri,
    header::{CONTENT_LENGTH, COOKIE, FORWARDED, HOST},
    request::Parts,
    uri::PathAndQuery,
};

use super::super::{
    head::Bounds,
    refusal::EdgeRefusal,
    target::{self, is_host},
};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What was refused, with its request line for an inspector, and what tells who calls.
type Refused = (EdgeRefusal, Vec<u8>);

/// Judges a request and gives it one path and one `Host`.
pub(super) fn judge<B>(request: Request<B>, bounds: &Bounds) -> Result<Request<B>, Refused> {
    let (mut head, body) = request.into_parts();
    match check(&head.method, &head.uri, &head.headers, bounds) {
        Ok((host, path)) => {
            head.headers.insert(HOST, host);
            head.uri = Uri::from(path);
            join_cookies(&mut head.headers);
            Ok(Request::from_parts(head, body))
        }
        Err(why) => Err((why, plain(&head))),
    }
}

/// A head as HTTP/1.1 would write it, with those of its fields that tell who calls.
fn plain(head: &Parts) -> Vec<u8> {
    let target = head.uri.path_and_query().map_or("*", PathAndQuery::as_str);
    let mut text = format!("{} {target} HTTP/2.0\r\n", head.method).into_bytes();
    for name in [&FORWARDED, &X_FORWARDED_FOR] {
        for value in head.headers.get_all(name) {
            text.extend_from_slice(&[name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
    }
    text.extend_from_slice(b"\r\n");
    text
}

fn check(
    method: &Method,
    uri: &Uri,
    fields: &HeaderMap,
    bounds: &Bounds,
) -> Result<(HeaderValue, PathAndQuery), EdgeRefusal> {
    if matches!(*method, Method::TRACE | Method::CONNECT) {
        return Err(EdgeRefusal::Method);
    }
    if fields.len() > bounds.headers {
        return Err(EdgeRefusal::TooManyHeaders);
    }
    let host = host(uri, fields)?;
    let path = uri.path_and_query().ok_or(EdgeRefusal::RequestLine)?;
    if path.as_str().len() > bounds.url {
        return Err(EdgeRefusal::UrlTooLong);
    }
    let text = path.as_str().as_bytes();
    if !text.starts_with(b"/") && text != b"*" {
        return Err(EdgeRefusal::RequestLine);
    }
    target::check(method.as_str().as_bytes(), text, host.as_bytes())?;
    length(fields)?;
    Ok((host, path.clone()))
}

/// The one host that `:authority` and `Host` mean; either may be absent (RFC 9113, 8.3.1).
fn host(uri: &Uri, fields: &HeaderMap) -> Result<HeaderValue, EdgeRefusal> {
    let mut hosts = fields.get_all(HOST).iter();
    let (field, second) = (hosts.next(), hosts.next());
    if second.is_some() {
        return Err(EdgeRefusal::HostRepeated);
    }
    let authority = uri.authority().map(|authority| authority.as_str().as_bytes());
    let host = match (authority, field) {
        (None, None) => return Err(EdgeRefusal::HostMissing),
        (Some(authority), Some(field)) if !authority.eq_ignore_ascii_case(field.as_bytes()) => {
            return Err(EdgeRefusal::HostMalformed);
        }
        (Some(authority), _) => authority,
        (None, Some(field)) => field.as_bytes(),
    };
    let value = HeaderValue::from_bytes(host).map_err(|_| EdgeRefusal::HostMalformed)?;
    if is_host(host) { Ok(value) } else { Err(EdgeRefusal::HostMalformed) }
}

/// One plain number, or none.
fn length(fields: &HeaderMap) -> Result<(), EdgeRefusal> {
    let mut lengths = fields.get_all(CONTENT_LENGTH).iter();
    let plain = lengths.next().is_none_or(|length| {
        let digits = length.as_bytes();
        (1..=18).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
    });
    if plain && lengths.next().is_none() { Ok(()) } else { Err(EdgeRefusal::Length) }
}

/// A client may send its cookies in several fields to compress them better (RFC 9113, 8.2.3); they are one.
fn join_cookies(fields: &mut HeaderMap) {
    let crumbs: Vec<_> = fields.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if crumbs.len() > 1
        && let Ok(whole) = HeaderValue::from_bytes(&crumbs.join(&b"; "[..]))
    {
        fields.insert(COOKIE, whole);
    }
}

#[cfg(test)]
mod tests;
