//! Actions and blocks as the wire shows them, on HTTP and on the command line alike.

use aspis_core::block::Block;
use aspis_store::actions::{Action, ActionKind};
use serde::Serialize;
use utoipa::ToSchema;

use super::Carried;
use crate::{openapi::words, routes::words::Moment};

/// What was done, or would be.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CarriedOutput {
    /// True when nothing was done.
    dry_run: bool,
    /// What was done, in its order: of a playbook itself and then its parts.
    #[schema(max_items = 1000)]
    pub(crate) actions: Vec<ActionOutput>,
}

/// One thing that an operator did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionOutput {
    /// Its identifier.
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    pub(crate) id: String,
    /// What was done.
    #[schema(schema_with = words::incident_action)]
    pub(crate) action: &'static str,
    /// On what: a network, `everybody`, a role, an account, classes, the name of a playbook.
    #[schema(max_length = 300)]
    pub(crate) scope: String,
    /// Who did it.
    #[schema(max_length = 300)]
    pub(crate) who: String,
    /// When.
    pub(crate) at: Moment,
    /// When it ends by itself.
    #[schema(required = true)]
    pub(crate) until: Option<Moment>,
    /// Why.
    #[schema(max_length = 500)]
    pub(crate) why: String,
    /// How many it touched: accounts, sign-ins, keys or networks, whatever it is about.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    pub(crate) touched: u64,
    /// API keys that it ended beside that; only where it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    pub(crate) keys_ended: Option<u64>,
    /// API keys of those accounts that stay good; only where it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    pub(crate) keys_kept: Option<u64>,
    /// True while it can be taken back.
    pub(crate) undoable: bool,
    /// When it was taken back.
    #[schema(required = true)]
    pub(crate) undone: Option<Moment>,
    /// By whom.
    #[schema(required = true, max_length = 300)]
    pub(crate) undone_by: Option<String>,
    /// The playbook it was part of.
    #[schema(required = true, format = "uuid", min_length = 36, max_length = 36)]
    pub(crate) part_of: Option<String>,
}

impl From<Action> for ActionOutput {
    fn from(action: Action) -> Self {
        let undoable = action.kind.is_undoable() && action.undone.is_none();
        let (undone, undone_by) = action.undone.unzip();
        Self {
            id: action.id.to_string(),
            action: action.kind.word(),
            scope: action.scope,
            who: action.who,
            at: action.at.into(),
            until: action.until.map(Moment::from),
            why: action.why,
            touched: action.touched,
            keys_ended: None,
            keys_kept: None,
            undoable,
            undone: undone.map(Moment::from),
            undone_by,
            part_of: action.part_of.map(|whole| whole.to_string()),
        }
    }
}

impl From<Carried> for CarriedOutput {
    fn from(carried: Carried) -> Self {
        let actions = carried.orders.into_iter().zip(&carried.done).map(|(order, done)| {
            let of_keys = order.action.kind == ActionKind::ForcePasswordReset;
            let shown = ActionOutput::from(Action { touched: done.touched, ..order.action });
            ActionOutput {
                keys_ended: of_keys.then_some(done.keys.len() as u64),
                keys_kept: of_keys.then_some(done.kept),
                ..shown
            }
        });
        Self { dry_run: carried.dry, actions: actions.collect() }
    }
}

impl CarriedOutput {
    /// What was taken back.
    pub(crate) fn undone(actions: Vec<Action>, dry_run: bool) -> Self {
        Self { dry_run, actions: actions.into_iter().map(ActionOutput::from).collect() }
    }
}

/// A network that is shut out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BlockOutput {
    /// Which network.
    #[schema(min_length = 2, max_length = 50, example = "203.0.113.7/32")]
    pub(crate) network: String,
    /// Who made it: an operator, for everything; or the server by itself, which spares who was good before.
    #[schema(schema_with = words::hand)]
    pub(crate) by: &'static str,
    /// The operator, or the rule.
    #[schema(max_length = 300)]
    pub(crate) who: String,
    /// Why.
    #[schema(max_length = 500)]
    pub(crate) why: String,
    /// Since when.
    pub(crate) since: Moment,
    /// Until when; null is until it is lifted.
    #[schema(required = true)]
    pub(crate) until: Option<Moment>,
}

impl From<&Block> for BlockOutput {
    fn from(block: &Block) -> Self {
        Self {
            network: block.network.to_string(),
            by: block.hand.word(),
            who: block.who.clone(),
            why: block.why.clone(),
            since: block.since.into(),
            until: block.until.map(Moment::from),
        }
    }
}
