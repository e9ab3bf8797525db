//! What is asked for: one form for HTTP, the control socket and the command line.

use aspis_store::actions::ActionKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::openapi::words;

/// Something to be done in an incident. Which fields are read depends on `action`; any other is an error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IncidentInput)]
pub(crate) struct Ask {
    /// What is to be done.
    #[schema(schema_with = words::incident_action)]
    pub(crate) action: ActionKind,
    /// An address or a network, for `block`, `unblock` and `contain`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 2, max_length = 50, example = "203.0.113.7")]
    pub(crate) network: Option<String>,
    /// For how many seconds a block holds; without it, until it is lifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 60, maximum = 31_536_000, example = 3600)]
    pub(crate) for_s: Option<u64>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 0, max_length = 500)]
    pub(crate) why: Option<String>,
    /// One account, by its identifier or e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 3, max_length = 254)]
    pub(crate) account: Option<String>,
    /// All accounts of a role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::maybe_role)]
    pub(crate) role: Option<String>,
    /// Everybody: that has to be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::incident_scope)]
    pub(crate) scope: Option<String>,
    /// Only sign-ins that began at this moment or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time", min_length = 10, max_length = 32)]
    pub(crate) since: Option<String>,
    /// Also your own sign-in and account, which are spared else.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) me_too: bool,
    /// For `rotate_keys`: tokens that were signed before end at once, instead of living out.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) now: bool,
    /// For `force_password_reset`: whether the API keys of these accounts end too, which is so where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::what_of_keys)]
    pub(crate) keys: Option<String>,
    /// The classes whose limits are tightened; none is all but `static`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(schema_with = words::rate_classes)]
    pub(crate) classes: Vec<String>,
    /// Over how many seconds what was tightened goes back; without it at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 604_800, example = 1800)]
    pub(crate) over_s: Option<u64>,
    /// What people are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 1000)]
    pub(crate) text: Option<String>,
    /// Which playbook is run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::playbook)]
    pub(crate) playbook: Option<String>,
    /// Only say how many would be touched.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) dry_run: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Ask {
    /// Just this.
    pub(crate) fn of(action: ActionKind) -> Self {
        Self { action, ..Self::default() }
    }
}
