//! What a report and its answer look like.

use std::borrow::Cow;

use aspis_core::scenario::key_leakage::report::MOST;
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, Ref, RefOr, Schema},
};

/// What a scanner has found. It is the document's alone: a report is read when its signature is found good.
pub(super) struct LeakReport;

/// One finding. Members that are not named here are not looked at.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the document alone")]
pub(super) struct LeakedKey {
    /// What was found.
    #[schema(
        min_length = 1,
        max_length = 16384,
        example = "aspis_live_0000000000000000000000000000000000000000000000000"
    )]
    token: String,
    /// What the scanner calls it.
    #[serde(default)]
    #[schema(min_length = 0, max_length = 200, example = "aspis_api_key")]
    r#type: String,
    /// Where it was found.
    #[serde(default)]
    #[schema(min_length = 0, max_length = 16384, example = "https://example.com/a/repository/blob/main/env")]
    url: String,
    /// In what it was found.
    #[serde(default)]
    #[schema(min_length = 0, max_length = 200, example = "content")]
    source: String,
}

/// What each was.
#[derive(Debug, Serialize)]
pub(super) struct LeakAnswer(pub(super) Vec<LeakLabel>);

/// What one was.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LeakLabel {
    /// The SHA-256 of the token, lower hex.
    #[schema(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$")]
    pub(super) token_hash: String,
    /// As it was sent.
    #[schema(min_length = 0, max_length = 200, example = "aspis_api_key")]
    pub(super) token_type: String,
    /// Whether it is or was a key of ours.
    pub(super) label: Label,
}

/// Whether a token is or was a key of ours.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Label {
    /// It is or was; it has ended.
    TruePositive,
    /// It never was, as far as is remembered.
    FalsePositive,
}

/// A list of as many as one report may name.
fn list_of<T: ToSchema>(says: &str) -> RefOr<Schema> {
    let items = Ref::from_schema_name(T::name());
    ArrayBuilder::new().description(Some(says)).items(items).max_items(Some(MOST)).into()
}

impl PartialSchema for LeakReport {
    fn schema() -> RefOr<Schema> {
        list_of::<LeakedKey>("What a scanner has found.")
    }
}

impl ToSchema for LeakReport {
    fn name() -> Cow<'static, str> {
        "LeakReport".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        LeakedKey::schemas(schemas);
        schemas.push((LeakedKey::name().into_owned(), LeakedKey::schema()));
    }
}

impl PartialSchema for LeakAnswer {
    fn schema() -> RefOr<Schema> {
        list_of::<LeakLabel>("What each was, in the order of the report.")
    }
}

impl ToSchema for LeakAnswer {
    fn name() -> Cow<'static, str> {
        "LeakAnswer".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        LeakLabel::schemas(schemas);
        schemas.push((LeakLabel::name().into_owned(), LeakLabel::schema()));
    }
}
