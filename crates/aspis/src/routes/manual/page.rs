//! One page that never changes while the server runs: its bytes, its name (`ETag`), and its headers.

use aspis_core::chance::Chance;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
};
use sha2::{Digest, Sha256};

use super::policy;

/// Kept, and asked about each time: a new binary is seen at once.
const KEEP: HeaderValue = HeaderValue::from_static("no-cache");

pub(super) struct Page {
    bytes: Bytes,
    media_type: &'static str,
    etag: HeaderValue,
    is_html: bool,
}

impl Page {
    pub(super) fn html(text: String) -> Self {
        Self { is_html: true, ..Self::file("text/html; charset=utf-8", text.into_bytes()) }
    }

    pub(super) fn file(media_type: &'static str, bytes: Vec<u8>) -> Self {
        let mut half = [0; 16];
        half.copy_from_slice(&Sha256::digest(&bytes)[..16]);
        let name = format!("\"{:032x}\"", u128::from_be_bytes(half));
        let etag = HeaderValue::try_from(name).expect("hexadecimal digits in quotes are visible ASCII");
        Self { bytes: bytes.into(), media_type, etag, is_html: false }
    }

    /// The page, or 304 for a caller whose copy is the same.
    pub(super) fn answer(&self, request: &HeaderMap, chance: &dyn Chance) -> Response {
        let mut response = if self.is_known(request) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ([(CONTENT_TYPE, self.media_type)], self.bytes.clone()).into_response()
        };
        let fields = response.headers_mut();
        fields.insert(ETAG, self.etag.clone());
        fields.insert(CACHE_CONTROL, KEEP);
        if self.is_html {
            policy::dress(fields, &policy::nonce(chance));
        }
        response
    }

    /// What is sent.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// RFC 9110, 13.1.2: a list of names, each perhaps marked weak, or `*`.
    fn is_known(&self, request: &HeaderMap) -> bool {
        let lists = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut names = lists.flat_map(|list| list.split(',')).map(str::trim);
        names.any(|name| {
            name == "*" || name.strip_prefix("W/").unwrap_or(name).as_bytes() == self.etag.as_bytes()
        })
    }
}
