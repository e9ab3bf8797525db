//! `GET /.well-known/security.txt` (RFC 9116): where to report a weakness.

use std::time::Duration;

use aspis_core::{
    clock::Timestamp,
    refusal::{Code, Refusal},
};

use super::page::Page;
use crate::{
    extract::{Answer, Ctx},
    openapi::Doc,
    settings::Server,
};

pub(crate) const DOC: Doc =
    Doc::new("security_txt", "manual", "Where to report a weakness (RFC 9116); 404 where nobody is named")
        .file("text/plain")
        .refuses(&[Code::NotFound]);

/// Under the year that the standard recommends as the most, and told anew with each day that the server runs.
const GOOD_FOR: Duration = Duration::from_secs(180 * DAY);
const DAY: u64 = 86_400;

pub(crate) async fn security_txt(ctx: Ctx) -> Answer {
    let settings = ctx.app.live();
    let server = &settings.server;
    if server.security_contact.as_slice().is_empty() {
        return Err(
            Refusal::because(Code::NotFound, "This server names nobody: server.security_contact.").into()
        );
    }
    let page = Page::file("text/plain; charset=utf-8", text(server, ctx.passage.now).into_bytes());
    Ok(page.answer(&ctx.headers, ctx.app.chance.as_ref()))
}

fn text(server: &Server, now: Timestamp) -> String {
    let contacts = server.security_contact.as_slice().iter().map(|contact| format!("Contact: {contact}\n"));
    let today = Timestamp::from_seconds(now.seconds() - now.seconds().rem_euclid(DAY.cast_signed()));
    let expires = format!("Expires: {}\n", today.plus(GOOD_FOR));
    let canonical =
        server.public_url.get().map(|origin| format!("Canonical: {origin}/.well-known/security.txt\n"));
    contacts.chain([expires]).chain(canonical).collect()
}
