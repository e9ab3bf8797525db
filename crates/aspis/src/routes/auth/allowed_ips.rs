//! The networks that an account may act from.

pub(crate) mod get;
pub(crate) mod put;

use ipnet::IpNet;
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::words;

/// The networks that the account may act from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AllowedIps {
    /// CIDRs; none is everywhere.
    #[schema(schema_with = words::networks)]
    allowed_ips: Vec<String>,
}

impl From<Vec<IpNet>> for AllowedIps {
    fn from(networks: Vec<IpNet>) -> Self {
        Self { allowed_ips: networks.iter().map(ToString::to_string).collect() }
    }
}
