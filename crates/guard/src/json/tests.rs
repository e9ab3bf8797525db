use proptest::prelude::*;

use super::*;

fn refused(text: &str) -> Option<&'static str> {
    match read(text.as_bytes(), 16, true) {
        Ok(found) => found.map(|refusal| refusal.code().word()),
        Err(refusal) => Some(refusal.code().word()),
    }
}

#[test]
fn plain_json_passes() {
    for text in
        ["{}", "null", "[1,2.5,-3,true]", r#"{"a":{"b":["c"]},"d":"O'Brien & a < b"}"#, "\"x\"", " {} "]
    {
        assert_eq!(refused(text), None, "{text}");
    }
}

#[test]
fn what_is_not_the_json_taken_here_is_refused() {
    for text in [
        "",
        "{",
        "{]",
        "{'a':1}",
        "{\"a\":1,}",
        "{} {}",
        "[1,]",
        "NaN",
        "1e400",
        "-1e400",
        "01",
        "\u{feff}{}",
        r#""\ud800""#,
        "{\"a\":1,\"a\":2}",
        r#"{"a":1,"\u0061":2}"#,
        r#"{"x":{"a":1,"a":1}}"#,
        "tru",
        "\"\u{1}\"",
    ] {
        assert_eq!(refused(text), Some("invalid_json"), "{text}");
    }
    assert!(read(b"{\"a\":\"\xff\"}", 16, true).is_err());
}

#[test]
fn depth_is_bounded_however_deep_it_goes() {
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert_eq!(refused(&nested(16)), None);
    assert_eq!(refused(&nested(17)), Some("invalid_json"));
    assert_eq!(refused(&"[".repeat(10_000)), Some("invalid_json"));
    assert_eq!(refused(&"{\"a\":".repeat(10_000)), Some("invalid_json"));
}

#[test]
fn hostile_strings_are_found_by_field() {
    let finding = read(br#"{"note":{"text":"<script>x</script>"}}"#, 16, true).expect("JSON").expect("found");
    assert_eq!(finding.facts().errors[0].field, "note.text");
    assert_eq!(refused(r#"{"a":"1' OR '1'='1"}"#), Some("sqli_attempt"));
    assert_eq!(refused(r#"{"a":"x\u0000y"}"#), Some("control_bytes"));
    assert_eq!(refused(r#"{"<script>":1}"#), Some("xss_attempt"));
}

#[test]
fn a_password_may_be_anything() {
    assert_eq!(refused(r#"{"password":"' OR '1'='1 <script>"}"#), None);
    assert_eq!(refused(r#"{"password":["<script>"]}"#), None);
}

#[test]
fn a_hundred_thousand_keys_stay_linear() {
    let keys: Vec<String> = (0..100_000).map(|n| format!("\"k{n}\":1")).collect();
    assert_eq!(refused(&format!("{{{}}}", keys.join(","))), None);
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes, 16, true);
    }

    /// Neither more nor less, but for a key that stands twice.
    #[test]
    fn it_takes_what_the_library_takes(text in r#"[\[\]{}",:0-9a-c .eE+\-\\ntrufals\u{7f}ä]{0,24}"#) {
        let ours = read(text.as_bytes(), 100, false);
        let repeated = ours.as_ref().err().is_some_and(|refusal| !refusal.facts().errors.is_empty());
        prop_assert!(repeated || ours.is_ok() == serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{ours:?}");
    }

    #[test]
    fn a_string_means_what_the_library_says(text in r#"([a-z"/ä]|\\["\\/bfnrtu]|\\u[0-9a-fA-F]{4}|\\ud[89a-f][0-9a-f]{2}){0,8}"#) {
        let quoted = format!("\"{text}\"");
        let (ours, theirs) = (super::text::read(&quoted, 0), serde_json::from_str::<String>(&quoted));
        let whole = ours.as_ref().is_ok_and(|(_, next)| *next == quoted.len());
        prop_assert_eq!(whole, theirs.is_ok());
        if let (Ok((ours, _)), Ok(theirs)) = (ours, theirs) {
            prop_assert_eq!(ours, theirs);
        }
    }
}
