//! What browsers report of pages whose policy was broken (Content Security Policy 3, 5): counted, and little believed.
//!
//! Anybody can send such a report and write anything into it, so it is cut down to words of closed lists, an origin and a
//! path before anything remembers it. The same thing told again within an hour is one event with a count.

use std::{collections::HashMap, time::Duration};

/// How long the same report is only counted.
const HOUR: Duration = Duration::from_secs(3600);
/// How often what is over is looked for.
const MINUTE: Duration = Duration::from_secs(60);
/// Reports that are told apart; beyond them, all others are one.
const KINDS: usize = 1000;
/// The longest origin or path that is kept, in bytes.
const LENGTH: usize = 120;

/// Every directive that a browser can find broken.
const DIRECTIVES: [&str; 24] = [
    "base-uri",
    "child-src",
    "connect-src",
    "default-src",
    "font-src",
    "form-action",
    "frame-ancestors",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "object-src",
    "prefetch-src",
    "require-trusted-types-for",
    "sandbox",
    "script-src",
    "script-src-attr",
    "script-src-elem",
    "style-src",
    "style-src-attr",
    "style-src-elem",
    "trusted-types",
    "upgrade-insecure-requests",
    "worker-src",
];

/// What a browser writes where no address was blocked, or one that it keeps to itself.
const KEYWORDS: [&str; 13] = [
    "inline",
    "eval",
    "wasm-eval",
    "self",
    "data",
    "blob",
    "filesystem",
    "about",
    "javascript",
    "trusted-types-policy",
    "trusted-types-sink",
    "report-sample",
    "speculation-rules",
];

/// Stands for whatever is none of the words.
const OTHER: &str = "other";

/// One report, cut down to what may be kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Violation {
    /// The directive that was broken.
    pub directive: &'static str,
    /// The origin of what was blocked, or a keyword.
    pub blocked: String,
    /// The path of the page, without query and fragment: those may hold secrets.
    pub page: String,
}

impl Violation {
    /// Cuts a report down. A directive may bring its values along, as browsers of old do.
    pub fn cut(directive: &str, blocked: &str, page: &str) -> Self {
        let word = directive.split([' ', '\t']).next().unwrap_or("");
        let directive = DIRECTIVES.iter().find(|known| **known == word).unwrap_or(&OTHER);
        Self { directive, blocked: origin(blocked), page: path(page) }
    }

    fn others() -> Self {
        Self { directive: OTHER, blocked: OTHER.to_owned(), page: OTHER.to_owned() }
    }
}

/// A keyword, or scheme, host and port of an address.
fn origin(blocked: &str) -> String {
    if blocked.is_empty() {
        return "self".to_owned();
    }
    let scheme = blocked.split(':').next().unwrap_or(blocked);
    if let Some(keyword) = KEYWORDS.iter().find(|keyword| **keyword == scheme) {
        return (*keyword).to_owned();
    }
    match address(blocked) {
        Some((scheme, host, _)) => format!("{scheme}://{host}"),
        None => OTHER.to_owned(),
    }
}

/// The path of a page by its address.
fn path(page: &str) -> String {
    let Some((_, _, rest)) = address(page) else { return OTHER.to_owned() };
    let path = rest.split(['?', '#']).next().unwrap_or("");
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~%".contains(&byte);
    match path {
        "" => "/".to_owned(),
        path if path.len() <= LENGTH && path.bytes().all(letter) => path.to_owned(),
        _ => OTHER.to_owned(),
    }
}

/// Scheme, host with port, and the rest of an address that a browser would load something from.
fn address(text: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let known = ["http", "https", "ws", "wss"].contains(&scheme);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, rest) = rest.split_at(end);
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    let good = !host.is_empty() && host.len() <= LENGTH && host.bytes().all(letter);
    (known && good).then_some((scheme, host, rest))
}

/// One report of its kind, since when, and how many came.
#[derive(Debug, Clone, Copy)]
struct Seen {
    since: Duration,
    count: u64,
}

/// The reports of the last hour.
#[derive(Debug, Default)]
pub struct Violations {
    seen: HashMap<Violation, Seen>,
    looked: Duration,
}

impl Violations {
    /// Takes a report at a time of the clock that never goes back. True where it is the first of its kind for an hour.
    pub fn take(&mut self, violation: Violation, now: Duration) -> Option<Violation> {
        let full = self.seen.len() >= KINDS && !self.seen.contains_key(&violation);
        let violation = if full { Violation::others() } else { violation };
        let seen = self.seen.entry(violation.clone()).or_insert(Seen { since: now, count: 0 });
        seen.count = seen.count.saturating_add(1);
        (seen.count == 1).then_some(violation)
    }

    /// What came again within its hour, now that the hour is over: how often in all. To be asked often; it looks once a
    /// minute.
    pub fn over(&mut self, now: Duration) -> Vec<(Violation, u64)> {
        if now.saturating_sub(self.looked) < MINUTE {
            return Vec::new();
        }
        self.looked = now;
        let over = self.seen.extract_if(|_, seen| now.saturating_sub(seen.since) >= HOUR);
        over.filter(|(_, seen)| seen.count > 1).map(|(violation, seen)| (violation, seen.count)).collect()
    }
}

#[cfg(test)]
mod tests;
