//! Accounts of the run: made and signed in over HTTP, as anybody's would be.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, ensure};
use serde::Deserialize;

use crate::http::{Connection, request};

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
}

/// Makes an account from a client's address, signs in, and gives its access token.
pub(crate) async fn sign_up(from: Ipv4Addr, to: SocketAddr, name: &str) -> anyhow::Result<String> {
    let mut connection = Connection::open(from, to).await.context("connecting")?;
    let (email, password) = (format!("{name}@example.org"), "several unrelated words 42");
    let register =
        serde_json::json!({ "email": email, "password": password, "full_name": "Bench" }).to_string();
    let login = serde_json::json!({ "email": email, "password": password }).to_string();

    let answer = connection.exchange(&request("POST", "/api/v1/auth/register", &[], Some(&register))).await?;
    ensure!(answer.status == 201, "registering was answered {}", answer.shown());
    let answer = connection.exchange(&request("POST", "/api/v1/auth/login", &[], Some(&login))).await?;
    ensure!(answer.status == 200, "signing in was answered {}", answer.shown());
    Ok(answer.json::<Tokens>()?.access_token)
}
