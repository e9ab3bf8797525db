//! Whom a request acts for.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    clock::Timestamp,
    ids::{AccountId, FamilyId, KeyId},
    scope::Scopes,
};

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A person who trades and reads.
    User,
    /// An operator.
    Admin,
}

impl Role {
    /// The word in tokens and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }

    /// Reads [`Role::word`].
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "user" => Some(Self::User),
            "admin" => Some(Self::Admin),
            _ => None,
        }
    }
}

/// Nobody, an account by its token or session, or an account by one of its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Principal {
    /// No credential was sent.
    Nobody,
    /// An account, signed in on one device.
    Account(SignedIn),
    /// A program, with a key of an account.
    Key(Keyed),
}

/// An account as its access token names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SignedIn {
    /// The account.
    pub account: AccountId,
    /// The sign-in that the token belongs to.
    pub family: FamilyId,
    /// What it may do.
    pub role: Role,
    /// True when the sign-in was proved by a second factor too.
    pub strong: bool,
}

/// An account as one of its API keys names it. It is never the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Keyed {
    /// The key.
    pub key: KeyId,
    /// The account that it acts for.
    pub account: AccountId,
    /// What it may do.
    pub scopes: Scopes,
    /// Since when there is a key of its line: a successor is the same program.
    pub since: Timestamp,
}

impl Principal {
    /// The person who is signed in, if there is one. A key is no person.
    pub const fn signed_in(self) -> Option<SignedIn> {
        match self {
            Self::Nobody | Self::Key(_) => None,
            Self::Account(signed) => Some(signed),
        }
    }

    /// True for an operator.
    pub fn is_operator(self) -> bool {
        self.signed_in().is_some_and(|who| who.role == Role::Admin)
    }

    /// The account that it acts for, if there is one.
    pub const fn account(self) -> Option<AccountId> {
        match self {
            Self::Nobody => None,
            Self::Account(signed) => Some(signed.account),
            Self::Key(keyed) => Some(keyed.account),
        }
    }

    /// Whose window counts beside the client's: the account's, or the key's own.
    pub const fn window(self) -> Option<Uuid> {
        match self {
            Self::Nobody => None,
            Self::Account(signed) => Some(signed.account.0),
            Self::Key(keyed) => Some(keyed.key.0),
        }
    }
}
