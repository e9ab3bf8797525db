//! Words of the wire of which there are only a few, for fields whose Rust type is a text.

use aspis_core::scope::Scope;
use aspis_guard::surface::Class;
use aspis_store::actions::ActionKind;
use utoipa::openapi::{Array, Object, ObjectBuilder, Type, schema::ArrayBuilder};

use crate::routes::market::{bulk, history::INTERVALS};

/// The length of a bar.
pub(crate) fn interval() -> Object {
    one_of("The length of a bar.", &INTERVALS.iter().map(|(word, _)| *word).collect::<Vec<_>>())
}

/// The lengths of bars that an asset has.
pub(crate) fn intervals() -> Array {
    ArrayBuilder::new()
        .description(Some("The intervals of its history."))
        .items(interval())
        .min_items(Some(1))
        .max_items(Some(INTERVALS.len()))
        .build()
}

/// The form of an export.
pub(crate) fn format() -> Object {
    one_of("How the rows are written.", &bulk::format_words())
}

/// What an account may do.
pub(crate) fn role() -> Object {
    one_of("What the account may do.", &["user", "admin"])
}

/// The same, where it may be left out.
pub(crate) fn maybe_role() -> Object {
    one_of("All accounts of this role.", &["user", "admin"])
}

/// What is done in an incident.
pub(crate) fn incident_action() -> Object {
    one_of("What is done.", &ActionKind::ALL.map(ActionKind::word))
}

/// Who is meant, where it is everybody.
pub(crate) fn incident_scope() -> Object {
    one_of("Everybody: that has to be said.", &["everybody"])
}

/// What becomes of API keys.
pub(crate) fn what_of_keys() -> Object {
    one_of("Whether API keys end too.", &["revoke", "keep"])
}

/// When a change of a setting counts.
pub(crate) fn change_counts() -> Object {
    one_of("When a change of it counts.", &["reload", "restart"])
}

/// Where a setting comes from.
pub(crate) fn layer() -> Object {
    one_of("Which layer it comes from.", &["default", "file", "environment", "flag"])
}

/// What is done to one account.
pub(crate) fn account_change() -> Object {
    let changes =
        ["disable", "enable", "remove_factors", "end_sign_ins", "force_password_reset", "end_api_keys"];
    one_of("What is done to it.", &changes)
}

/// Classes of routes.
pub(crate) fn rate_classes() -> Array {
    let words: Vec<_> = Class::ALL.iter().map(|class| class.word()).collect();
    ArrayBuilder::new()
        .description(Some("The classes whose limits are tightened; none is all but `static`."))
        .items(one_of("A class of routes.", &words))
        .max_items(Some(words.len()))
        .build()
}

/// The playbooks.
pub(crate) fn playbook() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("Which playbook is run: one that is shipped, or one of `incident.playbooks`."))
        .pattern(Some("^[a-z0-9_]+$"))
        .min_length(Some(1))
        .max_length(Some(64))
        .build()
}

/// Who made a block.
pub(crate) fn hand() -> Object {
    one_of("Who made it.", &["operator", "automatic"])
}

/// Who is excused.
pub(crate) fn excused() -> Object {
    one_of("What kind of somebody.", &["client", "account", "key"])
}

/// Where a refusal is known from.
pub(crate) fn explained_by() -> Object {
    one_of("Where it is known from.", &["memory", "log"])
}

/// What became of a verdict.
pub(crate) fn carried_out() -> Object {
    one_of("Whether it was carried out.", &["enforced", "observed", "exempt"])
}

/// When a new value of a setting counts.
pub(crate) fn effect() -> Object {
    one_of("When a new value counts.", &["reload", "restart"])
}

/// Which way a trade went.
pub(crate) fn side() -> Object {
    one_of("Which way it went.", &["buy", "sell"])
}

/// The kind of a token.
pub(crate) fn token_type() -> Object {
    one_of("The kind of the access token.", &["Bearer", "DPoP"])
}

/// What an API key may do.
pub(crate) fn scopes() -> Array {
    let words: Vec<_> = Scope::ALL.iter().map(|scope| scope.word()).collect();
    ArrayBuilder::new()
        .description(Some("What it may do."))
        .items(one_of("A scope. None holds another.", &words))
        .min_items(Some(1))
        .max_items(Some(words.len()))
        .build()
}

/// What became of a row of prices.
pub(crate) fn verdict() -> Object {
    one_of("What became of it.", &["accepted", "known", "quarantined", "refused"])
}

/// What is reviewed.
pub(crate) fn review_subject() -> Object {
    one_of("What it is about.", &["price", "prediction"])
}

/// How much an alert matters.
pub(crate) fn severity() -> Object {
    one_of("How much it matters.", &["info", "warning", "critical"])
}

/// What an alert is about.
pub(crate) fn alert_subject() -> Object {
    one_of("What kind of thing it is about.", &["server", "client", "account", "key", "named"])
}

/// What is known of what is reviewed.
pub(crate) fn review_facts() -> Object {
    ObjectBuilder::new()
        .description(Some("What is known of it."))
        .schema_type(Type::Object)
        .max_properties(Some(100))
        .build()
}

/// How a review stands.
pub(crate) fn review_state() -> Object {
    one_of("How it stands.", &["open", "approved", "rejected"])
}

/// What a source of prices is doing.
pub(crate) fn source_state() -> Object {
    let words = ["waiting", "running", "backing_off", "unreachable", "banned", "failing"];
    one_of("What it is doing.", &words)
}

/// Assets by their names.
pub(crate) fn asset_names() -> Array {
    texts("The assets that it is asked for.", 0, 200, [1, 12])
}

/// Networks that an account may act from.
pub(crate) fn networks() -> Array {
    texts("CIDRs such as `203.0.113.0/24`, or single addresses; none is everywhere.", 0, 64, [2, 50])
}

/// An API key, which is shown once.
pub(crate) fn api_key() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("The key itself. It is shown this once."))
        .min_length(Some(60))
        .max_length(Some(60))
        .pattern(Some("^aspis_live_[0-9A-Za-z]{49}$"))
        .examples(["aspis_live_0000000000000000000000000000000000000000000000000"])
        .build()
}

/// One-use codes, where there are any to be shown.
pub(crate) fn first_recovery_codes() -> Array {
    texts(
        "Where it is the first: one-use codes for the day it is lost. They are shown this once.",
        0,
        10,
        CODE,
    )
}

/// One-use codes.
pub(crate) fn recovery_codes() -> Array {
    texts("Each opens once.", 10, 10, CODE)
}

/// What a browser's passkey API takes.
pub(crate) fn passkey_options() -> Object {
    object("`publicKey` for `navigator.credentials`, in the JSON form of WebAuthn.")
}

/// What a browser's passkey API gives.
pub(crate) fn passkey_credential() -> Object {
    object("What `credential.toJSON()` gives.")
}

/// An object of another specification: how many members it may have is all that is said of it here.
fn object(description: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(description))
        .max_properties(Some(100))
        .build()
}

/// The length of a recovery code, as it is shown.
const CODE: [usize; 2] = [34, 34];

fn texts(description: &str, fewest: usize, most: usize, [shortest, longest]: [usize; 2]) -> Array {
    let one =
        ObjectBuilder::new().schema_type(Type::String).min_length(Some(shortest)).max_length(Some(longest));
    ArrayBuilder::new()
        .description(Some(description))
        .items(one.build())
        .min_items(Some(fewest))
        .max_items(Some(most))
        .build()
}

fn one_of(description: &str, words: &[&str]) -> Object {
    ObjectBuilder::new()
        .description(Some(description))
        .schema_type(Type::String)
        .enum_values(Some(words.iter().copied()))
        .build()
}
