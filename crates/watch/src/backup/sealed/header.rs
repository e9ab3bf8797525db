//! The head of an encrypted file: the key of the file, wrapped by what the passphrase comes to.

use std::io::{self, BufRead, ErrorKind};

use aspis_core::{
    chance::{self, Chance},
    secret::{Secret, SecretText},
};
use aws_lc_rs::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey},
    hkdf,
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Cost, OpenError};

const FIRST: &str = "age-encryption.org/v1\n";
const LABEL: &[u8] = b"age-encryption.org/v1/scrypt";
/// The most work that a file may ask for: 1 GiB, so that none can take all memory there is.
const MOST: u8 = 20;
/// The bytes of a line of a head of this kind, at most.
const LINE: u64 = 256;

/// True for the first bytes of an encrypted file.
pub(in crate::backup) fn is_sealed(first: &[u8]) -> bool {
    first.starts_with(FIRST.as_bytes())
}

/// The key of one file.
pub(super) struct FileKey(Secret);

impl FileKey {
    pub(super) fn fresh(chance: &dyn Chance) -> Self {
        Self(Secret::new(chance::bytes::<16>(chance)))
    }

    /// The key of what follows the head.
    pub(super) fn for_payload(&self, nonce: &[u8]) -> io::Result<Secret> {
        self.derive(nonce, b"payload")
    }

    fn derive(&self, salt: &[u8], what: &[u8]) -> io::Result<Secret> {
        let mut key = [0; 32];
        let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(self.0.expose());
        let info = [what];
        let expanded = extracted.expand(&info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut key));
        expanded.map_err(|_| broken("a key could not be derived"))?;
        Ok(Secret::new(key))
    }

    fn code(&self, head: &[u8]) -> io::Result<Hmac<Sha256>> {
        let key = self.derive(&[], b"header")?;
        let code = Hmac::<Sha256>::new_from_slice(key.expose()).expect("HMAC takes a key of any length");
        Ok(code.chain_update(head))
    }
}

fn broken(why: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}

/// What a passphrase comes to.
fn wrapping(passphrase: &SecretText, salt: &[u8], cost: u8) -> io::Result<LessSafeKey> {
    let params = scrypt::Params::new(cost, 8, 1).map_err(|_| broken("its work is out of bounds"))?;
    let mut key = [0; 32];
    let salt = [LABEL, salt].concat();
    scrypt::scrypt(passphrase.expose().as_bytes(), &salt, &params, &mut key)
        .map_err(|_| broken("the passphrase could not be worked on"))?;
    let key = Secret::new(key);
    cipher(&key)
}

pub(super) fn cipher(key: &Secret) -> io::Result<LessSafeKey> {
    let key =
        UnboundKey::new(&CHACHA20_POLY1305, key.expose()).map_err(|_| broken("no key of this length"))?;
    Ok(LessSafeKey::new(key))
}

/// Once for each key: that of a file is wrapped by a key with a salt of its own.
fn zero() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

/// The head of a new file.
pub(super) fn write(
    key: &FileKey,
    passphrase: &SecretText,
    salt: [u8; 16],
    cost: Cost,
) -> io::Result<Vec<u8>> {
    let mut body = key.0.expose().to_vec();
    wrapping(passphrase, &salt, cost.0)?
        .seal_in_place_append_tag(zero(), Aad::empty(), &mut body)
        .map_err(|_| broken("the key could not be wrapped"))?;
    let head = format!("{FIRST}-> scrypt {} {}\n{}\n---", BASE64.encode(salt), cost.0, BASE64.encode(body));
    let code = key.code(head.as_bytes())?.finalize().into_bytes();
    Ok(format!("{head} {}\n", BASE64.encode(code)).into_bytes())
}

/// Reads a head, and the key in it.
pub(super) fn read(from: &mut impl BufRead, passphrase: &SecretText) -> Result<FileKey, OpenError> {
    let mut lines = Vec::with_capacity(4);
    for _ in 0..4 {
        let mut line = String::new();
        io::Read::take(&mut *from, LINE).read_line(&mut line)?;
        lines.push(line);
    }
    let [first, stanza, body, end] = lines.as_slice() else { return Err(broken("it has no head").into()) };
    let (salt, cost) = stanza_of(stanza).filter(|_| first == FIRST).ok_or_else(|| {
        OpenError::Io(broken("it is not encrypted by a passphrase, or asks for more work than 2^20"))
    })?;
    let mut body = decode(body).ok_or_else(|| broken("its head is not whole"))?;
    let code = end.strip_prefix("--- ").and_then(decode).ok_or_else(|| broken("its head is not whole"))?;
    let opened = wrapping(passphrase, &salt, cost)?.open_in_place(zero(), Aad::empty(), &mut body);
    let key = FileKey(Secret::new(opened.map_err(|_| OpenError::Passphrase)?.to_vec()));
    let head = format!("{first}{stanza}{}\n---", lines[2].trim_end_matches('\n'));
    key.code(head.as_bytes())?.verify_slice(&code).map_err(|_| broken("its head was changed"))?;
    Ok(key)
}

fn stanza_of(line: &str) -> Option<(Vec<u8>, u8)> {
    let (salt, cost) = line.strip_prefix("-> scrypt ")?.strip_suffix('\n')?.split_once(' ')?;
    let salt = BASE64.decode(salt).ok().filter(|salt| salt.len() == 16)?;
    let plain = cost.bytes().all(|digit| digit.is_ascii_digit()) && !cost.starts_with('0');
    let cost = cost.parse().ok().filter(|cost| plain && (1..=MOST).contains(cost))?;
    Some((salt, cost))
}

fn decode(line: &str) -> Option<Vec<u8>> {
    BASE64.decode(line.strip_suffix('\n')?).ok().filter(|bytes| bytes.len() == 32)
}
