use proptest::prelude::*;

use super::*;

#[test]
fn addresses_that_mean_the_same_have_one_form() {
    for (form, urls) in [
        (
            "https://api.example.org/a/b",
            &[
                "https://api.example.org/a/b",
                "HTTPS://API.Example.ORG/a/b",
                "https://api.example.org:443/a/b",
                "https://api.example.org:/a/b",
                "https://api.example.org/a/b?x=1&y=%zz",
                "https://api.example.org/a/b#part",
                "https://api.example.org/a/b?x#y?z",
                "https://api.example.org/a/./b",
                "https://api.example.org/a/c/../b",
                "https://api.example.org/../a/b",
                "https://api.example.org/%61/%62",
                "https://api.example.org/a/%2e/c/%2E%2e/b",
            ][..],
        ),
        (
            "https://api.example.org/",
            &[
                "https://api.example.org",
                "https://api.example.org?x",
                "https://api.example.org/.",
                "https://api.example.org/a/..",
            ],
        ),
        ("https://api.example.org/a/", &["https://api.example.org/a/.", "https://api.example.org/a/b/.."]),
        ("http://127.0.0.1:8001/%C3%A9%2F", &["http://127.0.0.1:8001/%c3%a9%2f"]),
        ("http://[::1]:8001/", &["http://[0:0::1]:8001/", "http://[::0001]:8001"]),
        ("http://a/", &["http://a:80"]),
        ("https://a:80/", &["https://a:80"]),
        ("https://a//b", &["https://a//b"]),
    ] {
        for url in urls {
            assert_eq!(normal(url).as_deref(), Some(form), "{url}");
        }
        assert_eq!(normal(form).as_deref(), Some(form), "a form is its own");
    }
}

#[test]
fn addresses_that_mean_another_thing_have_another_form() {
    let ours = normal("https://api.example.org/a/b");
    for other in [
        "http://api.example.org/a/b",
        "https://api.example.org:8443/a/b",
        "https://api.example.com/a/b",
        "https://api.example.org./a/b",
        "https://api.example.org/A/b",
        "https://api.example.org/a/b/",
        "https://api.example.org/a//b",
        "https://api.example.org/a%2Fb",
        "https://api.example.org/a/b%3F",
        "https://api.example.org.evil.example/a/b",
    ] {
        assert!(normal(other).is_some() && normal(other) != ours, "{other}");
    }
}

#[test]
fn what_is_no_plain_address_has_no_form() {
    for url in [
        "",
        "/a/b",
        "//api.example.org/a",
        "api.example.org/a",
        "https:/api.example.org/a",
        "https:api.example.org",
        "https://",
        "https:///a",
        "https://?x",
        "https://:443/a",
        "ftp://api.example.org/a",
        "javascript://api.example.org/%0aalert(1)",
        "https://ada@api.example.org/a",
        "https://ada:pw@api.example.org/a",
        "https://api.example.org@evil.example/a",
        "https://api.example.org\\@evil.example/a",
        "https://api.example.org/a b",
        "https://api.example.org/a\n",
        "https://api.example.org/\u{e9}",
        "https://\u{e9}.example/",
        "https://api%2eexample.org/a",
        "https://api.example.org/%",
        "https://api.example.org/%4",
        "https://api.example.org/%zz",
        "https://api.example.org/%+1",
        "https://api.example.org:65536/a",
        "https://api.example.org:0443/a",
        "https://api.example.org:+443/a",
        "https://api.example.org:443:443/a",
        "https://1.2.3/a",
        "https://256.1.1.1/a",
        "https://[::1/a",
        "https://[::1]x/a",
        "https://[::1]x:443/a",
        "https://[::g]/a",
        "https://[::1%25eth0]/a",
    ] {
        assert_eq!(normal(url), None, "{url}");
    }
}

proptest! {
    #[test]
    fn garbage_never_panics_and_a_form_is_its_own(
        url in "https?://([a-z0-9.\\[\\]:@%]|\\PC){0,12}(/([a-z.%0-9A-F]|\\PC){0,6}){0,4}",
    ) {
        if let Some(form) = normal(&url) {
            prop_assert_eq!(normal(&form), Some(form));
        }
    }

    #[test]
    fn anything_at_all_never_panics(url in "\\PC*") {
        let _ = normal(&url);
    }
}
