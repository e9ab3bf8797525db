//! One document of JSON from an address: for lists that somebody else keeps. Bounded as every answer of a source is, and
//! never redirected. Deliberately not here: what it says, and when it is fetched again.

use std::sync::Arc;

use aspis_core::clock::Clock;
use bytes::Bytes;

use super::{Address, Fault, Limits, client::Client, wire::Wire};

/// What is there now.
pub async fn document(address: &Address, limits: Limits, clock: Arc<dyn Clock>) -> Result<Bytes, Fault> {
    let client = Client::new(Wire::open_web(), limits, clock);
    let path = if address.path().is_empty() { "/" } else { "" };
    let answer = client.get(address, path).await?;
    if answer.status == 200 {
        Ok(answer.body)
    } else {
        Err(Fault::of_status(answer.status, answer.retry_after))
    }
}
