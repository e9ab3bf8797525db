//! The demo account: in development alone, with a password of chance.

use aspis_core::event::Source;
use aspis_core::{
    chance::{self, Chance},
    refusal::Code,
    secret::SecretText,
};
use aspis_identity::people::NewPerson;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{App, folder::Folder, is_development};

/// Its address: a name that no mail ever reaches (RFC 2606).
pub(crate) const EMAIL: &str = "demo@example.org";
const FILE: &str = "demo-password";

/// The demo account's password; the account is made where it is missing.
pub(super) async fn ensure(app: &App, folder: &Folder, chance: &dyn Chance) -> Option<String> {
    if !is_development(app) {
        return None;
    }
    if let Some(password) = folder.kept(FILE) {
        return Some(password);
    }
    // Another node's, which knows its password.
    if app.store.accounts.by_email(EMAIL).await.ok()?.is_some() {
        return None;
    }
    let password = URL_SAFE_NO_PAD.encode(chance::bytes::<15>(chance));
    // Kept first: an account whose password nobody knows would be of no use.
    folder.keep(FILE, &password).ok()?;
    let person = NewPerson {
        email: EMAIL.to_owned(),
        password: SecretText::new(password.as_str()),
        full_name: "Demo".to_owned(),
    };
    match app.people.make(person, Source::SERVER).await {
        Ok(_) => Some(password),
        Err(refusal) => {
            // One of two that started at once was faster: this password is nobody's.
            if refusal.code() == Code::EmailTaken {
                folder.forget(FILE);
            }
            None
        }
    }
}
