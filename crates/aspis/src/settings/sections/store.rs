//! Where everything is that outlives a request.

use serde::{Deserialize, Serialize};

use crate::settings::value::{File, MINUTE, SecretsKey, Share, Span, StateUrl, StoreUrl, Whole};

/// `[store]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// A server; none is a file in the data folder.
    pub database: StoreUrl,
    /// Connections of each side.
    pub connections: Whole<u32, 1, 1000>,
    /// How long a statement may take.
    pub statement_limit: Span<100, { 10 * MINUTE }>,
    /// Seals what nodes share there; none leaves it in clear.
    pub secrets_key: SecretsKey,
    /// A file that holds that key.
    pub secrets_key_file: File,
    /// A server for what is fleeting; none is this node's memory.
    pub state: StateUrl,
    /// What a node takes of each limit while that is away.
    pub share: Share,
}
