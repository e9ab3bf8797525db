use proptest::prelude::*;

use super::*;

fn clean(text: &str) -> String {
    kept(text).expect(text).unwrap_or_default()
}

#[test]
fn what_shows_text_in_another_way_stays() {
    for text in [
        "Digital gold.",
        "Größe · 日本 · O'Brien's \"coin\"",
        "<b>Gold</b>, <i>old</i>, <em>and</em> <strong>heavy</strong> <u>metal</u>",
        "<p>One</p><p>two<br>lines</p>",
        "<ul><li>first</li><li>second</li></ul><ol><li>third</li></ol>",
        "<code>let x = 1;</code><blockquote>said</blockquote>",
    ] {
        assert_eq!(clean(text), text);
    }
    assert_eq!(clean("a < b && c > d"), "a &lt; b &amp;&amp; c &gt; d");
    assert_eq!(clean("<b>never closed"), "<b>never closed</b>");
    assert_eq!(clean("  \n<b>x</b>\t "), "<b>x</b>");
}

#[test]
fn a_link_is_left_with_its_address_and_what_we_say_of_it() {
    let link = "<a href=\"https://example.org/x?a=1\" rel=\"noopener noreferrer nofollow\">x</a>";
    for text in [
        "<a href=https://example.org/x?a=1>x</a>",
        "<A HREF='https://example.org/x?a=1' target=_top rel=opener>x</A>",
        "<a href=\"https://example.org/x?a=1\" title=t class=c id=i style=color:red ping=//evil.example download>x</a>",
    ] {
        assert_eq!(clean(text), link, "{text}");
    }
    for text in [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#10;script:alert(1)",
        "java\tscript:alert(1)",
        "&#106;avascript:alert(1)",
        "\u{1}javascript:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "http://example.org/",
        "//evil.example/",
        "/api/v1/auth/logout",
        "x",
    ] {
        let left = clean(&format!("<a href=\"{text}\">x</a>"));
        assert_eq!(left, format!("<a rel=\"{LINKS}\">x</a>"), "{text:?}");
    }
}

#[test]
fn nothing_that_runs_or_loads_is_left() {
    for (text, left) in [
        ("<script>alert(1)</script>x", "x"),
        ("<style>@import '//evil.example/x.css'</style>x", "x"),
        ("<b onclick=alert(1)>x</b>", "<b>x</b>"),
        ("<p style=\"background:url(//evil.example)\" class=c id=i>x", "<p>x</p>"),
        ("<img src=x onerror=alert(1)>x", "x"),
        ("<svg/onload=alert(1)>x</svg>", "x"),
        ("<iframe src=//evil.example></iframe>x", "x"),
        ("<form action=//evil.example><input name=password>x</form>", "x"),
        ("<base href=//evil.example/><meta http-equiv=refresh content=0>x", "x"),
        ("<object data=x></object><embed src=x><link rel=stylesheet href=x>x", "x"),
        ("<!-- --!><script>alert(1)</script> -->x", " --&gt;x"),
        ("<scr<script>ipt>x", "ipt&gt;x"),
        ("<b title='</b><script>alert(1)</script>'>x", "<b>x</b>"),
    ] {
        assert_eq!(clean(text), left.trim(), "{text}");
    }
    assert_eq!(kept("<script>alert(1)</script>").expect("short"), None);
    assert_eq!((kept("").expect("short"), kept(" \n ").expect("short")), (None, None));
}

/// Trees that browsers once rearranged when they read them a second time.
#[test]
fn what_is_read_again_is_the_same() {
    for text in [
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<svg></p><style><a title=\"</style><img src onerror=alert(1)>\">",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<pre>\n\n\nx</pre>",
        "<table><tr><td><b>x<a href=https://a.example><a href=https://b.example>y",
        "<a href=\"https://a.example/&quot;onclick=alert(1)\">x</a>",
        "<plaintext><b>x",
        "<xmp><b>x</xmp>",
        "<template><b onclick=x>y</b></template>",
        "<p>a<ul><li>b<p>c<blockquote>d",
        "<li><table><li>x",
        "<p><table><p>x",
        "<a href=https://a.example><table><a href=https://b.example>x",
        "<b><p><i></b>x",
    ] {
        let once = clean(text);
        assert_eq!(clean(&once), once, "{text}");
        assert_harmless(&once);
    }
}

/// Of a text that was cleaned: every bracket begins or ends an element of the list, alone or as a link of ours.
fn assert_harmless(text: &str) {
    for part in text.split('<').skip(1) {
        let tag = part.split_once('>').expect(text).0;
        let known = ELEMENTS.contains(&tag.trim_start_matches('/'));
        let link = tag.strip_prefix("a ").is_some_and(|rest| {
            let rest = rest.strip_suffix(&format!("rel=\"{LINKS}\"")).expect(text);
            rest.is_empty() || rest.starts_with("href=\"https:") && rest.matches('"').count() == 2
        });
        assert!(known || link, "{text}");
    }
}

#[test]
fn it_has_its_length_before_and_after() {
    let refused = |text: &str| {
        let refusal = kept(text).expect_err("too long");
        let error = refusal.facts().errors[0].clone();
        (refusal.code(), error.field, error.code.into_owned())
    };
    let length = (Code::InvalidInput, "description".to_owned(), "length".to_owned());
    assert_eq!(clean(&"ü".repeat(MOST)).chars().count(), MOST);
    assert_eq!(refused(&"ü".repeat(MOST + 1)), length);
    assert_eq!(clean(&"&".repeat(MOST / 5)).len(), MOST);
    assert_eq!(refused(&"&".repeat(MOST / 5 + 1)), length);
    assert_eq!(refused(&format!("<script>{}</script>", "x".repeat(MOST))), length);
}

/// Elements that are never closed are opened again in each paragraph: the worst that so many characters can ask for.
#[test]
fn nothing_short_is_long_work() {
    let opened = (0..140).map(|n| format!("<b {n}>")).collect::<Vec<_>>().concat();
    let paragraphs = "<p>".repeat((MOST - opened.len()) / 3);
    assert!(kept(&(opened + &paragraphs)).is_err());
    assert!(kept(&"<b>".repeat(MOST / 3)).is_err());
    assert!(kept(&"<a href=https://a>".repeat(MOST / 18)).is_err());
}

/// Parts of markup, hostile and not, from which whole texts are put together.
fn markup() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        prop::sample::select(vec![
            "<script>",
            "</script>",
            "<b>",
            "</b>",
            "<p ",
            "<a href=\"",
            "<a href='https://a.example/",
            "javascript:",
            "<svg>",
            "<math>",
            "<mtext>",
            "<style>",
            "</style>",
            "<table>",
            "<td>",
            "<li>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "onclick=x",
            ">",
            "<",
            "\"",
            "'",
            "=",
            "&lt;",
            "&quot;",
            "&#60;",
            "&",
            "/",
            "\n",
            "\0",
            "</p>",
            "<template>",
            "<noscript>",
            "<select>",
            "<title>",
            "</title>",
            "<textarea>",
            "<img src=x onerror=y>",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn whatever_is_sent_is_harmless_and_stays_as_it_is(text in markup()) {
        if let Ok(Some(once)) = kept(&text) {
            assert_harmless(&once);
            prop_assert_eq!(kept(&once).ok().flatten(), Some(once));
        }
    }
}
