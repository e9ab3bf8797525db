// TEMPORARY: overwrite
use crate::{extract::Answer, openapi::Doc};
pub(crate) const DOC: Doc = Doc::new("openapi", "", "");
pub(crate) async fn openapi() -> Answer { Ok(axum::response::Response::default()) }
