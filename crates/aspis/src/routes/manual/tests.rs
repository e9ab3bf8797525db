use aspis_core::chance::SeededChance;
use std::collections::BTreeSet;

use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::*;

fn manual() -> Manual {
    Manual::new(&Settings::default())
}

fn text(page: &Page) -> String {
    String::from_utf8(page.bytes().to_vec()).unwrap()
}

/// The values of an attribute, in order.
fn attributes(html: &str, name: &str) -> Vec<String> {
    html.split(&format!(" {name}=\""))
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn no_page_needs_what_its_policy_forbids() {
    let manual = manual();
    for page in manual.problems.iter().map(|(_, page)| page).chain([&manual.docs]) {
        let html = text(page);
        for forbidden in [
            "<script",
            "<style",
            " style=\"",
            " onclick",
            "<iframe",
            "<form",
            "javascript:",
            "src=\"http",
            "href=\"http",
        ] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
    }
    assert!(!text(&manual.style).contains("url("));
}

#[test]
fn every_way_in_the_page_leads_somewhere() {
    let html = text(&manual().docs);
    let ids = attributes(&html, "id");
    let unique: BTreeSet<_> = ids.iter().cloned().collect();
    assert_eq!(unique.len(), ids.len());
    let targets = attributes(&html, "href");
    assert!(targets.len() > 200);
    for target in targets {
        let here = target.strip_prefix('#').is_some_and(|id| unique.contains(id));
        let problem = target.strip_prefix("/problems/").is_some_and(|word| Code::parse(word).is_some());
        let file = ["/docs", "/docs/style.css", "/openapi.json"].contains(&target.as_str())
            || target.starts_with("data:image/svg+xml,");
        assert!(here || problem || file, "{target}");
    }
    for id in attributes(&html, "aria-labelledby") {
        assert!(unique.contains(&id), "{id}");
    }
}

#[test]
fn every_operation_and_every_refusal_is_on_the_page() {
    let html = text(&manual().docs);
    for route in crate::surface::table() {
        assert!(html.contains(&format!("<h3 id=\"{}\">", route.doc.id)), "{}", route.row);
    }
    for code in Code::ALL {
        assert!(html.contains(&format!("<code>{}</code>", code.word())), "{code:?}");
    }
}

#[test]
fn a_refusal_has_a_page_with_its_words() {
    let manual = manual();
    assert_eq!(manual.problems.len(), Code::ALL.len());
    let (_, page) = manual.problems.iter().find(|(code, _)| *code == Code::RateLimited).unwrap();
    let html = text(page);
    assert!(
        html.contains("429 Too Many Requests") && html.contains("Wait as long as Retry-After says"),
        "{html}"
    );
}

#[test]
fn a_copy_that_is_current_is_not_sent_again() {
    let page = &manual().docs;
    let first = page.answer(&HeaderMap::new(), &SeededChance::new(1));
    assert_eq!(first.status(), StatusCode::OK);
    assert_eq!(
        first.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().split(';').next(),
        Some("default-src 'none'")
    );
    let etag = first.headers()[header::ETAG].clone();
    let known = |value: &[u8]| {
        let known = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_bytes(value).unwrap())]);
        page.answer(&known, &SeededChance::new(2)).status()
    };
    assert_eq!(known(etag.as_bytes()), StatusCode::NOT_MODIFIED);
    assert_eq!(known(&[b"\"a\", W/", etag.as_bytes()].concat()), StatusCode::NOT_MODIFIED);
    assert_eq!(known(b"*"), StatusCode::NOT_MODIFIED);
    assert_eq!(known(b"\"other\""), StatusCode::OK);
}
