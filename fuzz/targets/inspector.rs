//! Texts as anybody may send them: the same verdict twice, every finding inside the text, none in what is plain.

#![no_main]

use aspis_core::scenario::finding::{Finding, Place, inspect, inspect_bytes, is_plain};
use aspis_fuzz::choose;
use libfuzzer_sys::fuzz_target;

const PLACES: [Place; 6] =
    [Place::Closed, Place::Header, Place::Cookie, Place::FreeText, Place::Key, Place::Markup];

fuzz_target!(|data: &[u8]| {
    let Some((way, text)) = choose::<6>(data) else { return };
    let place = PLACES[usize::from(way)];
    let found = inspect_bytes(text, place);
    assert_eq!(found, inspect_bytes(text, place), "{text:?}");
    if let Some(Finding { offset, length, rule, .. }) = found {
        assert!(length > 0 && offset + length <= text.len(), "{rule}: {offset} and {length} of {text:?}");
        assert!(!is_plain(text, place), "{rule}: {text:?}");
    }
    if let Ok(text) = std::str::from_utf8(text) {
        assert_eq!(found, inspect(text, place), "{text:?}");
    }
    // Where nothing hostile belongs, everything is refused that is refused in a note.
    if place == Place::FreeText && found.is_some() {
        assert!(inspect_bytes(text, Place::Closed).is_some(), "{text:?}");
    }
});
