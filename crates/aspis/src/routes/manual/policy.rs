//! What a browser is told about a page: what it may load and run, who may hold it, and where to complain.
//!
//! Only script that carries the nonce of its own answer would run, and none of our pages has any. A nonce is never used
//! twice, also not for the same page.

use aspis_core::chance::{self, Chance};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY},
};

/// Where browsers report to.
const REPORTS: &str = "/csp-report";

/// The fields of every page beside its policy.
const FIELDS: [(HeaderName, &str); 5] = [
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("reporting-endpoints"), "csp=\"/csp-report\""),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
];

/// Nothing of the machine that a page runs on (OWASP HTTP Headers Cheat Sheet), but its owner's passkeys.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), clipboard-read=(), clipboard-write=(), \
    cross-origin-isolated=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), \
    gyroscope=(), hid=(), idle-detection=(), interest-cohort=(), keyboard-map=(), magnetometer=(), microphone=(), \
    midi=(), payment=(), picture-in-picture=(), publickey-credentials-create=(self), \
    publickey-credentials-get=(self), screen-wake-lock=(), serial=(), sync-xhr=(), unload=(), usb=(), web-share=(), xr-spatial-tracking=()";

/// 128 bits that nobody can guess.
pub(super) fn nonce(chance: &dyn Chance) -> String {
    STANDARD.encode(chance::bytes::<16>(chance))
}

/// Sets the fields of a page.
pub(super) fn dress(fields: &mut HeaderMap, nonce: &str) {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; base-uri 'none'; object-src 'none'; form-action 'none'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; report-to csp; report-uri {REPORTS}"
    );
    let policy = HeaderValue::try_from(policy).expect("base64 and these words are visible ASCII");
    fields.insert(CONTENT_SECURITY_POLICY, policy);
    for (name, value) in FIELDS {
        fields.insert(name, HeaderValue::from_static(value));
    }
}
