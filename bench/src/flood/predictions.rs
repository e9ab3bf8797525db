//! Predictions of every asset for every horizon: half of the clients are signed in, and each begins elsewhere, so that
//! few of them ask for the same at once.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use anyhow::ensure;
use serde::Deserialize;

use super::kind::{CONNECTIONS, address};
use crate::{
    accounts,
    http::{Connection, request},
    line::Call,
};

const HORIZONS: u8 = 30;
/// Coprime to any likely number of requests: where each client begins.
const STRIDE: usize = 37;

#[derive(Deserialize)]
struct Assets {
    prices: Vec<Asset>,
}

#[derive(Deserialize)]
struct Asset {
    asset_id: String,
}

/// What each client sends.
pub(super) async fn calls(to: SocketAddr) -> anyhow::Result<Vec<Call>> {
    let assets = assets(to).await?;
    let mut calls = Vec::new();
    for number in 0..CONNECTIONS {
        let from = address(number);
        let token = match number % 2 {
            0 => Some(accounts::sign_up(from, to, &format!("asker{number}")).await?),
            _ => None,
        };
        let mut requests = requests(&assets, token.as_deref());
        let begin = usize::from(number) * STRIDE % requests.len();
        requests.rotate_left(begin);
        calls.push(Call { from, requests: Arc::from(requests) });
    }
    Ok(calls)
}

fn requests(assets: &[String], token: Option<&str>) -> Vec<Vec<u8>> {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let fields: Vec<_> = bearer.iter().map(|bearer| ("Authorization", bearer.as_str())).collect();
    let one = |asset: &String, days: u8| {
        let body = serde_json::json!({ "horizon_days": days }).to_string();
        request("POST", &format!("/api/v1/predict/{asset}"), &fields, Some(&body))
    };
    (1..=HORIZONS)
        .flat_map(|days| assets.iter().map(move |asset| (asset, days)))
        .map(|(asset, days)| one(asset, days))
        .collect()
}

async fn assets(to: SocketAddr) -> anyhow::Result<Vec<String>> {
    let mut connection = Connection::open(Ipv4Addr::LOCALHOST, to).await?;
    let answer = connection.exchange(&request("GET", "/api/v1/prices", &[], None)).await?;
    ensure!(answer.status == 200, "the prices were answered {}", answer.shown());
    let assets = answer.json::<Assets>()?.prices;
    ensure!(!assets.is_empty(), "there is nothing to predict");
    Ok(assets.into_iter().map(|asset| asset.asset_id).collect())
}
