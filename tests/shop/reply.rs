//! An answer, read in the ways tests read it.

use bytes::Bytes;
use http::response::Parts;
use serde_json::Value;

/// An answer with its whole body, or the error that cut it short.
pub(crate) struct Reply {
    pub(super) head: Parts,
    pub(super) body: Result<Bytes, axum::Error>,
}

impl Reply {
    /// The status.
    pub(crate) fn status(&self) -> u16 {
        self.head.status.as_u16()
    }

    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Every header that is text.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.head.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }

    /// Every cookie that it sets, as it is written.
    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        self.headers().filter(|(name, _)| *name == "set-cookie").map(|(_, value)| value).collect()
    }

    /// The value of a cookie that it sets.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.set_cookies().iter().find_map(|set| {
            let (pair, _) = set.split_once(';')?;
            let (known, value) = pair.split_once('=')?;
            (known == name).then(|| value.to_owned())
        })
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(self.body.as_ref().unwrap()).into_owned()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(self.body.as_ref().unwrap())
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The stable word of a refusal.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or("").to_owned()
    }

    /// Status and word together.
    pub(crate) fn refusal(&self) -> (u16, String) {
        (self.status(), self.code())
    }

    /// The fields that were named as wrong.
    pub(crate) fn fields(&self) -> Vec<String> {
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["field"].as_str().unwrap_or("").to_owned()).collect()
    }
}
