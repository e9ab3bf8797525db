use proptest::prelude::*;

use super::*;

fn undone(layer: Layer, text: &[u8]) -> String {
    layer.undo(text).map_or_else(|| "same".to_owned(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
}

#[test]
fn escapes_of_every_kind_are_read() {
    for text in [
        "%3c",
        "%u003C",
        "&lt;",
        "&lt",
        "&#60;",
        "&#x3c",
        "&#0000060;",
        "\\x3c",
        "\\u003c",
        "\\u{3c}",
        "\\74",
        "\\00003c",
    ] {
        assert_eq!(undone(Layer::Escapes, text.as_bytes()), "<", "{text}");
    }
    for text in ["100%", "AT&T", "C:\\new", "a & b", "%zz", "\\u{110000", "&unknown;", "\\7"] {
        assert_eq!(undone(Layer::Escapes, text.as_bytes()), "same", "{text}");
    }
}

#[test]
fn letters_that_pass_for_others_are_folded() {
    assert_eq!(undone(Layer::Fold, "<ſcript>".as_bytes()), "<script>");
    assert_eq!(undone(Layer::Fold, "\u{1d42c}\u{1d41e}lect\u{200b}".as_bytes()), "select");
    for slash in
        [&b"\xc0\xaf"[..], b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xc0\x2f", b"\xfc\x80\x80\x80\x80\xaf"]
    {
        assert_eq!(undone(Layer::Fold, slash), "/", "{slash:?}");
    }
    for text in ["naïve café", "O’Brien", "Ελληνικά", "東京"] {
        assert_eq!(undone(Layer::Fold, text.as_bytes()), "same", "{text}");
    }
}

#[test]
fn comments_are_blanks_or_nothing() {
    assert_eq!(undone(Layer::Comments, b"1/**/union/*!50000select*/2"), "1 union select 2");
    assert_eq!(undone(Layer::Joined, b"un/**/ion"), "union");
    assert_eq!(undone(Layer::Comments, b"union#x\nselect"), "union \nselect");
    assert_eq!(undone(Layer::Comments, b"a * b / c"), "same");
}

proptest! {
    #[test]
    fn an_origin_lies_inside_and_holds_what_it_became(text in prop::collection::vec(any::<u8>(), 0..80), at in 0_usize..80, length in 1_usize..9) {
        for layer in [Layer::Escapes, Layer::Fold, Layer::Comments, Layer::Joined] {
            let Some(out) = layer.undo(&text) else { continue };
            let start = at.min(out.len());
            let part = start..(start + length).min(out.len());
            let origin = layer.origin(&text, &part);
            prop_assert!(origin.start <= origin.end && origin.end <= text.len());
        }
    }
}
