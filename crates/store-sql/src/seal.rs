//! What nodes share, sealed with a key that is not in the database: AES-256-GCM, bound to the name it stands under.
//!
//! A value says itself whether it is sealed, so that what was kept in clear before there was a key is still read.
//! Deliberately not here: where the key comes from, and its exchange for another one.

use std::fmt;

use aspis_core::secret::Secret;
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

use crate::{
    Sql, Trouble,
    fault::{Fault, readable},
    hex,
    sql::{query, query_as, query_scalar},
};

/// What a sealed value begins with, and the form of the rest: nonce, text and tag as hex. No hex begins so.
const MARK: &str = "sealed.1.";
const SEALED: &str = "SELECT name, value FROM vault WHERE value LIKE 'sealed.%' ORDER BY name LIMIT 1";
const CLEAR: &str = "SELECT name, value FROM vault WHERE value NOT LIKE 'sealed.%' ORDER BY name LIMIT 500";
pub(crate) const IN_CLEAR: &str = "SELECT COUNT(*) FROM vault WHERE value NOT LIKE 'sealed.%'";
const REPLACE: &str = "UPDATE vault SET value = $2 WHERE name = $1";

/// Why what is sealed is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Closed {
    /// It is, and no key was given.
    #[error(
        "holds keys that are sealed, and nothing to open them is given: set ASPIS_SECRETS_KEY (store.secrets_key) to what \
         they were sealed with"
    )]
    NoKey,
    /// Another key was given, or somebody has changed the value.
    #[error(
        "holds keys that ASPIS_SECRETS_KEY (store.secrets_key) does not open: it is not what they were sealed with, \
         which all nodes have in common"
    )]
    OtherKey,
}

/// The key that seals.
pub struct Seal(RandomizedNonceKey);

impl Seal {
    /// By a key of 32 bytes; none by another.
    pub fn of(key: &Secret) -> Option<Self> {
        RandomizedNonceKey::new(&AES_256_GCM, key.expose()).ok().map(Self)
    }

    fn close(&self, name: &str, bytes: &[u8]) -> Option<String> {
        let mut sealed = bytes.to_vec();
        let nonce = self.0.seal_in_place_append_tag(Aad::from(name.as_bytes()), &mut sealed).ok()?;
        Some(format!("{MARK}{}{}", hex::write(nonce.as_ref()), hex::write(&sealed)))
    }

    fn open(&self, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let (nonce, mut text) = (Nonce::try_assume_unique_for_key(nonce).ok()?, text.to_vec());
        self.0.open_in_place(nonce, Aad::from(name.as_bytes()), &mut text).ok().map(|clear| clear.to_vec())
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

/// How values stand in the vault: sealed where there is a key.
#[derive(Debug, Default)]
pub(crate) struct Envelope(Option<Seal>);

impl Envelope {
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<String, Fault> {
        match &self.0 {
            Some(seal) => readable("key", seal.close(name, bytes)),
            None => Ok(hex::write(bytes)),
        }
    }

    pub(crate) fn read(&self, name: &str, value: &str) -> Result<Vec<u8>, Fault> {
        let Some(sealed) = value.strip_prefix(MARK) else { return readable("key", hex::read(value)) };
        let seal = self.0.as_ref().ok_or(Closed::NoKey)?;
        let sealed = readable("key", hex::read(sealed))?;
        Ok(seal.open(name, &sealed).ok_or(Closed::OtherKey)?)
    }
}

impl Sql {
    /// From now on what is put into the vault is sealed, where there is a key. Refused where the vault holds what this
    /// key does not open: nothing that another key sealed is ever written over.
    pub async fn sealed_by(self, seal: Option<Seal>) -> Result<Self, Trouble> {
        let envelope = Envelope(seal);
        let sealed: Option<(String, String)> = query_as(SEALED).fetch_optional(self.db.reader()).await?;
        if let Some((name, value)) = sealed {
            envelope.read(&name, &value)?;
        }
        Ok(Self { envelope, ..self })
    }

    /// Seals what was put there in clear, where there is a key to do it with.
    pub async fn seal(&self) -> Result<(), Trouble> {
        while self.envelope.0.is_some() && self.seal_some().await? {}
        Ok(())
    }

    /// True where there was something.
    async fn seal_some(&self) -> Result<bool, Fault> {
        let clear: i64 = query_scalar(IN_CLEAR).fetch_one(self.db.reader()).await?;
        if clear == 0 {
            return Ok(false);
        }
        let mut tx = self.db.begin().await?;
        let rows: Vec<(String, String)> = query_as(CLEAR).fetch_all(&mut *tx).await?;
        for (name, value) in &rows {
            let sealed = self.envelope.write(name, &self.envelope.read(name, value)?)?;
            query(REPLACE).bind(name).bind(sealed).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(!rows.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(key: u8) -> Envelope {
        Envelope(Seal::of(&Secret::new([key; 32])))
    }

    #[test]
    fn only_its_key_opens_a_value_and_only_under_its_name() {
        let (one, other, none) = (envelope(1), envelope(2), Envelope::default());
        let sealed = one.write("seed", b"canary").expect("sealed");
        assert!(sealed.starts_with(MARK) && !sealed.contains(&hex::write(b"canary")), "{sealed}");
        assert_ne!(sealed, one.write("seed", b"canary").expect("sealed"), "another nonce");
        assert_eq!(one.read("seed", &sealed).expect("opened"), b"canary");
        for (envelope, name) in [(&one, "pepper"), (&other, "seed")] {
            assert!(matches!(envelope.read(name, &sealed), Err(Fault::Sealed(Closed::OtherKey))), "{name}");
        }
        assert!(matches!(none.read("seed", &sealed), Err(Fault::Sealed(Closed::NoKey))));
        let mut changed = sealed.into_bytes();
        if let Some(last) = changed.last_mut() {
            *last = if *last == b'0' { b'1' } else { b'0' };
        }
        let changed = String::from_utf8(changed).expect("text");
        assert!(one.read("seed", &changed).is_err());
        assert!(one.read("seed", MARK).is_err(), "cut off");
    }

    #[test]
    fn what_was_kept_in_clear_is_read_and_a_key_is_32_bytes() {
        let clear = Envelope::default().write("seed", &[1, 0, 255]).expect("written");
        assert_eq!(clear, "0100ff");
        assert_eq!(envelope(1).read("seed", &clear).expect("read"), [1, 0, 255]);
        assert!(Seal::of(&Secret::new([1; 16])).is_none() && Seal::of(&Secret::new([])).is_none());
        assert_eq!(format!("{:?}", envelope(1)), "Envelope(Some(Seal))");
    }
}
