//! Identifiers: UUID version 7 (RFC 9562), so that they sort by the time they were made.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    chance::{self, Chance},
    clock::Timestamp,
};

/// Makes a version 7 UUID from a moment and a random source.
pub fn uuid_v7(now: Timestamp, chance: &dyn Chance) -> Uuid {
    let random: [u8; 10] = chance::bytes(chance);
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! id {
    ($name:ident, $what:literal) => {
        #[doc = $what]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier.
            pub fn new(now: Timestamp, chance: &dyn Chance) -> Self {
                Self(uuid_v7(now, chance))
            }

            /// When it was made, to the millisecond; the beginning of time for one that does not say.
            pub fn made(self) -> Timestamp {
                let (seconds, nanos) = self.0.get_timestamp().map_or((0, 0), |moment| moment.to_unix());
                let seconds = i64::try_from(seconds).unwrap_or(i64::MAX / 1_000_000);
                Timestamp(seconds * 1_000_000 + i64::from(nanos / 1_000))
            }

            /// Reads the hyphenated form and no other.
            pub fn parse(text: &str) -> Option<Self> {
                (text.len() == 36).then(|| Uuid::parse_str(text).ok().map(Self)).flatten()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(AccountId, "An account.");
id!(FamilyId, "A family of refresh tokens: one sign-in on one device.");
id!(TransactionId, "One entry in the ledger.");
id!(RequestId, "One request, named in every answer and log line about it.");
id!(TokenId, "One access token.");
id!(DeviceId, "A device that has signed in to an account.");
id!(NoticeId, "Something the owner of an account should know.");
id!(PasskeyId, "A passkey of an account.");
id!(AlertId, "An alert, from its beginning to its end.");
id!(ReviewId, "Something that waits for an operator's word.");
id!(ActionId, "Something an operator did in an incident.");
id!(ExemptionId, "What excuses somebody from a rule, for a time.");
id!(KeyId, "An API key: what it is called, and no part of it.");

#[cfg(test)]
mod tests;
