//! What is left of a caller's bytes of the day, on its way from who counted them to the fields that say so.

use std::time::Duration;

/// Put into an answer's extensions, it is announced as `"bytes"` in `RateLimit-Policy` and `RateLimit`
/// (draft-ietf-httpapi-ratelimit-headers-10, quota unit `content-bytes`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Bytes of a day.
    pub limit: u64,
    /// Bytes that are left of them.
    pub left: u64,
    /// Until there are more.
    pub reset: Duration,
}
