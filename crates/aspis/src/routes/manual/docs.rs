// TEMPORARY: overwrite
use crate::{extract::Answer, openapi::Doc};
pub(crate) const DOC: Doc = Doc::new("docs", "", "");
pub(crate) async fn docs() -> Answer { Ok(axum::response::Response::default()) }
pub(crate) const FRONT: Doc = Doc::new("front", "", "");
pub(crate) const STYLE: Doc = Doc::new("style", "", "");
pub(crate) async fn front() -> Answer { Ok(axum::response::Response::default()) }
pub(crate) async fn style() -> Answer { Ok(axum::response::Response::default()) }
