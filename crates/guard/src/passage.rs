//! What is known of a request on its way through the corridor.

use std::net::SocketAddr;

use aspis_core::{
    client::Client,
    clock::Timestamp,
    ids::RequestId,
    principal::{Principal, SignedIn},
    refusal::Refusal,
    scenario::denial_of_service::windows::Standing,
};
use aspis_identity::token::TokenHash;

use crate::surface::{Found, Params};

/// What the edge knows: who is at the other end of the socket, and whether it is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// The address of the accepted socket, never of a header.
    pub peer: SocketAddr,
    /// True when the socket itself speaks TLS.
    pub https: bool,
}

/// The facts that the doors collect; handlers find it in the request's extensions.
#[derive(Debug, Clone)]
pub struct Passage {
    /// The request's name in every answer and log line about it.
    pub request: RequestId,
    /// When it came.
    pub now: Timestamp,
    /// When it came, on the clock that never goes back.
    pub uptime: std::time::Duration,
    /// Who sends it.
    pub client: Client,
    /// True when the caller used https, by the socket or by a trusted proxy's word.
    pub https: bool,
    /// Which row of the table.
    pub found: Found,
    /// Path parameters, still percent-encoded.
    pub params: Params,
    /// For whom.
    pub principal: Principal,
    /// Where the caller stands in its tightest window.
    pub standing: Option<Standing>,
    /// The credential, until it is known for whom it speaks.
    pub(crate) credential: Credential,
}

/// What was sent to say who asks.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    /// Nothing, or nothing that this route looks at.
    None,
    /// A token that was not seen before: its signature has to be checked.
    Unseen(TokenHash),
    /// A token that memory knows.
    Seen(Result<SignedIn, Refusal>),
}

impl Passage {
    /// The row, when there is one.
    pub fn row(&self) -> Option<usize> {
        match self.found {
            Found::Row(row) => Some(row),
            Found::Method(_) | Found::Nothing => None,
        }
    }

    /// The row whose budget and modes count, also for a method that the path does not take.
    pub(crate) fn policy_row(&self) -> Option<usize> {
        match self.found {
            Found::Row(row) | Found::Method(row) => Some(row),
            Found::Nothing => None,
        }
    }

    /// A path parameter by its name in the table, still percent-encoded.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }
}
