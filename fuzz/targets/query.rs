//! Queries and paths: the doors and the handlers read the same escapes, and a path has one form.

#![no_main]

use aspis_core::clock::Timestamp;
use aspis_fuzz::{edge::Query, text};
use aspis_guard::{path::is_canonical, percent::decode};
use libfuzzer_sys::fuzz_target;
use percent_encoding::percent_decode_str;
use url::{Url, form_urlencoded};

fuzz_target!(|data: &[u8]| {
    let text = text(data);
    assert_eq!(decode(&text), percent_decode_str(&text).decode_utf8_lossy(), "{text:?}");
    parameters(&text);
    path(&text);
});

/// A handler is told what a form's reader reads, the first of each name; numbers are digits.
fn parameters(text: &str) {
    let query = Query::parse(text);
    let pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).collect();
    for (at, (name, value)) in pairs.iter().enumerate() {
        if pairs[..at].iter().any(|(earlier, _)| earlier == name) {
            continue;
        }
        assert_eq!(query.text(name), Some(&**value), "{text:?}");
        let digits = !value.is_empty() && value.chars().all(|c| c.is_ascii_digit());
        let number = query.number::<u64>(name);
        assert_eq!(number, value.parse().ok().filter(|_| digits), "{text:?}");
        let moment = query.moment(name);
        assert_eq!(moment, Timestamp::parse(value), "{text:?}");
    }
}

/// A canonical path is one that a browser would not change, and that means no other path when it is decoded.
fn path(text: &str) {
    if !is_canonical(text) || text.contains(['?', '#']) || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return;
    }
    let url = Url::parse("http://a.example/").expect("an address").join(text);
    let seen = url.expect("a path can be joined").path().to_owned();
    assert_eq!(decode(&seen), decode(text), "{text:?}");
    assert_eq!(seen.matches('/').count(), text.matches('/').count(), "{text:?}");
    let decoded = decode(text);
    assert_eq!(decoded.matches('/').count(), text.matches('/').count(), "{text:?}");
    assert!(
        text == "/" || decoded.split('/').skip(1).all(|step| !["", ".", ".."].contains(&step)),
        "{text:?}"
    );
}
