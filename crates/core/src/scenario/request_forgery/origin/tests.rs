use proptest::prelude::*;

use super::*;

const OURS: &str = "https://shop.example";
const NAMED: &str = "https://app.example";

fn own(origin: &str) -> bool {
    [OURS, NAMED].contains(&origin)
}

fn named(origin: &str) -> bool {
    origin == NAMED
}

const SAID: Facts<'_> = Facts {
    safe: false,
    site: None,
    mode: None,
    dest: None,
    origin: None,
    referer: None,
    own: &own,
    named: &named,
};

#[test]
fn what_changes_nothing_may_come_from_anywhere() {
    let facts = Facts { safe: true, site: Some("cross-site"), origin: Some("https://evil.example"), ..SAID };
    assert_eq!(judge(&facts), Ok(()));
}

#[test]
fn each_voice_that_speaks_must_agree() {
    let evil = Some("https://evil.example");
    let table = [
        ("our page, all said", Facts { site: Some("same-origin"), origin: Some(OURS), ..SAID }, Ok(())),
        ("our page, metadata alone", Facts { site: Some("same-origin"), ..SAID }, Ok(())),
        ("an old browser with an origin", Facts { origin: Some(OURS), ..SAID }, Ok(())),
        (
            "an old browser with a referer",
            Facts { referer: Some("https://shop.example/a?b"), ..SAID },
            Ok(()),
        ),
        ("nothing said", SAID, Err(Forged::Origin)),
        ("another site", Facts { site: Some("cross-site"), ..SAID }, Err(Forged::FetchMetadata)),
        ("a sibling", Facts { site: Some("same-site"), origin: evil, ..SAID }, Err(Forged::FetchMetadata)),
        ("a sibling that is named", Facts { site: Some("same-site"), origin: Some(NAMED), ..SAID }, Ok(())),
        (
            "our origin, from another site",
            Facts { site: Some("cross-site"), origin: Some(OURS), ..SAID },
            Err(Forged::FetchMetadata),
        ),
        (
            "metadata and origin disagree",
            Facts { site: Some("same-origin"), origin: evil, ..SAID },
            Err(Forged::Origin),
        ),
        (
            "a withheld origin",
            Facts { origin: Some("null"), referer: Some("https://shop.example/"), ..SAID },
            Err(Forged::Origin),
        ),
        (
            "a withheld origin, sandboxed",
            Facts { site: Some("cross-site"), origin: Some("null"), ..SAID },
            Err(Forged::FetchMetadata),
        ),
        ("an unreadable origin", Facts { origin: Some(""), ..SAID }, Err(Forged::Origin)),
        ("another page", Facts { referer: evil, ..SAID }, Err(Forged::Referer)),
        ("a word of the future", Facts { site: Some("same-moon"), ..SAID }, Err(Forged::Origin)),
        (
            "a word of the future, our origin",
            Facts { site: Some("same-moon"), origin: Some(OURS), ..SAID },
            Ok(()),
        ),
    ];
    for (what, facts, verdict) in table {
        assert_eq!(judge(&facts), verdict, "{what}");
    }
}

#[test]
fn what_a_person_asked_for_by_hand_is_a_page() {
    let by_hand = Facts { site: Some("none"), origin: Some(OURS), ..SAID };
    let page = Facts { mode: Some("navigate"), dest: Some("document"), ..by_hand };
    assert_eq!(judge(&page), Ok(()));
    assert_eq!(judge(&Facts { origin: None, ..page }), Err(Forged::Origin));
    for facts in [by_hand, Facts { mode: Some("cors"), ..page }, Facts { dest: Some("iframe"), ..page }] {
        assert_eq!(judge(&facts), Err(Forged::FetchMetadata));
    }
}

#[test]
fn the_origin_of_a_referer_is_all_before_its_path() {
    let table = [
        ("https://shop.example", Some("https://shop.example")),
        ("https://shop.example/", Some("https://shop.example")),
        ("https://shop.example:8001/x?y#z", Some("https://shop.example:8001")),
        ("https://shop.example?x=/", Some("https://shop.example")),
        ("https://shop.example#x", Some("https://shop.example")),
        ("https://shop.example\\.evil.example/", Some("https://shop.example")),
        ("https://shop.example.evil.example/", Some("https://shop.example.evil.example")),
        ("https://evil.example/https://shop.example", Some("https://evil.example")),
        ("https://shop.example@evil.example/", None),
        ("https://[::1]:8001/", Some("https://[::1]:8001")),
        ("https:///shop.example", None),
        ("shop.example/", None),
        ("about:blank", None),
        ("", None),
    ];
    for (address, origin) in table {
        assert_eq!(origin_of(address), origin, "{address}");
    }
}

proptest! {
    /// Whatever else is said, a request passes only where our own origin, or the browser's word for it, is in it.
    #[test]
    fn nothing_passes_that_does_not_name_us(
        site in prop::option::of("same-origin|same-site|cross-site|none|[a-z-]{0,12}"),
        mode in prop::option::of("navigate|cors|[a-z]{0,8}"),
        dest in prop::option::of("document|empty|[a-z]{0,8}"),
        origin in prop::option::of("https://(shop|app|evil)[.]example|null|\\PC{0,30}"),
        referer in prop::option::of("https://(shop|app|evil)[.]example(/.{0,9})?|\\PC{0,30}"),
    ) {
        let facts = Facts {
            safe: false,
            site: site.as_deref(),
            mode: mode.as_deref(),
            dest: dest.as_deref(),
            origin: origin.as_deref(),
            referer: referer.as_deref(),
            own: &own,
            named: &named,
        };
        if judge(&facts).is_ok() {
            let known = origin.as_deref().is_some_and(own);
            let referred = origin.is_none()
                && referer.as_deref().is_some_and(|page| page.starts_with(OURS) || page.starts_with(NAMED));
            let vouched = site.as_deref() == Some("same-origin") && origin.is_none() && referer.is_none();
            prop_assert!(known || referred || vouched);
            let another = origin.as_deref().is_some_and(named);
            prop_assert!(another || !matches!(site.as_deref(), Some("same-site" | "cross-site")));
        }
    }
}
