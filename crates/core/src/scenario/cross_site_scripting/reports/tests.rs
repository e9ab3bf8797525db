use proptest::prelude::*;

use super::*;

const PAGE: &str = "https://api.example.org/docs?token=secret#part";

fn cut(directive: &str, blocked: &str) -> Violation {
    Violation::cut(directive, blocked, PAGE)
}

fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

#[test]
fn a_report_is_cut_to_an_origin_and_a_path() {
    let violation = cut("script-src-elem", "https://evil.example:8443/x.js?stolen=1");
    assert_eq!(violation.directive, "script-src-elem");
    assert_eq!(violation.blocked, "https://evil.example:8443");
    assert_eq!(violation.page, "/docs");
    assert_eq!(cut("script-src 'self' 'nonce-x'", "inline").directive, "script-src");
    for (blocked, kept) in [
        ("", "self"),
        ("inline", "inline"),
        ("data", "data"),
        ("data:text/html,<script>", "data"),
        ("javascript:alert(1)", "javascript"),
        ("chrome-extension://abc", "other"),
        ("https://user:pass@evil.example/", "other"),
        ("https://evil.example\r\nforged: 1", "other"),
        ("<script>", "other"),
    ] {
        assert_eq!(cut("img-src", blocked).blocked, kept, "{blocked}");
    }
    for page in ["", "about:blank", "https://a.example/\u{202e}x", "https://a.example/<script>"] {
        assert_eq!(Violation::cut("img-src", "inline", page).page, "other", "{page}");
    }
    assert_eq!(cut("made-up", "inline").directive, "other");
}

#[test]
fn the_same_within_an_hour_is_one_with_a_count() {
    let mut violations = Violations::default();
    let same = || cut("img-src", "https://evil.example/a.png");
    assert_eq!(violations.take(same(), minutes(1)), Some(same()));
    for minute in 2..30 {
        assert_eq!(violations.take(same(), minutes(minute)), None);
        assert!(violations.over(minutes(minute)).is_empty());
    }
    assert!(violations.take(cut("img-src", "https://other.example/"), minutes(30)).is_some());
    assert_eq!(violations.over(minutes(61)), [(same(), 29)]);
    assert_eq!(violations.over(minutes(100)), [], "what came once was told when it came");
    assert!(violations.take(same(), minutes(101)).is_some());
}

#[test]
fn made_up_reports_do_not_grow_it() {
    let mut violations = Violations::default();
    let told = (0..50_000)
        .filter(|n| violations.take(cut("img-src", &format!("https://h{n}.example/")), minutes(1)).is_some())
        .count();
    assert_eq!(told, KINDS + 1);
    assert_eq!(violations.seen.len(), KINDS + 1);
    assert_eq!(violations.over(minutes(61)), [(Violation::others(), 49_000)]);
}

proptest! {
    #[test]
    fn nothing_but_plain_words_is_kept(directive in ".{0,40}", blocked in "(https://)?.{0,200}", page in "(https://a)?.{0,200}") {
        let violation = Violation::cut(&directive, &blocked, &page);
        for text in [violation.directive, &violation.blocked, &violation.page] {
            prop_assert!(text.len() <= LENGTH + 8 && text.bytes().all(|byte| byte.is_ascii_graphic()));
        }
        prop_assert!(!violation.page.contains(['?', '#']));
    }
}
