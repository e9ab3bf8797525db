use std::{fmt::Display, time::Duration};

use proptest::prelude::*;

use super::*;

fn toml(text: &str) -> Value {
    text.parse().expect("the test writes TOML")
}

fn refusal<T: TryFrom<Value, Error = Refused>>(text: &str) -> String {
    T::try_from(toml(text)).err().map(|why| why.to_string()).expect("must be refused")
}

fn accepted<T: TryFrom<Value, Error = Refused>>(text: &str) -> T {
    T::try_from(toml(text)).unwrap_or_else(|why| panic!("{text}: {why}"))
}

#[test]
fn whole_numbers_keep_their_bounds() {
    assert_eq!(accepted::<Whole<u8, 0, 4>>("4").get(), 4);
    for wrong in ["5", "-1", "2.0", "\"2\"", "true", "[2]"] {
        let why = refusal::<Whole<u8, 0, 4>>(wrong);
        assert_eq!(why, format!("{wrong} is not allowed; write a whole number from 0 to 4"));
    }
}

#[test]
fn a_bound_beyond_the_type_is_refused_and_does_not_wrap() {
    assert!(Whole::<u8, 0, 1000>::try_from(toml("256")).is_err());
}

#[test]
fn shares_are_from_nothing_to_all() {
    assert!((accepted::<Share>("0.7").get() - 0.7).abs() < f64::EPSILON);
    assert!((accepted::<Share>("1").get() - 1.0).abs() < f64::EPSILON);
    for wrong in ["1.1", "-0.1", "nan", "inf", "2", "\"0.7\""] {
        assert!(refusal::<Share>(wrong).ends_with("is not allowed; write a number from 0 to 1, e.g. 0.7"));
    }
}

#[test]
fn durations_have_a_number_and_a_unit() {
    type Any = Span<0, { 90 * DAY }>;
    let seconds = |text: &str| accepted::<Any>(text).get();
    assert_eq!(seconds("\"500ms\""), Duration::from_millis(500));
    assert_eq!(seconds("\"75s\""), Duration::from_secs(75));
    assert_eq!(seconds("\"15m\""), Duration::from_mins(15));
    assert_eq!(seconds("\"24h\""), Duration::from_hours(24));
    assert_eq!(seconds("\"7d\""), Duration::from_hours(168));
    for wrong in [
        "\"15\"",
        "\"m\"",
        "\"15 m\"",
        "\"-15m\"",
        "\"1.5h\"",
        "\"15min\"",
        "\"\"",
        "\"99999999999999999999d\"",
    ] {
        let rest = "is not a duration; write a whole number and a unit (ms, s, m, h, d), e.g. \"15m\"";
        assert_eq!(refusal::<Any>(wrong), format!("{wrong} {rest}"));
    }
    assert_eq!(refusal::<Any>("900"), "900 is not text; write it in quotes, e.g. \"15m\"");
    assert_eq!(refusal::<Span<100, HOUR>>("\"2h\""), "\"2h\" is not allowed; write \"100ms\" to \"1h\"");
}

#[test]
fn addresses_are_numbers_not_names() {
    assert_eq!(accepted::<Address>("\"[::1]:0\"").get().port(), 0);
    assert!(refusal::<Address>("\"localhost:80\"").contains("write IP:PORT"));
    assert!(refusal::<Address>("8001").contains("is not text"));
}

#[test]
fn networks_are_what_was_meant() {
    let two = accepted::<Networks>("[\"10.0.0.0/8\", \"192.168.1.7\", \"2001:db8::/32\"]");
    let shown: Vec<String> = two.as_slice().iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["10.0.0.0/8", "192.168.1.7/32", "2001:db8::/32"]);
    let why = |text| refusal::<Networks>(text);
    assert!(why("\"10.0.0.0/8\"").contains("is not a list"));
    assert!(why("[\"proxy\"]").starts_with("\"proxy\" is not a network"));
    assert!(why("[5]").starts_with("5 is not a network"));
    assert!(why("[\"0.0.0.0/0\"]").contains("is everybody"));
    assert!(why("[\"::/0\"]").contains("is everybody"));
    assert!(why("[\"10.0.0.1/8\"]").ends_with("write \"10.0.0.0/8\""));
    assert!(why("[\"::ffff:10.0.0.0/104\"]").contains("is an IPv4 network"));
}

#[test]
fn a_public_url_is_an_origin() {
    assert_eq!(accepted::<PublicUrl>("\"\"").get(), None);
    assert_eq!(accepted::<PublicUrl>("\"https://a.example/\"").get(), Some("https://a.example"));
    assert!(accepted::<PublicUrl>("\"http://[::1]:8001\"").is_plain_http());
    for wrong in [
        "ftp://a",
        "https://",
        "a.example",
        "https://a/b",
        "https://a?b",
        "https://u:p@a",
        "https://a b",
        "/",
    ] {
        assert!(
            refusal::<PublicUrl>(&format!("{wrong:?}")).contains("is not a scheme and a host"),
            "{wrong}"
        );
    }
}

#[test]
fn short_texts_have_their_form() {
    assert_eq!(accepted::<Label>("\"aspis api\"").as_str(), "aspis api");
    assert!(refusal::<Label>("\"\"").contains("1 to 255"));
    assert!(refusal::<Label>("\" a\"").contains("1 to 255"));
    assert!(refusal::<Folder>("\"\"").contains("is not a folder"));
    assert!(refusal::<Folder>("\"a\\u0000b\"").contains("is not a folder"));
}

#[test]
fn words_are_plain_and_single() {
    assert_eq!(accepted::<Words>("[\"yfinance\", \"db_2\"]").as_slice(), ["yfinance", "db_2"]);
    assert!(refusal::<Words>("[]").contains("is not a list of words"));
    assert!(refusal::<Words>("\"yfinance\"").contains("is not a list of words"));
    assert!(refusal::<Words>("[\"Yahoo\"]").starts_with("\"Yahoo\" is not a word"));
    assert_eq!(refusal::<Words>("[\"a\", \"a\"]"), "\"a\" stands there twice; write it once");
}

#[test]
fn amounts_are_exact_and_positive() {
    assert_eq!(accepted::<Amount>("\"0.00000001\"").get().units(), 1);
    assert!(refusal::<Amount>("100000").contains("is not text; write it in quotes"));
    for wrong in ["\"0\"", "\"-5\"", "\"1000000000.1\""] {
        assert!(
            refusal::<Amount>(wrong).contains("write an amount above 0, at most \"1000000000\""),
            "{wrong}"
        );
    }
    assert!(refusal::<Amount>("\"1e5\"").contains("decimal number"));
}

#[test]
fn a_hidden_value_is_never_seen() {
    let secret = accepted::<Hidden>("\"hunter2\"");
    assert_eq!(secret.expose(), "hunter2");
    assert_eq!(format!("{secret:?}"), "***");
    assert_eq!(Value::try_from(&secret).unwrap().as_str(), Some("***"));
    assert!(!refusal::<Hidden>("[\"hunter2\"]").contains("hunter2"));
}

#[test]
fn a_mail_server_is_named_and_never_shown() {
    assert_eq!(accepted::<MailUrl>("\"\"").get(), None);
    for url in ["smtp://127.0.0.1:25", "smtps://user:hunter2@mail.example.com", "smtp://[::1]:25"] {
        let set = accepted::<MailUrl>(&format!("{url:?}"));
        assert_eq!(set.get(), Some(url));
        assert_eq!(
            (format!("{set:?}"), Value::try_from(&set).unwrap().as_str()),
            ("***".into(), Some("***"))
        );
    }
    for wrong in
        ["hunter2", "smtp://", "smtp:///hunter2", "http://hunter2", "SMTP://hunter2", "smtp://hunter2 x"]
    {
        let why = refusal::<MailUrl>(&format!("{wrong:?}"));
        assert!(why.contains("is not a mail server; write e.g.") && !why.contains("hunter2"), "{why}");
    }
}

#[test]
fn a_sender_is_an_address_with_or_without_a_name() {
    assert_eq!(accepted::<Sender>("\"\"").get(), None);
    for sender in ["aspis@example.com", "Aspis <aspis@example.com>", "Éloïse <e@example.com>"] {
        assert_eq!(accepted::<Sender>(&format!("{sender:?}")).get(), Some(sender));
    }
    for wrong in ["aspis", "@", "a@", "@b", "Aspis <aspis>", "Aspis <a@b", "a @b.c", "a@b\nBcc: c@d"] {
        assert!(refusal::<Sender>(&format!("{wrong:?}")).contains("is not a sender"), "{wrong}");
    }
}

#[test]
fn a_file_is_there_and_can_be_read() {
    assert_eq!(accepted::<File>("\"\"").get(), None);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.txt");
    std::fs::write(&path, "x").unwrap();
    assert_eq!(accepted::<File>(&format!("{path:?}")).get(), Some(path.as_path()));
    for wrong in [folder.path().to_owned(), folder.path().join("nothing"), "/dev/null".into(), "a b".into()] {
        assert!(refusal::<File>(&format!("{:?}", wrong.to_string_lossy())).contains("is not a file"));
    }
}

#[test]
fn what_is_shown_is_one_short_line() {
    let long = shown(&Value::String("x\n\u{1b}[31m".repeat(50)));
    assert!(!long.contains(char::is_control) && long.chars().count() < 150);
    let nested = shown(&toml("[\"a\\nb\", \"\"\"c\nd\"\"\"]"));
    assert!(!nested.contains(char::is_control), "{nested}");
}

fn round<T>(text: &str) -> Option<(T, T)>
where
    T: TryFrom<Value, Error = Refused> + serde::Serialize + Clone,
{
    let first = T::try_from(Value::String(text.to_owned())).ok()?;
    let again = T::try_from(Value::try_from(&first).expect("can be written")).expect("can be read again");
    Some((first, again))
}

proptest! {
    #[test]
    fn durations_come_back_as_they_went(number in 0u64..10_000_000, unit in "ms|s|m|h|d") {
        if let Some((first, again)) = round::<Span<0, { 36_500 * DAY }>>(&format!("{number}{unit}")) {
            prop_assert_eq!(first, again);
        }
    }

    #[test]
    fn no_text_makes_a_value_panic(text in ".{0,80}") {
        fn all<T: TryFrom<Value>>(text: &str) where T::Error: Display {
            let _ = T::try_from(Value::String(text.to_owned()));
            let _ = T::try_from(Value::Array(vec![Value::String(text.to_owned())]));
        }
        all::<Span<0, DAY>>(&text);
        all::<Address>(&text);
        all::<Networks>(&text);
        all::<PublicUrl>(&text);
        all::<Label>(&text);
        all::<Words>(&text);
        all::<Amount>(&text);
        all::<Hidden>(&text);
        all::<MailUrl>(&text);
        all::<Sender>(&text);
        all::<File>(&text);
    }
}

#[test]
fn a_password_in_an_address_is_never_shown() {
    for (text, shown) in [
        ("\"http://user:S3CRET@127.0.0.1:9\"", None),
        ("\"https://S3CRET@data.example.com\"", None),
        ("\"https://u:S3CRET://x@data.example.com\"", None),
        ("\"user:S3CRET@data.example.com\"", None),
        ("[\"https://u:S3CRET@data.example.com\"]", Some("://…")),
    ] {
        let why = refusal::<SourceUrl<false>>(text);
        assert!(!why.contains("S3CRET") && !why.contains("user"), "{why}");
        assert!(why.contains(shown.unwrap_or("has no place in an address")), "{why}");
    }
    let other = refusal::<PublicUrl>("\"https://user:S3CRET@shop.example.com\"");
    assert!(!other.contains("S3CRET") && other.contains("https://…"), "{other}");
}
