//! Classes of routes that a solved challenge has opened to a client, on all nodes.

use std::{fmt, time::Duration};

use aspis_core::client::Client;
use async_trait::async_trait;

use crate::Stored;

/// Who may call which class, each for a while.
///
/// Where it fails a class is as closed as the node itself knows it.
#[async_trait]
pub trait Passes: Send + Sync + fmt::Debug {
    /// For how long yet the class is open to the client, if it is.
    async fn open_for(&self, class: u8, client: Client) -> Stored<Option<Duration>>;

    /// Opens a class to a client. One that is open stays so for the longer of the two spans.
    async fn open(&self, class: u8, client: Client, span: Duration) -> Stored<()>;
}
