//! Argon2id (RFC 9106), stored as a PHC string; bcrypt only to let imported accounts in once more.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use aspis_core::chance::{self, Chance};

use super::legacy::{self, Legacy};

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

/// What a stored hash says of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is another password, or there is no hash.
    Wrong,
    /// It is the password.
    Right,
    /// It is the password, and the stored hash is older or weaker than a new one: replace it.
    Upgrade,
}

impl Verdict {
    /// True for the right password, whatever its hash.
    pub const fn is_right(self) -> bool {
        matches!(self, Self::Right | Self::Upgrade)
    }
}

/// Hashes and verifies at one cost.
#[derive(Debug)]
pub struct Hasher {
    argon: Argon2<'static>,
    /// The hash of a password that nobody has: verified against where there is no account, so that it takes as long.
    nobody: String,
    legacy: Legacy,
}

/// The most memory that a stored hash of another cost may ask for: 1 GiB, in KiB.
const FOREIGN_MEMORY: u32 = 1 << 20;
/// The most passes that it may ask for.
const FOREIGN_PASSES: u32 = 100;

impl Hasher {
    /// A hasher of this cost.
    pub fn new(cost: Cost, chance: &dyn Chance) -> Result<Self, CostError> {
        let params =
            Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).map_err(|_| CostError(cost))?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let password: [u8; 32] = chance::bytes(chance);
        let nobody = hash(&argon, &password, chance).ok_or(CostError(cost))?;
        Ok(Self { argon, nobody, legacy: Legacy::default() })
    }

    /// Says that the store holds bcrypt hashes of up to this cost. Every verification then does that much bcrypt work
    /// besides, so that time does not tell an imported account from a new one or from none.
    pub fn with_legacy(mut self, highest_cost: Option<u32>) -> Self {
        self.legacy = Legacy::up_to(highest_cost);
        self
    }

    /// The PHC string of a password, with a fresh salt.
    pub fn hash(&self, password: &str, chance: &dyn Chance) -> Option<String> {
        hash(&self.argon, password.as_bytes(), chance)
    }

    /// Judges `password` by the stored hash. Argon2 runs exactly once, whatever is stored, also without a hash.
    ///
    /// A bcrypt row costs its own work besides; without [`Hasher::with_legacy`] that tells by time that an account was
    /// imported and has not signed in since.
    pub fn verify(&self, stored: Option<&str>, password: &str) -> Verdict {
        match stored {
            Some(stored) if legacy::is_bcrypt(stored) => {
                self.verify_argon(None, password);
                if self.legacy.verify(stored, password) { Verdict::Upgrade } else { Verdict::Wrong }
            }
            other => {
                self.legacy.pad();
                self.verify_argon(other, password)
            }
        }
    }

    fn verify_argon(&self, stored: Option<&str>, password: &str) -> Verdict {
        let real = stored.and_then(|text| PasswordHash::new(text).ok()).filter(|hash| self.bears(hash));
        let Ok(nobody) = PasswordHash::new(&self.nobody) else { return Verdict::Wrong };
        let matches =
            self.argon.verify_password(password.as_bytes(), real.as_ref().unwrap_or(&nobody)).is_ok();
        match real {
            Some(hash) if matches && self.is_current(&hash) => Verdict::Right,
            Some(_) if matches => Verdict::Upgrade,
            _ => Verdict::Wrong,
        }
    }

    /// True for a whole Argon2 hash whose work is bounded: one row must not take the machine, nor be told by its haste.
    fn bears(&self, hash: &PasswordHash) -> bool {
        let memory = FOREIGN_MEMORY.max(self.argon.params().m_cost());
        let bounded = |params: Params| params.m_cost() <= memory && params.t_cost() <= FOREIGN_PASSES;
        let bears = Algorithm::new(hash.algorithm.as_str()).is_ok()
            && hash.salt.is_some()
            && hash.hash.is_some()
            && Params::try_from(hash).is_ok_and(bounded);
        if !bears {
            tracing::warn!(
                "a stored hash is no Argon2 that can be verified; its account cannot sign in by password"
            );
        }
        bears
    }

    fn is_current(&self, hash: &PasswordHash) -> bool {
        let ours = self.argon.params();
        let same = |params: Params| {
            (params.m_cost(), params.t_cost(), params.p_cost())
                == (ours.m_cost(), ours.t_cost(), ours.p_cost())
        };
        hash.algorithm == Algorithm::Argon2id.ident()
            && hash.version == Some(Version::V0x13.into())
            && Params::try_from(hash).is_ok_and(same)
    }
}

fn hash(argon: &Argon2<'_>, password: &[u8], chance: &dyn Chance) -> Option<String> {
    let salt: [u8; 16] = chance::bytes(chance);
    argon.hash_password_with_salt(password, &salt).ok().map(|hash| hash.to_string())
}
