//! `GET /openapi.json`

use crate::{
    extract::{Answer, Ctx},
    openapi::Doc,
};

pub(crate) const DOC: Doc =
    Doc::new("openapi", "manual", "This API as an OpenAPI 3.1 document").file("application/json");

pub(crate) async fn openapi(ctx: Ctx) -> Answer {
    Ok(ctx.app.manual.document.answer(&ctx.headers, ctx.app.chance.as_ref()))
}
