//! Exemptions as the wire shows them.

use aspis_core::exemption::Exemption;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{openapi::words, routes::words::Moment};

/// The exemptions that hold.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExemptionsOutput {
    /// Oldest first.
    #[schema(max_items = 1000)]
    pub(crate) exemptions: Vec<ExemptionOutput>,
}

/// Somebody who is excused from a rule, for a time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExemptionOutput {
    /// Its identifier.
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    pub(crate) id: String,
    /// What kind of somebody.
    #[schema(schema_with = words::excused)]
    pub(crate) whom: &'static str,
    /// Which: a network, or an identifier.
    #[schema(min_length = 2, max_length = 50, example = "203.0.113.0/24")]
    pub(crate) name: String,
    /// From what: a safeguard, or one rule of it.
    #[schema(min_length = 3, max_length = 100, example = "rate.prices")]
    pub(crate) rule: String,
    /// Since when.
    pub(crate) since: Moment,
    /// Until when.
    pub(crate) until: Moment,
    /// Why.
    #[schema(max_length = 500)]
    pub(crate) why: String,
    /// Who granted it.
    #[schema(max_length = 300)]
    pub(crate) who: String,
}

impl From<&Exemption> for ExemptionOutput {
    fn from(exemption: &Exemption) -> Self {
        Self {
            id: exemption.id.to_string(),
            whom: exemption.whom.kind(),
            name: exemption.whom.name(),
            rule: exemption.scope.as_str().to_owned(),
            since: exemption.since.into(),
            until: exemption.until.into(),
            why: exemption.why.clone(),
            who: exemption.who.clone(),
        }
    }
}
