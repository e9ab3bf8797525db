use proptest::prelude::*;

use super::*;

fn found(text: &str, place: Place) -> Option<&'static str> {
    inspect(text, place).map(|finding| finding.code.word())
}

#[test]
fn ordinary_text_passes() {
    for text in [
        "O'Brien",
        "select a plan",
        "a < b",
        "a < b && c > d",
        "<3 you",
        "Drop Table Ltd",
        "SELECT",
        "1 or 2 items",
        "price >= 100 and qty <= 5",
        "rock & roll; jazz -- and blues",
        "see ../docs",
        "naïve café, 日本語, Ελληνικά",
        "it's a union of select members",
        "100% sure: \"yes\"",
        "line one\nline two\ttabbed",
        "C# or Go?",
        "e = m * c^2 # physics",
        "if (a || b) { return c; }",
        "don't order by phone",
        "https://example.org/?a=1&b=2",
    ] {
        assert_eq!(found(text, Place::FreeText), None, "{text}");
    }
}

#[test]
fn ordinary_headers_pass() {
    for text in [
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
        "curl/7.88.1",
        "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
        "en-US,en;q=0.5",
        "\"Chromium\";v=\"131\", \"Not?A_Brand\";v=\"24\"",
        "W/\"686897696a7c876b7e\"",
        "python-requests/2.32 (like curl; or not)",
    ] {
        assert_eq!(found(text, Place::Header), None, "{text}");
    }
}

#[test]
fn sql_is_found() {
    for text in [
        "BTC';DROP TABLE users;--",
        "' OR '1'='1",
        "1' OR 1=1 --",
        "admin'--",
        "1 UNION SELECT password FROM users",
        "'; EXEC xp_cmdshell('dir')--",
        "1; WAITFOR DELAY '0:0:5'--",
        "x' AND SLEEP(5) AND 'a'='a",
        "1' ORDER BY 10--",
        "\" or \"\"=\"",
        "1/**/UNION/**/SELECT/**/1,2,3",
    ] {
        assert_eq!(found(text, Place::Closed), Some("sqli_attempt"), "{text}");
        assert_eq!(found(text, Place::FreeText), Some("sqli_attempt"), "{text}");
    }
}

#[test]
fn script_is_found() {
    for text in [
        "<script>alert(1)</script>",
        "<ScRiPt src=//x>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "javascript:alert(1)",
        "<a href=\"java\tscript:alert(1)\">",
        "<iframe src=x>",
        "<b onmouseover='x'>",
        "</script><script>x",
        "data:text/html,<b>x",
    ] {
        assert_eq!(found(text, Place::FreeText), Some("xss_attempt"), "{text}");
        assert_eq!(found(text, Place::Header), Some("xss_attempt"), "{text}");
    }
}

#[test]
fn climbing_and_control_bytes_are_found() {
    for text in ["/api/../etc", "..", "a/..", "..\\windows", "x/..;/y", "/.. /"] {
        assert_eq!(found(text, Place::Closed), Some("traversal_attempt"), "{text}");
    }
    assert_eq!(found("a..b", Place::Closed), None);
    assert_eq!(found("nul\0byte", Place::FreeText), Some("control_bytes"));
    assert_eq!(found("line\nbreak", Place::Closed), Some("control_bytes"));
    assert_eq!(found("esc\u{1b}[31m", Place::FreeText), Some("control_bytes"));
}

#[test]
fn a_finding_names_its_place_and_not_the_bytes() {
    let refusal = inspect("hello <script>alert(1)</script>", Place::FreeText).expect("found").refusal("note");
    let facts = refusal.facts();
    assert_eq!(facts.errors[0].field, "note");
    assert!(!format!("{facts:?}").contains("alert"), "{facts:?}");
    assert_eq!(facts.rule.as_ref().and_then(|rule| rule.place.as_deref()), Some("note at 6, 7 bytes"));
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,300}") {
        for place in [Place::Closed, Place::Header, Place::FreeText] {
            let _ = inspect(&text, place);
        }
    }

    #[test]
    fn words_and_numbers_pass(text in "[a-zA-Z0-9 .,!?-]{0,60}") {
        prop_assume!(!text.contains("--") && !text.contains(".."));
        let lower = text.to_lowercase();
        prop_assume!(!MARK_WORDS.iter().any(|word| lower.contains(word)));
        prop_assert_eq!(inspect(&text, Place::FreeText), None);
    }
}

const MARK_WORDS: [&str; 4] = ["select", "union", "or", "and"];
