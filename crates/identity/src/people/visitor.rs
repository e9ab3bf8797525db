//! Who stands at the door: what a request tells of the one who sent it.

use std::net::IpAddr;

use aspis_core::{client::Client, event::Source};

use crate::token::{Presenter, Thumbprint};

/// What a request tells of the one who sent it.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// What limits count by.
    pub client: Client,
    /// The whole address.
    pub address: IpAddr,
    /// The user agent as it was sent, empty where there is none.
    pub agent: Vec<u8>,
    /// In which request.
    pub source: Source,
    /// The key that was proved with the request, if one was (RFC 9449).
    pub key: Option<Thumbprint>,
    /// The solution of a challenge, from the header `Aspis-Challenge`.
    pub challenge: Option<String>,
    /// True while the server is under attack: strangers have to solve a challenge.
    pub attacked: bool,
}

/// What is kept of a user agent.
const AGENT: usize = 200;

impl Visitor {
    /// As a token's binding sees it.
    pub fn presenter(&self) -> Presenter<'_> {
        Presenter { client: self.client, agent: &self.agent }
    }

    /// What the owner is shown of the user agent.
    pub(super) fn shown_agent(&self) -> String {
        shown_agent(&String::from_utf8_lossy(&self.agent))
    }
}

/// The first 200 characters of a user agent.
pub(super) fn shown_agent(agent: &str) -> String {
    agent.chars().take(AGENT).collect()
}
