use proptest::prelude::*;

use super::*;

/// The example of the standard.
const KNOWN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[test]
fn the_field_is_read_as_the_standard_writes_it() {
    let parent = Parent::parse(KNOWN).unwrap();
    assert_eq!(parent.trace.to_string(), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!((parent.span.to_string().as_str(), parent.sampled), ("b7ad6b7169203331", true));
    for (flags, sampled) in [("00", false), ("02", false), ("03", true), ("ff", true)] {
        let text = format!("{}{flags}", &KNOWN[..53]);
        assert_eq!(Parent::parse(&text).map(|parent| parent.sampled), Some(sampled), "{text}");
    }
}

#[test]
fn a_later_version_says_what_this_one_says() {
    let later = KNOWN.replacen("00", "cc", 1);
    for text in [later.clone(), format!("{later}-what-the-future-will-be-like")] {
        assert_eq!(Parent::parse(&text), Parent::parse(KNOWN), "{text}");
    }
    assert_eq!(Parent::parse(&format!("{later}.x")), None);
}

#[test]
fn what_is_not_of_the_form_is_nothing() {
    let none = [
        "",
        "00",
        &KNOWN[..54],
        &format!("{KNOWN}-"),
        &format!("{KNOWN}0"),
        &format!(" {KNOWN}"),
        &KNOWN.to_uppercase(),
        &KNOWN.replacen("00", "ff", 1),
        &KNOWN.replace('-', "_"),
        &KNOWN.replace("0af7651916cd43dd8448eb211c80319c", &"0".repeat(32)),
        &KNOWN.replace("b7ad6b7169203331", &"0".repeat(16)),
        &KNOWN.replace("0af7", "0ag7"),
        &KNOWN.replace("0af7", "0ä7"),
    ];
    for text in none {
        assert_eq!(Parent::parse(text), None, "{text}");
    }
}

#[test]
fn no_name_is_all_zeroes() {
    assert_ne!(TraceId::new([0; 16]).to_string(), "0".repeat(32));
    assert_ne!(SpanId::new([0; 8]).to_string(), "0".repeat(16));
}

proptest! {
    #[test]
    fn any_text_is_read_or_not(text in "\\PC{0,70}") {
        let _ = Parent::parse(&text);
    }

    #[test]
    fn what_is_written_is_read(trace: [u8; 16], span: [u8; 8], flags: u8) {
        let (trace, span) = (TraceId::new(trace), SpanId::new(span));
        let read = Parent::parse(&format!("00-{trace}-{span}-{flags:02x}"));
        prop_assert_eq!(read, Some(Parent { trace, span, sampled: flags & 1 == 1 }));
    }
}
