//! Device tokens: proof that an account was signed in to from here before, so that nobody can lock its owner out.
//!
//! A token opens nothing: it only says in which lane tries are counted. Nothing is stored; the token carries what it says
//! and a MAC over it. It does not expire; an account forgets its devices by a moment before which they were issued.

use aspis_core::{
    chance::Chance,
    clock::Timestamp,
    ids::DeviceId,
    scenario::brute_force::tries::NameKey,
    secret::{Secret, SecretText},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

const PREFIX: &str = "aspis_dv_";
/// Identifier, name, moment.
const BODY: usize = 16 + 16 + 8;
/// The body and its MAC: a multiple of three, so that base64 has one way to write it.
const BYTES: usize = BODY + 32;
const TEXT: usize = PREFIX.len() + BYTES / 3 * 4;

/// Issues and reads device tokens.
#[derive(Debug)]
pub struct Devices {
    key: Secret,
}

/// What a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    /// Which device.
    pub id: DeviceId,
    /// The name that it signed in to.
    pub name: NameKey,
    /// When.
    pub issued: Timestamp,
}

impl Devices {
    /// With the key that all nodes share.
    pub fn new(key: Secret) -> Self {
        Self { key }
    }

    /// A token for a device that has just signed in to `name`.
    pub fn issue(&self, name: &NameKey, now: Timestamp, chance: &dyn Chance) -> SecretText {
        let mut bytes = Vec::with_capacity(BYTES);
        bytes.extend_from_slice(DeviceId::new(now, chance).0.as_bytes());
        bytes.extend_from_slice(&name.0);
        bytes.extend_from_slice(&now.0.to_be_bytes());
        let mac = self.mac(&bytes).finalize().into_bytes();
        bytes.extend_from_slice(&mac);
        SecretText::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// What a token says, when it is one of ours.
    pub fn read(&self, token: &str) -> Option<Device> {
        let text = token.strip_prefix(PREFIX).filter(|_| token.len() == TEXT)?;
        let bytes: [u8; BYTES] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (body, mac) = bytes.split_at(BODY);
        self.mac(body).verify_slice(mac).ok()?;
        let (id, rest) = body.split_first_chunk::<16>()?;
        let (name, moment) = rest.split_first_chunk::<16>()?;
        Some(Device {
            id: DeviceId(Uuid::from_bytes(*id)),
            name: NameKey(*name),
            issued: Timestamp(i64::from_be_bytes(moment.try_into().ok()?)),
        })
    }

    fn mac(&self, body: &[u8]) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.key.expose()).expect("HMAC takes a key of any length");
        mac.update(PREFIX.as_bytes());
        mac.update(body);
        mac
    }
}

#[cfg(test)]
mod tests {
    use aspis_core::chance::SeededChance;

    use super::*;

    const NAME: NameKey = NameKey([7; 16]);
    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

    fn devices() -> Devices {
        Devices::new(Secret::new(*b"key"))
    }

    #[test]
    fn a_token_says_what_was_put_into_it() {
        let chance = SeededChance::new(1);
        let token = devices().issue(&NAME, NOW, &chance);
        assert!(token.expose().starts_with("aspis_dv_") && token.expose().len() == TEXT);
        let device = devices().read(token.expose()).expect("ours");
        assert_eq!((device.name, device.issued), (NAME, NOW));
        let next = devices().read(devices().issue(&NAME, NOW, &chance).expose()).expect("ours");
        assert_ne!(next.id, device.id, "every sign-in is a device of its own");
    }

    #[test]
    fn no_changed_character_is_overlooked() {
        let token = devices().issue(&NAME, NOW, &SeededChance::new(2));
        for place in 0..TEXT {
            let mut bytes = token.expose().as_bytes().to_vec();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let text = String::from_utf8(bytes).expect("ASCII");
            assert_eq!(devices().read(&text), None, "{place}");
        }
    }

    #[test]
    fn a_token_of_another_key_or_form_is_none() {
        let token = devices().issue(&NAME, NOW, &SeededChance::new(3));
        assert_eq!(Devices::new(Secret::new(*b"other")).read(token.expose()), None);
        let (cut, longer) = (&token.expose()[..TEXT - 1], format!("{}A", token.expose()));
        for text in ["", "aspis_dv_", cut, &longer, &token.expose()[9..], &"é".repeat(TEXT)] {
            assert_eq!(devices().read(text), None, "{text:?}");
        }
    }
}
