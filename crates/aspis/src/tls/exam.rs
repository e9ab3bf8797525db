//! A look at the certificate of the settings, for commands: what would stop the start, and what clients would refuse.

use std::path::Path;

use aspis_core::clock::Timestamp;
use http::Uri;

use super::{Flaw, acme, pair::Pair};
use crate::settings::Settings;

/// What was seen of it; nothing where there is none, where none was fetched yet, or where all is well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Exam {
    /// Why the start would be refused.
    pub(crate) refused: Option<String>,
    /// What is wrong with it now.
    pub(crate) flaws: Vec<Flaw>,
}

/// Looks at it as the start does.
pub(crate) fn exam(settings: &Settings, data: &Path, now: Timestamp) -> Exam {
    let leaf = match (settings.tls.certificate.get(), settings.tls.key.get()) {
        (Some(certificate), Some(key)) => {
            Pair::read(certificate, key).map(|pair| Some(pair.leaf)).map_err(|error| error.to_string())
        }
        _ if settings.acme.domains.as_slice().is_empty() => Ok(None),
        // What was kept and cannot be read stops no start: another one is fetched.
        _ => acme::judge(settings)
            .map(|()| acme::kept(settings, data).ok().flatten())
            .map_err(|error| error.to_string()),
    };
    match leaf {
        Ok(leaf) => {
            let flaws = leaf.map(|leaf| leaf.flaws(&called(settings), now)).unwrap_or_default();
            Exam { refused: None, flaws }
        }
        Err(why) => Exam { refused: Some(why), flaws: Vec::new() },
    }
}

/// The names that clients call the server by, as far as the settings say.
pub(super) fn called(settings: &Settings) -> Vec<String> {
    let public = settings.server.public_url.get().and_then(|url| url.parse::<Uri>().ok());
    let host = public.as_ref().and_then(Uri::host).map(|host| host.trim_matches(['[', ']']).to_owned());
    let mut names = settings.acme.domains.as_slice().to_vec();
    let more = host.filter(|host| !names.contains(host));
    names.extend(more);
    names
}
