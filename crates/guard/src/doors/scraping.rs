//! Does a stranger walk the whole data set, one request after the other?
//!
//! Asked of strangers who read prices, and of nobody else: who signed in has a quota, and an answer that names them. Of
//! them only a honey asset is told.

use std::{borrow::Cow, hash::RandomState, sync::Arc};

use aspis_core::{
    event::{Event, Kind},
    principal::Principal,
    refusal::{Bound, Code, Refusal, Rule},
    scenario::data_scraping::{
        enumeration::{self, Ask, Enumeration, Opinion},
        honey::{Honey, Name},
    },
};
use http::{HeaderMap, request};

use crate::{
    corridor::{Guest, Shared},
    door::{Door, DoorName},
    doors::challenge,
    modes::Mode,
    passage::Passage,
    percent,
    surface::Class,
};

/// What is watched of strangers who read prices.
#[derive(Clone)]
pub struct Watch {
    /// What each of them has asked for lately.
    pub enumeration: Arc<Enumeration<RandomState>>,
    /// What is made of it.
    pub rules: enumeration::Rules,
    /// Names that nobody has from us.
    pub honey: Arc<Honey>,
    /// True for the name of an asset that is served, in capitals. This crate knows no market.
    pub known_asset: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    /// Rows of a usual page: whoever asks for more at once pages as well, in fewer steps.
    pub page_rows: usize,
}

pub(crate) struct Scraping;

impl Door for Scraping {
    fn name(&self) -> DoorName {
        DoorName::Scraping
    }

    fn pass(&self, shared: &Shared, head: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        if passage.principal != Principal::Nobody {
            listen(shared, head, passage);
            return Ok(());
        }
        if reads_prices(shared, passage) { self.watch(shared, head, passage) } else { Ok(()) }
    }
}

impl Scraping {
    /// Apart, so that who is signed in passes by without making room for it.
    #[inline(never)]
    fn watch(&self, shared: &Shared, head: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        if is_embedded(&head.headers, passage.page.guest) {
            let said = "A page of another site asks for this without reading it.";
            return Err(Refusal::because(Code::ForgedRequest, said).by(Rule::named("scraping.embedded")));
        }
        let watch = &shared.parts.scraping;
        let name = Name::of(passage.param("asset"));
        let page = head.uri.query().and_then(|query| page(query, watch.page_rows));
        let ask = name.map(|name| Ask { name, kind: watch.kind(&name), page: page.as_deref() });
        let opinion = watch.enumeration.judge_by(&watch.rules, passage.client, ask.as_ref(), passage.uptime);
        passage.note(|noted| {
            (noted.score, noted.suspected) = (Some(opinion.signs.score()), opinion.suspected);
        });
        if let Some(name) = name.filter(|_| opinion.touched_honey) {
            let rule = Rule { place: Some(name.as_str().to_owned()), ..Rule::named(HONEY) };
            tell(shared, passage, Kind::HoneyAssetAsked, rule);
        }
        if opinion.is_news {
            tell(shared, passage, Kind::EnumerationSeen, rule(opinion, &watch.rules));
        }
        if !opinion.suspected {
            return Ok(());
        }
        challenge::required(shared, head, passage, self.name(), || rule(opinion, &watch.rules))
    }
}

impl Watch {
    /// A name that is served is never honey, whatever the list says.
    fn kind(&self, name: &Name) -> enumeration::Kind {
        if (self.known_asset)(name.as_str()) {
            enumeration::Kind::Known
        } else if self.honey.holds(name) {
            enumeration::Kind::Honey
        } else {
            enumeration::Kind::Unknown
        }
    }
}

const HONEY: &str = "scraping.honey_assets";
const SCORE: &str = "scraping.score";

fn rule(opinion: Opinion, rules: &enumeration::Rules) -> Rule {
    let signs = opinion.signs;
    // From so many signs on: one fewer is let in.
    let limit = u64::from(rules.score.saturating_sub(1));
    Rule {
        place: Some(signs.to_string()),
        count: Some(u64::from(signs.score())),
        bound: Some(Bound { limit, window_s: Some(rules.window.as_secs()) }),
        ..Rule::named(SCORE)
    }
}

/// By the class of the route, or because it tells of one asset.
fn reads_prices(shared: &Shared, passage: &Passage) -> bool {
    let class = passage.row().map(|row| shared.parts.surface.rows()[row].class);
    matches!(class, Some(Class::Prices | Class::Predict)) || !passage.param("asset").is_empty()
}

/// Tells of a member or a key that asks for what no page of ours names. An operator may look at the own bait.
fn listen(shared: &Shared, head: &request::Parts, passage: &Passage) {
    let watch = &shared.parts.scraping;
    let in_query = || watch.honey.find(&asset(head.uri.query()?)?);
    let Some(name) = watch.honey.find(passage.param("asset")).or_else(in_query) else { return };
    let is_bait = !passage.principal.is_operator() && watch.kind(&name) == enumeration::Kind::Honey;
    if is_bait && shared.state.told.is_news((passage.client, name), passage.uptime) {
        let rule = Rule { place: Some(name.as_str().to_owned()), ..Rule::named(HONEY) };
        tell(shared, passage, Kind::HoneyAssetAsked, rule);
    }
}

/// What a browser sends for a picture, a script or a frame in another site's page, or for a script that may not read the
/// answer: no reader of prices. It is refused rather than counted, or any page could make its visitors look like scrapers.
fn is_embedded(headers: &HeaderMap, guest: Guest) -> bool {
    let says = |name: &str, words: &[&str]| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| words.contains(&value))
    };
    says("sec-fetch-site", &["cross-site", "same-site"])
        && (says("sec-fetch-mode", &["no-cors"])
            || (guest == Guest::Unasked && says("sec-fetch-mode", &["cors"]))
            || says("sec-fetch-dest", &["iframe", "frame", "embed", "object", "image", "script"]))
}

/// The asset that a query names.
fn asset(query: &str) -> Option<Cow<'_, str>> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| percent::decode(name) == "asset").map(|(_, value)| percent::decode(value))
}

/// Which page beyond the first a query asks for, or the query of a page that is longer than usual. Names and values
/// are read as the handler reads them.
fn page(query: &str, usual: usize) -> Option<Cow<'_, str>> {
    let mut long = false;
    let deep = query.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let (name, value) = (percent::decode(name), percent::decode(value));
        let is_deep = match &*name {
            "cursor" => !value.is_empty(),
            "offset" => value.bytes().any(|byte| byte != b'0'),
            "limit" => {
                long |= value.parse().is_ok_and(|rows: usize| rows > usual);
                false
            }
            _ => false,
        };
        is_deep.then_some(value)
    });
    deep.or_else(|| long.then_some(Cow::Borrowed(query)))
}

fn tell(shared: &Shared, passage: &Passage, kind: Kind, rule: Rule) {
    let route = passage.row().map(|row| shared.parts.surface.rows()[row].to_string());
    shared.parts.events.record(Event {
        at: passage.now,
        kind,
        client: Some(passage.client),
        account: passage.principal.account(),
        key: passage.key,
        request: Some(passage.request),
        route: route.unwrap_or_default().into(),
        why: None,
        factor: None,
        lured: false,
        rule: Some(rule),
        enforced: shared.mode(passage, DoorName::Scraping) == Mode::Enforce,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_deep_from_the_second_on() {
        for (query, page) in [
            ("", None),
            ("limit=100", None),
            ("offset=0", None),
            ("offset=00", None),
            ("offset=", None),
            ("cursor=", None),
            ("limit=10&offset=10", Some("10")),
            ("offset=%31%30", Some("10")),
            ("%6Fffset=7", Some("7")),
            ("interval=1h&cursor=a%2Bb", Some("a+b")),
            ("offset=0&cursor=x", Some("x")),
        ] {
            assert_eq!(super::page(query, 100).as_deref(), page, "{query}");
        }
    }

    #[test]
    fn a_page_that_is_longer_than_usual_is_one_as_well() {
        for (query, page) in [
            ("limit=101", Some("limit=101")),
            ("interval=1h&limit=1000", Some("interval=1h&limit=1000")),
            ("limit=1000&offset=5", Some("5")),
            ("limit=1e3", None),
        ] {
            assert_eq!(super::page(query, 100).as_deref(), page, "{query}");
        }
    }

    #[test]
    fn a_picture_in_another_sites_page_reads_nothing() {
        let with = |fields: &[(&'static str, &'static str)]| {
            fields.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
        };
        let site = ("sec-fetch-site", "cross-site");
        let unasked = |fields: &[_]| is_embedded(&with(fields), Guest::Unasked);
        assert!(unasked(&[site, ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")]));
        assert!(unasked(&[site, ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")]));
        let script = [site, ("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")];
        assert!(unasked(&script), "it may not read the answer");
        assert!(
            !is_embedded(&with(&script), Guest::Anybody) && !is_embedded(&with(&script), Guest::Listed(0))
        );
        for fields in [
            &[site, ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")][..],
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")],
            &[],
        ] {
            assert!(!unasked(fields), "{fields:?}");
        }
    }
}
