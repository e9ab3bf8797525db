//! What the server says of itself: the OpenAPI document, the page made from it, and a page for each refusal.
//!
//! Everything is made once, at the start; a request gets the bytes, or 304. No script is on any page.

pub(crate) mod docs;
pub(crate) mod openapi;
mod page;
mod policy;
pub(crate) mod problem;
pub(crate) mod security_txt;

use aspis_core::refusal::Code;
use page::Page;

use crate::settings::Settings;

/// All pages, ready to be sent.
pub(crate) struct Manual {
    document: Page,
    docs: Page,
    style: Page,
    problems: Vec<(Code, Page)>,
}

impl Manual {
    /// Writes every page for a server with these settings.
    pub(crate) fn new(settings: &Settings) -> Self {
        let document = crate::openapi::document(settings);
        Self {
            docs: Page::html(docs::write(&document, settings)),
            style: Page::file("text/css; charset=utf-8", docs::STYLE_SHEET.as_bytes().to_vec()),
            problems: Code::ALL.iter().map(|code| (*code, Page::html(problem::write(*code)))).collect(),
            document: Page::file("application/json", serde_json::to_vec(&document).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests;
