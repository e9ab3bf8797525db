//! Device tokens: one text is good, and no other.

#![no_main]

use std::sync::LazyLock;

use aspis_core::{chance::SeededChance, scenario::brute_force::tries::NameKey, secret::Secret};
use aspis_fuzz::{NOW, choose, edit::edit_text, text};
use aspis_identity::device::Devices;
use libfuzzer_sys::fuzz_target;

static DEVICES: LazyLock<Devices> = LazyLock::new(|| Devices::new(Secret::new([3; 32])));
static GOOD: LazyLock<String> =
    LazyLock::new(|| DEVICES.issue(&NameKey([9; 16]), NOW, &SeededChance::new(4)).expose().to_owned());

fuzz_target!(|data: &[u8]| {
    let Some((way, rest)) = choose::<2>(data) else { return };
    let token =
        if way == 0 { text(rest) } else { edit_text(&GOOD, rest, &["aspis_dv_", "=", "%3D", "\u{0}"]) };
    let read = DEVICES.read(&token);
    assert_eq!(read.is_some(), token == *GOOD, "{token}");
    if let Some(device) = read {
        assert_eq!((device.name, device.issued), (NameKey([9; 16]), NOW));
    }
});
