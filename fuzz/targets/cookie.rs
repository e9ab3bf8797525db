//! Cookies: one value of one name, whatever stands around it; two are refused. Held against a reader by the byte.

#![no_main]

use aspis_guard::cookie::{Cookie, Repeated};
use http::{HeaderMap, HeaderValue, header};
use libfuzzer_sys::fuzz_target;

const KINDS: [(Cookie, bool, &str); 4] = [
    (Cookie::Session, true, "__Host-aspis_session"),
    (Cookie::Session, false, "aspis_session"),
    (Cookie::Device, true, "__Host-aspis_device"),
    (Cookie::Device, false, "aspis_device"),
];

fuzz_target!(|data: &[u8]| {
    // A NUL is in no field, so it tells fields apart.
    let fields: Vec<&[u8]> = data.split(|byte| *byte == 0).collect();
    let mut headers = HeaderMap::new();
    for value in fields.iter().filter_map(|field| HeaderValue::from_bytes(field).ok()) {
        headers.append(header::COOKIE, value);
    }
    for (cookie, https, name) in KINDS {
        let read = cookie.read(&headers, https).map(|value| value.map(str::to_owned));
        assert_eq!(read, plainly(&headers, name), "{name}");
    }
});

/// The same in the slowest and plainest way.
fn plainly(headers: &HeaderMap, name: &str) -> Result<Option<String>, Repeated> {
    let mut values: Vec<String> = Vec::new();
    for field in headers.get_all(header::COOKIE) {
        let mut pair = Vec::new();
        for byte in field.as_bytes().iter().copied().chain([b';']) {
            if byte != b';' {
                pair.push(byte);
                continue;
            }
            values.extend(value_of(&pair, name));
            pair.clear();
        }
    }
    if values.len() > 1 { Err(Repeated) } else { Ok(values.pop()) }
}

fn value_of(pair: &[u8], name: &str) -> Option<String> {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = pair.iter().position(|byte| !blank(byte))?;
    let end = pair.iter().rposition(|byte| !blank(byte))? + 1;
    let equals = pair.iter().position(|byte| *byte == b'=')?;
    if equals < start || equals >= end || &pair[start..equals] != name.as_bytes() {
        return None;
    }
    let value = &pair[equals + 1..end];
    let visible = value.iter().all(|byte| (0x21..=0x7e).contains(byte));
    Some(if visible { value.iter().map(|byte| char::from(*byte)).collect() } else { String::new() })
}
