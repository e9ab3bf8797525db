//! The cookies of a browser: its session and what tells its device the next time (RFC 6265bis).
//!
//! Over plain http, which only development speaks, `__Host-` and `Secure` are left out: browsers refuse them there.

use aspis_core::secret::SecretText;
use aspis_guard::cookie::Cookie;
use aspis_identity::people::BrowserSession;
use axum::response::Response;
use http::{HeaderName, HeaderValue, header::SET_COOKIE};

use crate::extract::Ctx;

/// 400 days: browsers keep no cookie longer.
const DEVICE_LIFE: u64 = 34_560_000;
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// Hands a session out.
pub(super) fn session(response: &mut Response, session: &BrowserSession, https: bool) {
    set(response, Cookie::Session, session.cookie.expose(), session.expires_in, https);
}

/// Hands a device token out.
pub(super) fn device(response: &mut Response, token: &SecretText, https: bool) {
    set(response, Cookie::Device, token.expose(), DEVICE_LIFE, https);
}

/// Takes a session back, with what the browser kept of it. Not all cookies: the one that tells the device stays, or
/// whoever signs out could be locked out from then on.
pub(super) fn end_session(response: &mut Response, https: bool) {
    set(response, Cookie::Session, "", 0, https);
    response.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\", \"storage\""));
}

/// The device token that a browser sent.
pub(super) fn sent_device(ctx: &Ctx) -> Option<SecretText> {
    Cookie::Device.read(&ctx.headers, ctx.passage.https).ok().flatten().map(SecretText::new)
}

fn set(response: &mut Response, cookie: Cookie, value: &str, life: u64, https: bool) {
    let secure = if https { "; Secure" } else { "" };
    let name = cookie.name(https);
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={life}{secure}");
    if let Ok(mut field) = HeaderValue::try_from(text) {
        field.set_sensitive(true);
        response.headers_mut().append(SET_COOKIE, field);
    }
}
