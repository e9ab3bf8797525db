//! Argon2id (RFC 9106), stored as a PHC string.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use aspis_core::chance::{self, Chance};

/// How much work one hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// The cost is outside what Argon2 allows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Argon2id cannot work with {0:?}")]
pub struct CostError(Cost);

/// Hashes and verifies at one cost.
#[derive(Debug)]
pub struct Hasher {
    argon: Argon2<'static>,
    /// The hash of a password that nobody has: verified against where there is no account, so that it takes as long.
    nobody: String,
}

impl Hasher {
    /// A hasher of this cost.
    pub fn new(cost: Cost, chance: &dyn Chance) -> Result<Self, CostError> {
        let params =
            Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).map_err(|_| CostError(cost))?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let password: [u8; 32] = chance::bytes(chance);
        let nobody = hash(&argon, &password, chance).ok_or(CostError(cost))?;
        Ok(Self { argon, nobody })
    }

    /// The PHC string of a password, with a fresh salt.
    pub fn hash(&self, password: &str, chance: &dyn Chance) -> Option<String> {
        hash(&self.argon, password.as_bytes(), chance)
    }

    /// True when `password` is the one behind `stored`. Without a stored hash it takes as long and is false.
    pub fn verify(&self, stored: Option<&str>, password: &str) -> bool {
        let matches = PasswordHash::new(stored.unwrap_or(&self.nobody))
            .is_ok_and(|parsed| self.argon.verify_password(password.as_bytes(), &parsed).is_ok());
        matches && stored.is_some()
    }
}

fn hash(argon: &Argon2<'_>, password: &[u8], chance: &dyn Chance) -> Option<String> {
    let salt: [u8; 16] = chance::bytes(chance);
    argon.hash_password_with_salt(password, &salt).ok().map(|hash| hash.to_string())
}
