//! Explaining a refusal while the server runs.

use aspis_core::{
    ids::RequestId,
    refusal::{Code, Refusal},
};

use super::App;
use crate::explain::{self, ExplainedOutput};

impl App {
    /// What is known of a request's refusals; where nothing is, how far back anything is.
    pub(crate) async fn explain(&self, request: RequestId) -> Result<ExplainedOutput, Refusal> {
        let settings = self.live().clone();
        let remembered = explain::remembered(self.recent.of(request), &settings);
        let request_id = request.to_string();
        if !remembered.is_empty() {
            return Ok(ExplainedOutput { request_id, from: "memory", refusals: remembered });
        }
        let data = settings.server.data.as_path().to_owned();
        let reading = move || {
            let refusals = explain::logged(&data, request, &settings)?;
            let since = if refusals.is_empty() { explain::log_since(&data)? } else { None };
            Ok((refusals, since))
        };
        let (refusals, since) = self.readings.run(reading).await?;
        if refusals.is_empty() {
            let said = explain::unknown(Some(self.recent.since()), since.as_deref());
            return Err(Refusal::because(Code::NotFound, said));
        }
        Ok(ExplainedOutput { request_id, from: "log", refusals })
    }
}
