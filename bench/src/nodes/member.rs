//! Somebody with an account, at an address of their own that the proxy tells.

use std::net::Ipv4Addr;

use super::caller::Caller;
use crate::{accounts, http::request, site::bearer};

/// Somebody who has signed in.
#[derive(Debug, Clone)]
pub(super) struct Member {
    name: String,
    /// Where they call from.
    pub(super) address: String,
    token: String,
}

/// The address of the caller with a number.
pub(super) fn address(number: u32) -> String {
    Ipv4Addr::from_bits(Ipv4Addr::new(10, 0, 0, 1).to_bits() + number).to_string()
}

impl Member {
    /// Registers and signs in at a node.
    pub(super) async fn join(caller: &mut Caller, node: usize, number: u32) -> anyhow::Result<Self> {
        let (name, address) = (format!("member{number}"), address(number));
        let fields = [("X-Forwarded-For", address.as_str())];
        let connection = caller.connection(node).await?;
        let token = accounts::sign_up_on(connection, &name, &fields).await?;
        Ok(Self { name, address, token })
    }

    /// A request with the token.
    pub(super) fn asks(&self, method: &str, path: &str, body: Option<&str>) -> Vec<u8> {
        let authorization = bearer(&self.token);
        let fields = [("X-Forwarded-For", self.address.as_str()), ("Authorization", authorization.as_str())];
        request(method, path, &fields, body)
    }

    /// A request to sign in once more, from another address.
    pub(super) fn signs_in_from(&self, address: &str) -> Vec<u8> {
        accounts::login_from(&self.name, &[("X-Forwarded-For", address)])
    }

    /// The request that shows whether the token is good.
    pub(super) fn who_am_i(&self) -> Vec<u8> {
        self.asks("GET", "/api/v1/auth/me", None)
    }
}
