//! Hashes that come from elsewhere: only those that a sign-in can verify are taken, or nobody could ever use them.

use argon2::{Algorithm, Params, password_hash::phc::PasswordHash};

use super::legacy;

/// Why a hash is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsuitable {
    /// It is of another kind.
    #[error("must be Argon2id as a PHC string, or bcrypt ($2a$, $2b$ or $2y$)")]
    Kind,
    /// It is one of these kinds, and damaged.
    #[error("is damaged")]
    Damaged,
    /// Its work is outside what is verified.
    #[error(
        "asks for work outside what is verified (bcrypt of cost 4 to 14, Argon2id of 1 GiB and 100 passes at most)"
    )]
    Work,
}

/// The length of every bcrypt hash.
const BCRYPT: usize = 60;
/// Work that is verified.
const COSTS: std::ops::RangeInclusive<u32> = 4..=14;
const MEMORY: u32 = 1 << 20;
const PASSES: u32 = 100;

/// Judges a hash that somebody brings along.
pub fn suits(stored: &str) -> Result<(), Unsuitable> {
    if legacy::is_bcrypt(stored) {
        return bcrypt(stored);
    }
    if !stored.starts_with("$argon2id$") {
        return Err(Unsuitable::Kind);
    }
    let hash = PasswordHash::new(stored).map_err(|_| Unsuitable::Damaged)?;
    let params = Params::try_from(&hash).map_err(|_| Unsuitable::Damaged)?;
    let is_id = Algorithm::try_from(hash.algorithm.as_str()).is_ok_and(|kind| kind == Algorithm::Argon2id);
    if !is_id || hash.salt.is_none() || hash.hash.is_none() {
        return Err(Unsuitable::Damaged);
    }
    if params.m_cost() > MEMORY || params.t_cost() > PASSES { Err(Unsuitable::Work) } else { Ok(()) }
}

fn bcrypt(stored: &str) -> Result<(), Unsuitable> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/');
    let whole = stored.len() == BCRYPT && stored.as_bytes()[6] == b'$' && stored.bytes().skip(7).all(plain);
    match legacy::cost_of(stored) {
        Some(cost) if whole && COSTS.contains(&cost) => Ok(()),
        Some(cost) if whole && !COSTS.contains(&cost) => Err(Unsuitable::Work),
        _ => Err(Unsuitable::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_verified_is_taken() {
        let bcrypt = "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";
        let argon = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Vb0yd7yc2CYhOFmyZuZ6FYzMCqHwyZbLBYVnMUGOMP8";
        for good in [bcrypt, argon] {
            assert_eq!(suits(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("", Unsuitable::Kind),
            ("5f4dcc3b5aa765d61d8327deb882cf99", Unsuitable::Kind),
            ("$2x$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", Unsuitable::Kind),
            ("$1$salt$hash", Unsuitable::Kind),
            ("$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA", Unsuitable::Kind),
            (&bcrypt[..59], Unsuitable::Damaged),
            // A sign before a cost is read by some, and by none who verify.
            ("$2b$+4$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", Unsuitable::Damaged),
            ("$2b$ 4$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", Unsuitable::Damaged),
            ("$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWM W", Unsuitable::Damaged),
            ("$2b$31$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", Unsuitable::Work),
            ("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA", Unsuitable::Damaged),
            ("$argon2id$nonsense", Unsuitable::Damaged),
        ] {
            assert_eq!(suits(bad), Err(why), "{bad}");
        }
        let dear = argon.replace("m=19456", "m=4000000");
        assert_eq!(suits(&dear), Err(Unsuitable::Work));
    }
}
