//! How prices are judged that come from sources.

use serde::{Deserialize, Serialize};

use crate::settings::value::{Share, Whole};

/// `[ingest]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ingest {
    /// Rows of one call.
    pub rows: Whole<usize, 1, 10_000>,
    /// The step that is held however quiet the market.
    pub step_over: Share,
    /// The step that is held, in the robust sigmas of its source.
    pub step_sigmas: Whole<u32, 3, 1000>,
    /// The change against the last accepted price that a person looks at.
    pub review_over: Share,
    /// What two sources may always differ by.
    pub cross_over: Share,
    /// Wrong prices among the last twenty that cost a source its vote.
    pub distrust_after: Whole<usize, 1, 20>,
    /// Equal prices in a row that freeze an asset.
    pub frozen_after: Whole<u32, 2, 1000>,
    /// Rows in a row that agree, after which a held step is believed.
    pub release_after: Whole<u32, 2, 20>,
    /// The same for a change that a person looks at.
    pub release_review_after: Whole<u32, 2, 20>,
}
