//! Bodies: exactly the JSON that a second reader takes, no deeper than allowed and without a repeated member.

#![no_main]

use aspis_fuzz::json;
use aspis_guard::json::read;
use libfuzzer_sys::fuzz_target;

const DEPTH: usize = 16;

fuzz_target!(|data: &[u8]| {
    let plain = read(data, DEPTH, false);
    let deep = std::str::from_utf8(data).is_ok_and(|text| json::marks(text).depth > DEPTH);
    assert_eq!(plain.is_ok(), !deep && json::unique(data).is_some(), "{}", data.escape_ascii());
    assert!(!matches!(plain, Ok(Some(_))), "nothing is found where nothing is looked for");
    // What is found in strings changes nothing about what is JSON.
    assert_eq!(read(data, DEPTH, true).is_ok(), plain.is_ok(), "{}", data.escape_ascii());
});
