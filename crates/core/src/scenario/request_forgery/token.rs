//! The token that a page of ours sends back: what the session's own MAC is, under another mask each time.
//!
//! The MAC is made where the key is. The mask makes the text differ in every answer, so that what compresses answers
//! tells nobody which bytes stay the same. It hides nothing from who has the token: the MAC is the secret.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

/// Bytes of a session's MAC, and of a mask.
const BYTES: usize = 32;

/// The MAC under this mask: base64url of the mask and of the masked MAC, 86 characters.
pub fn mask(mac: &[u8; BYTES], mask: [u8; BYTES]) -> String {
    let mut bytes = [0; 2 * BYTES];
    let (left, right) = bytes.split_at_mut(BYTES);
    left.copy_from_slice(&mask);
    right.copy_from_slice(mac);
    right.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// True for a token that holds this MAC. How long it takes says nothing of how much of it was right.
pub fn unmask_matches(mac: &[u8; BYTES], token: &str) -> bool {
    let mut bytes = [0; 2 * BYTES];
    if URL_SAFE_NO_PAD.decode_slice(token, &mut bytes) != Ok(2 * BYTES) {
        return false;
    }
    let (mask, masked) = bytes.split_at_mut(BYTES);
    masked.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= *mask);
    masked.ct_eq(mac).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MAC: [u8; BYTES] = [0x5a; BYTES];

    #[test]
    fn a_token_is_of_one_session_and_another_text_each_time() {
        let (one, other) = (mask(&MAC, [1; BYTES]), mask(&MAC, [2; BYTES]));
        assert_eq!(one.len(), 86);
        assert_ne!(one, other);
        assert!(unmask_matches(&MAC, &one) && unmask_matches(&MAC, &other));
        assert!(!unmask_matches(&[0x5b; BYTES], &one));
    }

    #[test]
    fn the_form_is_the_only_one() {
        let token = mask(&MAC, [1; BYTES]);
        for wrong in [
            String::new(),
            token[..85].to_owned(),
            format!("{token}A"),
            format!("{token}=="),
            format!(" {token}"),
            URL_SAFE_NO_PAD.encode(MAC),
            URL_SAFE_NO_PAD.encode([0; 2 * BYTES]),
            "A".repeat(100_000),
            "\u{0}\u{fffd}".to_owned(),
        ] {
            assert!(!unmask_matches(&MAC, &wrong), "{wrong}");
        }
        // The last character has four bits to spare: only one of its sixteen forms is the token.
        let forms = (b'A'..=b'Z').map(|last| format!("{}{}", &token[..85], char::from(last)));
        assert!(forms.filter(|form| unmask_matches(&MAC, form)).count() <= 1);
    }

    proptest! {
        #[test]
        fn every_bit_matters(mac: [u8; BYTES], first: [u8; BYTES], at in 0_usize..BYTES, bit in 0_u8..8) {
            let token = mask(&mac, first);
            prop_assert!(unmask_matches(&mac, &token));
            let mut another = mac;
            another[at] ^= 1 << bit;
            prop_assert!(!unmask_matches(&another, &token));
        }

        #[test]
        fn garbage_is_no_token(mac: [u8; BYTES], garbage in "\\PC{0,200}") {
            prop_assert!(!unmask_matches(&mac, &garbage));
        }
    }
}
