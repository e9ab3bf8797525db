//! Is this token good, now?

use super::{Code, People, Refusal, SignedIn, Verified, VerifiedTokens};
use crate::token::TokenHash;

impl People {
    /// Whom a token speaks for, if its signature was checked before: from memory alone.
    pub fn seen(&self, hash: &TokenHash) -> Option<Result<SignedIn, Refusal>> {
        self.verified.get(hash, self.clock.now()).map(|verified| self.alive(verified))
    }

    /// Whom a token speaks for, by its signature; good ones are remembered.
    pub fn verify(&self, token: &str, hash: TokenHash) -> Result<SignedIn, Refusal> {
        let verified =
            self.access.verify(token, self.clock.now()).map_err(|_| Refusal::new(Code::InvalidToken))?;
        self.verified.put(hash, verified);
        self.alive(verified)
    }

    /// The name of a token in memory.
    pub fn token_hash(token: &str) -> TokenHash {
        VerifiedTokens::hash(token)
    }

    /// Revocation is asked every time.
    fn alive(&self, verified: Verified) -> Result<SignedIn, Refusal> {
        if self.revocations.contains(verified.who.family) {
            return Err(Refusal::new(Code::InvalidToken));
        }
        Ok(verified.who)
    }
}
