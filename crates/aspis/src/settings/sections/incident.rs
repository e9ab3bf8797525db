//! What operators do in incidents.

use serde::{Deserialize, Serialize};

use crate::settings::value::Playbooks;

/// `[incident]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// Several actions under one name.
    pub playbooks: Playbooks,
}
