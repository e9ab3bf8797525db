//! Accounts of the run: made and signed in over HTTP, as anybody's would be.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, ensure};
use serde::Deserialize;

use crate::http::{Connection, request};

/// The password of all of them.
const PASSWORD: &str = "several unrelated words 42";

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
}

/// Makes an account from a client's address, signs in, and gives its access token.
pub(crate) async fn sign_up(from: Ipv4Addr, to: SocketAddr, name: &str) -> anyhow::Result<String> {
    let mut connection = Connection::open(from, to).await.context("connecting")?;
    sign_up_on(&mut connection, name, &[]).await
}

/// The same on a connection that is there, with fields such as those of a proxy.
pub(crate) async fn sign_up_on(
    connection: &mut Connection,
    name: &str,
    fields: &[(&str, &str)],
) -> anyhow::Result<String> {
    register_with(connection, name, fields).await?;
    let answer = connection.exchange(&sign_in(name, PASSWORD, fields)).await?;
    ensure!(answer.status == 200, "signing in was answered {}", answer.shown());
    Ok(answer.json::<Tokens>()?.access_token)
}

/// Makes an account.
pub(crate) async fn register(connection: &mut Connection, name: &str) -> anyhow::Result<()> {
    register_with(connection, name, &[]).await
}

async fn register_with(
    connection: &mut Connection,
    name: &str,
    fields: &[(&str, &str)],
) -> anyhow::Result<()> {
    let email = email(name);
    let body = serde_json::json!({ "email": email, "password": PASSWORD, "full_name": "Bench" }).to_string();
    let answer = connection.exchange(&request("POST", "/api/v1/auth/register", fields, Some(&body))).await?;
    ensure!(answer.status == 201, "registering was answered {}", answer.shown());
    Ok(())
}

/// The request to sign in.
pub(crate) fn login(name: &str, password: &str) -> Vec<u8> {
    sign_in(name, password, &[])
}

/// The same with the right password, and fields such as those of a proxy.
pub(crate) fn login_from(name: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    sign_in(name, PASSWORD, fields)
}

fn sign_in(name: &str, password: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let body = serde_json::json!({ "email": email(name), "password": password }).to_string();
    request("POST", "/api/v1/auth/login", fields, Some(&body))
}

fn email(name: &str) -> String {
    format!("{name}@example.org")
}
