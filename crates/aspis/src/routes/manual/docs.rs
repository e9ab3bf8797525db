//! `GET /docs`, its style sheet, and `GET /` which leads there.

mod curl;
mod fields;
mod view;

use askama::Template;
use axum::response::IntoResponse;
use axum::response::Redirect;
use serde_json::Value;

use crate::{
    extract::{Answer, Ctx},
    openapi::Doc,
    settings::Settings,
};

pub(crate) const FRONT: Doc = Doc::new("front", "manual", "The way to the manual").redirect();
pub(crate) const DOC: Doc = Doc::new("docs", "manual", "This API as a page for people").file("text/html");
pub(crate) const STYLE: Doc = Doc::new("style", "manual", "The style sheet of the pages").file("text/css");

pub(super) const STYLE_SHEET: &str = include_str!("../../../templates/style.css");

/// The page, from the document alone: what it says is what programs read.
pub(super) fn write(document: &Value, settings: &Settings) -> String {
    view::View::of(document, settings).render().expect("a template of texts alone always renders")
}

pub(crate) async fn front() -> Answer {
    Ok(Redirect::temporary("/docs").into_response())
}

pub(crate) async fn docs(ctx: Ctx) -> Answer {
    Ok(ctx.app.manual.docs.answer(&ctx.headers, ctx.app.chance.as_ref()))
}

pub(crate) async fn style(ctx: Ctx) -> Answer {
    Ok(ctx.app.manual.style.answer(&ctx.headers, ctx.app.chance.as_ref()))
}
