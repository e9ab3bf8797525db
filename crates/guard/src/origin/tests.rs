use http::HeaderValue;

use super::*;

const HTTP: Here<'_> = Here { public: None, https: false };
const HTTPS: Here<'_> = Here { public: None, https: true };

fn sent(fields: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers
}

fn cors(origins: &[&str]) -> Cors {
    let origins = origins.iter().map(|origin| (*origin).to_owned()).collect();
    Cors { origins, methods: Vec::new(), headers: Vec::new() }
}

/// The rule that refuses a POST with these fields and a Host.
fn refused_by(fields: &[(&'static str, &'static str)], cors: &Cors) -> Option<String> {
    let mut headers = sent(fields);
    headers.insert(header::HOST, HeaderValue::from_static("shop.test"));
    let refusal = same_origin(HTTPS, cors, &headers).err()?;
    assert_eq!(refusal.code(), Code::ForgedRequest);
    refusal.facts().rule.as_ref().map(|rule| rule.name.clone().into_owned())
}

#[test]
fn an_origin_is_written_as_a_browser_writes_it() {
    let of = |here: Here<'_>, host: &'static str| here.origin(&sent(&[("host", host)]));
    assert_eq!(of(HTTP, "Shop.Test:8001").as_deref(), Some("http://shop.test:8001"));
    assert_eq!(of(HTTP, "shop.test:80").as_deref(), Some("http://shop.test"));
    assert_eq!(of(HTTPS, "shop.test:443").as_deref(), Some("https://shop.test"));
    assert_eq!(of(HTTPS, "shop.test:80").as_deref(), Some("https://shop.test:80"));
    assert_eq!(of(HTTP, "[::1]:8001").as_deref(), Some("http://[::1]:8001"));
    assert_eq!(of(HTTP, ""), None);
    assert_eq!(HTTP.origin(&HeaderMap::new()), None);
}

#[test]
fn what_the_settings_say_goes_before_what_a_request_says() {
    let here = Here { public: Some("https://api.example.com"), https: false };
    let headers = sent(&[("host", "10.0.0.7:8001")]);
    assert_eq!(here.url(&headers, "/api/v1/me").as_deref(), Some("https://api.example.com/api/v1/me"));
    assert_eq!(HTTP.url(&headers, "/").as_deref(), Some("http://10.0.0.7:8001/"));
}

#[test]
fn a_page_of_ours_passes() {
    let closed = cors(&[]);
    for ours in [
        &[("sec-fetch-site", "same-origin"), ("origin", "https://shop.test")][..],
        &[("sec-fetch-site", "same-origin")],
        &[("origin", "https://shop.test")],
        &[("referer", "https://shop.test/page?x=1")],
    ] {
        assert_eq!(refused_by(ours, &closed), None, "{ours:?}");
    }
}

#[test]
fn a_page_of_another_site_is_refused_by_name() {
    let closed = cors(&[]);
    for (fields, rule) in [
        (&[("sec-fetch-site", "cross-site")][..], "forgery.fetch_metadata"),
        (&[("sec-fetch-site", "same-site"), ("origin", "https://other.shop.test")], "forgery.fetch_metadata"),
        (&[("origin", "https://evil.test")], "forgery.origin"),
        (&[("origin", "null")], "forgery.origin"),
        (&[("origin", "http://shop.test")], "forgery.origin"),
        (&[("origin", "https://shop.test"), ("origin", "https://evil.test")], "forgery.origin"),
        (&[("referer", "https://evil.test/https://shop.test")], "forgery.referer"),
        (&[("referer", "https://shop.test.evil.test/")], "forgery.referer"),
    ] {
        assert_eq!(refused_by(fields, &closed).as_deref(), Some(rule), "{fields:?}");
    }
    assert!(refused_by(&[], &closed).is_some());
}

#[test]
fn a_named_site_is_as_good_as_our_own_and_everybody_is_not() {
    let app = [("sec-fetch-site", "same-site"), ("origin", "https://app.shop.test")];
    assert_eq!(refused_by(&app, &cors(&["https://app.shop.test"])), None);
    assert!(refused_by(&app, &cors(&["*"])).is_some());
}
