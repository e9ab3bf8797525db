//! `GET /api/v1/admin/config`

use aspis_core::refusal::Code;
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Operator},
    openapi::{Doc, json, words},
    settings::{Origin, Shown},
};

pub(crate) const DOC: Doc = Doc::new(
    "config",
    "operators",
    "Every setting that is in force, where it comes from, and when a change of it counts; no secret is shown",
)
.ok(json::<ConfigOutput>)
.refuses(&[Code::Unavailable]);

/// The settings of this server.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConfigOutput {
    /// By key.
    #[schema(max_items = 2000)]
    settings: Vec<SettingOutput>,
}

/// One setting.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettingOutput {
    /// Its dotted key.
    #[schema(min_length = 1, max_length = 100, example = "rate.login")]
    key: String,
    /// Its value as a settings file writes it; `"***"` where it is secret and set.
    #[schema(min_length = 1, max_length = 1_000_000, example = "\"5/minute\"")]
    value: String,
    /// When a change of it counts.
    #[schema(schema_with = words::change_counts)]
    change: String,
    /// Which layer it comes from.
    #[schema(schema_with = words::layer)]
    from: &'static str,
    /// Where there: a file and its line, a variable, a flag.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 5000, example = "aspis.toml:12")]
    place: Option<String>,
}

impl From<Shown> for SettingOutput {
    fn from(shown: Shown) -> Self {
        let from = match &shown.origin {
            None => "default",
            Some(Origin::File { .. }) => "file",
            Some(Origin::Environment { .. }) => "environment",
            Some(Origin::Flag { .. }) => "flag",
        };
        let place = shown.origin.map(|origin| origin.to_string());
        Self { key: shown.key, value: shown.value, change: shown.effect.to_string(), from, place }
    }
}

pub(crate) async fn config(_: Operator, ctx: Ctx) -> Answer {
    let settings = ctx.app.shown_settings()?.into_iter().map(SettingOutput::from).collect();
    Ok(Json(ConfigOutput { settings }).into_response())
}
