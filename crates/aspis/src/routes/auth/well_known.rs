//! `GET /.well-known/change-password` (W3C, A Well-Known URL for Changing Passwords): the way for password managers.

use axum::response::{IntoResponse, Redirect};

use crate::{extract::Answer, openapi::Doc};

pub(crate) const DOC: Doc =
    Doc::new("change_password_page", "accounts", "Where a password is changed: for password managers")
        .redirect();

pub(crate) async fn change_password() -> Answer {
    Ok(Redirect::temporary("/docs#change_password").into_response())
}
