use proptest::prelude::*;

use super::*;

#[test]
fn lines_end_in_crlf_and_nothing_else() {
    let read = |text: &'static str| Lines::of(text.as_bytes()).take(9).collect::<Vec<_>>();
    assert_eq!(read("a\r\n\r\nb"), [Some(&b"a"[..]), Some(b"")]);
    assert_eq!(read("a\tb\r\nc\r"), [Some(&b"a\tb"[..])]);
    assert_eq!(read("a\nb\r\n")[0], None);
    assert_eq!(read("a\rb\r\n")[0], None);
    assert_eq!(read("0123456789\0\r\n")[0], None);
}

#[test]
fn blanks_are_trimmed_and_lists_split() {
    assert_eq!(trim(b" \t a b\t "), b"a b");
    assert_eq!(trim(b" "), b"");
    assert_eq!(items(b"a , ,b\t").collect::<Vec<_>>(), [&b"a"[..], b"", b"b"]);
}

proptest! {
    /// Eight bytes at once find what one at a time does.
    #[test]
    fn the_first_control_byte_is_found(bytes in prop::collection::vec(prop_oneof![
        3 => Just(b'x'), 2 => Just(b'\t'), 1 => any::<u8>(), 1 => Just(0x7F), 1 => Just(0x1F), 1 => Just(0x80),
    ], 0..40)) {
        prop_assert_eq!(first_control(&bytes), bytes.iter().position(|&byte| is_control(byte)));
    }
}
