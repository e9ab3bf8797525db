//! What operators say of an asset: the one text that may hold a little markup, and what of it is kept.
//!
//! It is cleaned before it is stored, by parsing it as a browser would and writing anew what is on a short list: what is
//! kept holds nothing that runs, loads, or looks like another part of a page. Deliberately not here: who may say it, and
//! pages that show it.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};
use aspis_core::refusal::{Code, Refusal};

/// The most code points of a description, as it is sent and as it is kept.
pub const MOST: usize = 2000;

/// Elements that stay: they show text in another way, and nothing else. (Not `pre`, of which each reading takes a line.)
const ELEMENTS: [&str; 13] =
    ["a", "b", "blockquote", "br", "code", "em", "i", "li", "ol", "p", "strong", "u", "ul"];

/// What a link says of itself: the page it leads to learns nothing of ours and cannot reach it, and nobody gains a
/// better rank by being named here.
const LINKS: &str = "noopener noreferrer nofollow";

/// Everything that is not on a list goes. Of script and style the text goes as well: it was never meant to be read.
static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::empty();
    cleaner
        .tags(HashSet::from(ELEMENTS))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .generic_attributes(HashSet::new())
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .url_schemes(HashSet::from(["https"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some(LINKS));
    cleaner
});

/// How often a text is read again at most until it stays as it is. Twice is enough for all but what is made to need more.
const READINGS: usize = 8;

/// What is kept of a text: nothing, where nothing is left to be read.
pub fn kept(text: &str) -> Result<Option<String>, Refusal> {
    bounded(text, "must have at most 2000 characters")?;
    let clean = settled(text)?;
    Ok((!clean.is_empty()).then_some(clean))
}

/// Cleaned until whoever reads it finds what is written: elements that cannot stand in one another are moved by every
/// reader, and what was moved is looked at again.
fn settled(text: &str) -> Result<String, Refusal> {
    let mut before = text.to_owned();
    for _ in 0..READINGS {
        let after = cleaned(&before)?;
        if after == before {
            return Ok(after);
        }
        before = after;
    }
    let detail = "must have elements that can stand in one another";
    Err(Refusal::field(Code::InvalidInput, "description", "markup", detail))
}

fn cleaned(text: &str) -> Result<String, Refusal> {
    let clean = CLEANER.clean(text).to_string();
    let clean = clean.trim();
    let detail =
        "must have at most 2000 characters once it is cleaned: <, > and & are longer, and so are links";
    bounded(clean, detail)?;
    Ok(clean.to_owned())
}

fn bounded(text: &str, detail: &str) -> Result<(), Refusal> {
    if text.chars().take(MOST + 1).count() <= MOST {
        return Ok(());
    }
    Err(Refusal::field(Code::InvalidInput, "description", "length", detail))
}

#[cfg(test)]
mod tests;
