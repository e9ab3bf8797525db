//! Whom a request acts for.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, FamilyId};

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

/// Nobody, or an account by its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Principal {
    /// No credential was sent.
    Nobody,
    /// An account, signed in on one device.
    Account(SignedIn),
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

impl Principal {
    /// The signed-in account, if there is one.
    pub const fn signed_in(self) -> Option<SignedIn> {
        match self {
            Self::Nobody => None,
            Self::Account(signed) => Some(signed),
        }
    }

    /// True for an operator.
    pub fn is_operator(self) -> bool {
        self.signed_in().is_some_and(|who| who.role == Role::Admin)
    }

    /// The account, if there is one.
    pub fn account(self) -> Option<AccountId> {
        self.signed_in().map(|signed| signed.account)
    }
}
