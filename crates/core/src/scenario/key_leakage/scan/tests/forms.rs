//! Each form in which a key is written down, as programs really write it.

use ::base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE};

use super::*;

fn only(bytes: &[u8], form: Form, key: &str) {
    let found = told(&scan(bytes));
    let shown = String::from_utf8_lossy(bytes);
    assert!(
        matches!(&found[..], [(_, is, text)] if *is == form && text == key),
        "{form:?} in {shown}: {found:?}"
    );
}

#[test]
fn test_keys_are_found_too() {
    let body = format!("{}{}", format::TEST_PREFIX, &live(1)[11..54]);
    let key = body.clone() + str::from_utf8(&format::checksum(body.as_bytes())).unwrap();
    only(format!("x{key}x").as_bytes(), Form::Plain, &key);
    only(STANDARD.encode(format!("{key}x")).as_bytes(), Form::Base64, &key);
}

#[test]
fn escapes_of_urls_and_of_json() {
    let key = live(2);
    let all = |escape: &dyn Fn(u8) -> String| key.bytes().map(escape).collect::<String>();
    let ends = |with: &str| key.replace('_', with);
    for text in [
        ends("%5F"),
        ends("%5f"),
        ends("%255F"),
        ends("\\u005f"),
        ends("\\\\u005F"),
        ends("\\x5f"),
        all(&|byte| format!("%{byte:02X}")),
        all(&|byte| format!("\\u{byte:04x}")),
        all(&|byte| format!("\\\\u{byte:04X}")),
        all(&|byte| format!("\\x{byte:02x}")),
    ] {
        only(format!("token=%22{text}%22&next=1").as_bytes(), Form::Escaped, &key);
        only(format!("{{\"token\":\"{text}\"}}").as_bytes(), Form::Escaped, &key);
    }
}

/// Whoever hides a key escapes what a search would look for, and no more.
#[test]
fn a_prefix_that_is_escaped_in_part() {
    let key = live(2);
    let escapes: [fn(u8) -> String; 7] = [
        |byte| format!("%{byte:02x}"),
        |byte| format!("%25{byte:02X}"),
        |byte| format!("%252525{byte:02X}"),
        |byte| format!("\\u{byte:04x}"),
        |byte| format!("\\\\u{byte:04X}"),
        |byte| format!("\\\\\\\\x{byte:02x}"),
        |byte| format!("\\x{byte:02x}"),
    ];
    for escape in escapes {
        // Any characters of the first word, and any of the second.
        for chosen in (1..64_usize).map(|bits| (bits, 0)).chain((1..64).map(|bits| (bits, 6))) {
            let (bits, from) = chosen;
            let is_chosen = |at: usize| at >= from && at < from + 6 && bits >> (at - from) & 1 == 1;
            let letter =
                |(at, byte): (usize, u8)| if is_chosen(at) { escape(byte) } else { char::from(byte).into() };
            let text: String = key.bytes().enumerate().map(letter).collect();
            for before in ["", "25", "token=", "x61"] {
                only(format!("{before}{text}").as_bytes(), Form::Escaped, &key);
            }
        }
    }
}

#[test]
fn utf_16_of_either_order_with_or_without_its_mark() {
    let key = live(3);
    let text = format!("\u{feff}token: {key}\r\n");
    for marked in [&text[..], text.trim_start_matches('\u{feff}'), &key] {
        let little: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
        only(&little, Form::Wide, &key);
        only(&big, Form::Wide, &key);
    }
}

#[test]
fn base64_wherever_the_key_begins_and_the_lines_end() {
    let key = live(4);
    for before in 0..80 {
        let text = format!("{}{key}{}", "~".repeat(before), "?".repeat(before % 5));
        for encoded in [STANDARD.encode(&text), URL_SAFE.encode(&text), STANDARD_NO_PAD.encode(&text)] {
            only(encoded.as_bytes(), Form::Base64, &key);
            for (width, end) in [(76, "\r\n"), (64, "\n"), (60, "\n        "), (76, "\\n"), (40, "\r\n\t")] {
                let lines: Vec<&str> =
                    encoded.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
                only(lines.join(end).as_bytes(), Form::Base64, &key);
            }
        }
    }
}

#[test]
fn each_form_stands_in_each_other_place_of_a_stream() {
    let key = live(5);
    let forms = [
        key.clone(),
        key.replace('_', "%5F"),
        STANDARD.encode(format!("xx{key}")),
        STANDARD.encode(format!("x{key}")),
    ];
    for form in forms {
        for before in [0, 1, 500, 1000, 1500, 1540, 1550, 1600, 2047, 2048, 3000] {
            let text = format!("{}{form}{}", "-".repeat(before), "-".repeat(before));
            let found = in_pieces(text.as_bytes(), 1, 7);
            assert_eq!(told(&found), told(&scan(text.as_bytes())), "{before}");
            assert_eq!(found.len(), 1, "{before} {form}");
        }
    }
}
