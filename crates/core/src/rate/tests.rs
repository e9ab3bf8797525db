use super::*;

#[test]
fn a_rate_reads_as_it_is_written() {
    for text in ["1/second", "5/minute", "1000/hour", "1000000/day"] {
        let rate: Rate = text.parse().expect("valid");
        assert_eq!(rate.to_string(), text);
    }
    assert_eq!("5 / minute".parse::<Rate>().expect("spaces pass").to_string(), "5/minute");
}

#[test]
fn what_is_no_rate_says_what_is() {
    for text in [
        "",
        "5",
        "5/",
        "/minute",
        "0/minute",
        "-1/minute",
        "+5/minute",
        "5/fortnight",
        "1000001/day",
        "5/minute/second",
        "٥/minute",
    ] {
        let error = text.parse::<Rate>().expect_err(text);
        assert!(error.to_string().contains("5/minute"), "{error}");
    }
}
