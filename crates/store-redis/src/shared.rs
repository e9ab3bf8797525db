//! The shared home: where it is, how long it may take, and what this node remembers of it.

use std::{fmt, sync::Arc, time::Duration};

use aspis_core::{
    clock::Clock,
    secret::{Secret, SecretText},
};
use aspis_store::fleeting::hints::Hub;
use redis::{Client, ConnectionAddr, IntoConnectionInfo, RedisError, TlsCertificates, io::tcp::TcpSettings};

use crate::{
    bytes::ByteScripts,
    facts::FactScripts,
    line::Line,
    names::{Names, PREFIX},
    over::Over,
    passes::PassScript,
    script::SERVER_TIME,
    sums::SumScript,
    votes::VoteScript,
    windows::Judge,
};

/// How the shared state is reached, and by which names.
#[derive(Debug)]
pub struct Config {
    /// `redis://` or `rediss://` (TLS), with name and password where it wants them, and the database: `/0`.
    pub url: SecretText,
    /// Who vouches for the server where it speaks TLS, in PEM; none is whom the machine trusts.
    pub authorities: Option<Vec<u8>>,
    /// What names of keys are hashed with: the same on all nodes.
    pub pepper: Secret,
    /// What all keys begin with: deployments that share a server have another each. Without braces.
    pub prefix: String,
    /// How long a request may wait for an answer.
    pub limit: Duration,
    /// Windows that are known to refuse, remembered on this node.
    pub over: usize,
}

impl Config {
    /// The usual numbers: a tenth of a second, and 65,536 windows that refuse.
    pub fn new(url: SecretText, pepper: Secret) -> Self {
        let (prefix, limit) = ("aspis".to_owned(), Duration::from_millis(100));
        Self { url, authorities: None, pepper, prefix, limit, over: 65_536 }
    }
}

/// Why the shared state cannot even be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The address is none. What is wrong with it, and never the password in it.
    #[error("the address of the shared state is none: {0}")]
    Address(String),
    /// The prefix is none.
    #[error("the prefix of the shared state is 1 to 32 letters, digits, hyphens and underscores")]
    Prefix,
}

/// Fleeting state in a Redis or Valkey server, for all nodes that share it.
pub struct Shared {
    pub(crate) line: Line,
    pub(crate) names: Names,
    pub(crate) over: Over,
    pub(crate) judge: Judge,
    pub(crate) facts: FactScripts,
    pub(crate) bytes: ByteScripts,
    pub(crate) passes: PassScript,
    pub(crate) sums: SumScript,
    pub(crate) votes: VoteScript,
    pub(crate) hub: Hub,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Shared {
    /// Reads the address. The server is first spoken to when something is asked: it may be away now, and come later.
    pub fn connect(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, ConnectError> {
        Self::by_time(config, clock, SERVER_TIME)
    }

    /// The same, with scripts that take the moment from elsewhere.
    pub(crate) fn by_time(config: &Config, clock: Arc<dyn Clock>, time: &str) -> Result<Self, ConnectError> {
        let client = client(config);
        let client = client.map_err(|error| ConnectError::Address(error.category().to_owned()))?;
        if !is_prefix(&config.prefix) {
            return Err(ConnectError::Prefix);
        }
        Ok(Self {
            line: Line::new(client, config.limit, clock.clone()),
            names: Names::new(&config.pepper, &config.prefix),
            over: Over::new(config.over),
            judge: Judge::new(time),
            facts: FactScripts::new(time),
            bytes: ByteScripts::new(time),
            passes: PassScript::new(),
            sums: SumScript::new(time),
            votes: VoteScript::new(time),
            hub: Hub::new(),
            clock,
        })
    }
}

/// Braces would make another hash tag of it.
fn is_prefix(prefix: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=PREFIX).contains(&prefix.len()) && prefix.bytes().all(is_plain)
}

/// Small requests are sent at once: each is waited for.
fn client(config: &Config) -> Result<Client, RedisError> {
    let info = config.url.expose().into_connection_info()?;
    let info = info.set_tcp_settings(TcpSettings::default().set_nodelay(true));
    if !matches!(info.addr(), ConnectionAddr::TcpTls { .. }) {
        return Client::open(info);
    }
    // The library takes the cryptography of the process. That it has one already is well.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let certificates = TlsCertificates { client_tls: None, root_cert: config.authorities.clone() };
    Client::build_with_tls(info, certificates)
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("line", &self.line).finish_non_exhaustive()
    }
}
