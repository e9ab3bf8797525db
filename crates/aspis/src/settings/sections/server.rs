//! Where the server stands: mode, addresses, folder, log, backends.

use serde::{Deserialize, Serialize};

use crate::settings::value::{Address, Contacts, DAY, Folder, Networks, PublicUrl, Span, choice};

choice! {
    /// What kind of place this is.
    Mode {
        /// One's own machine: loopback only.
        Development = "development",
        /// Open to others: HTTPS, real secrets, no demo account.
        Production = "production",
    }
}

choice! {
    /// The header field that the trusted proxies write.
    ProxyHeader {
        /// `X-Forwarded-For`, with `X-Forwarded-Proto`.
        XForwardedFor = "x-forwarded-for",
        /// `Forwarded` (RFC 7239).
        Forwarded = "forwarded",
    }
}

choice! {
    /// The least important line of the server log that is written.
    Level {
        /// What needs somebody.
        Error = "error",
        /// What may need somebody soon.
        Warn = "warn",
        /// What happened.
        Info = "info",
        /// How it happened.
        Debug = "debug",
        /// Every step.
        Trace = "trace",
    }
}

choice! {
    /// The form of the lines of the security log.
    LogFormat {
        /// Our own JSON.
        Native = "native",
        /// The Elastic Common Schema.
        Ecs = "ecs",
        /// The Open Cybersecurity Schema Framework.
        Ocsf = "ocsf",
        /// The Common Event Format.
        Cef = "cef",
    }
}

/// `[server]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// The address of the API and the pages.
    pub listen: Address,
    /// The address of metrics and health; loopback.
    pub ops_listen: Address,
    /// The data folder.
    pub data: Folder,
    /// What clients call this server by.
    pub public_url: PublicUrl,
    /// Who may speak for a client in `Forwarded` and `X-Forwarded-For`.
    pub trusted_proxies: Networks,
    /// The header field that they write.
    pub proxy_header: ProxyHeader,
    /// Where to report a weakness.
    pub security_contact: Contacts,
}

/// `[log]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// The least important line that is written.
    pub level: Level,
    /// The form of the lines of the security log.
    pub security_format: LogFormat,
    /// How long its closed days are kept.
    pub security_keep: Span<DAY, { 3650 * DAY }>,
}
