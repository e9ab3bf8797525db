//! The numbers for machines: well-formed, and of closed labels.

use std::collections::HashMap;

use crate::shop::Shop;

/// Reads the exposition format strictly: every family announced once before its samples, every sample of an announced
/// family, names and labels well-formed, values numbers, no series twice, histograms cumulative, the end marked.
fn series(text: &str) -> HashMap<String, f64> {
    let (mut kinds, mut found) = (HashMap::new(), HashMap::new());
    let mut buckets: HashMap<String, f64> = HashMap::new();
    let body = text.strip_suffix("# EOF\n").expect("the end is marked");
    for line in body.lines() {
        if let Some(said) = line.strip_prefix("# ") {
            announce(said, &mut kinds);
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
        let number: f64 = value.parse().unwrap_or_else(|_| panic!("no number: {line}"));
        let bare = name.split('{').next().unwrap();
        assert!(is_name(bare), "{line}");
        let family = family(bare, &kinds).unwrap_or_else(|| panic!("not announced: {line}"));
        let labels = name[bare.len()..].to_owned();
        labels_are_well_formed(&labels, line);
        if kinds[&family] == "counter" {
            assert!(bare.ends_with("_total") && number >= 0.0, "{line}");
        }
        if let Some((before, after)) = labels.split_once("le=\"") {
            let others = after.split_once('"').map_or("", |(_, others)| others);
            let last = buckets.entry(format!("{bare}{before}{others}")).or_default();
            assert!(number >= *last, "not cumulative: {line}");
            *last = number;
        }
        assert!(found.insert(name.to_owned(), number).is_none(), "twice: {line}");
    }
    found
}

fn announce(said: &str, kinds: &mut HashMap<String, String>) {
    let mut words = said.splitn(3, ' ');
    let [what, name, rest] = [words.next().unwrap(), words.next().unwrap(), words.next().unwrap_or("")];
    assert!(is_name(name), "{said}");
    match what {
        "TYPE" => {
            assert!(["counter", "gauge", "histogram", "unknown"].contains(&rest), "{said}");
            assert!(kinds.insert(name.to_owned(), rest.to_owned()).is_none(), "announced twice: {said}");
        }
        "HELP" => assert!(!rest.is_empty() && !rest.contains('\n'), "{said}"),
        other => assert_eq!(other, "UNIT", "{said}"),
    }
}

fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.starts_with("aspis_") && name.bytes().all(plain)
}

fn family(name: &str, kinds: &HashMap<String, String>) -> Option<String> {
    let ends = ["", "_total", "_bucket", "_sum", "_count"];
    let mut families = ends.iter().filter_map(|end| name.strip_suffix(end));
    families.find(|family| kinds.contains_key(*family)).map(str::to_owned)
}

fn labels_are_well_formed(labels: &str, line: &str) {
    if labels.is_empty() {
        return;
    }
    let inner = labels.strip_prefix('{').and_then(|text| text.strip_suffix('}')).expect(line);
    let mut rest = inner;
    while !rest.is_empty() {
        let (name, value) = rest.split_once("=\"").expect(line);
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{line}");
        let mut end = 0;
        let bytes = value.as_bytes();
        while bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        rest = value[end + 1..].strip_prefix(',').unwrap_or(&value[end + 1..]);
    }
}

#[tokio::test]
async fn every_line_is_well_formed() {
    let shop = Shop::endless(&["safeguards.inspect=observe"]).await;
    shop.member("ada@example.org").await;
    for n in 0..20 {
        shop.at(&format!("192.0.2.{n}"))
            .get(&format!("/made/up/{n}?q=%3Cscript%3Ealert({n})%3C/script%3E"))
            .await;
        shop.caller().get("/api/v1/price/BTC';DROP%20TABLE%20users;--").await;
    }
    shop.judge().await;
    let found = series(&shop.app.metrics.render());
    let of = |name: &str| found.keys().filter(|key| key.starts_with(name)).count();
    assert!(of("aspis_verdicts_total") > 0 && of("aspis_verdicts_total") < 10, "labels are closed");
    for line in [
        "aspis_registrations_today",
        "aspis_hashes_waiting",
        "aspis_hashers_idle",
        "aspis_alerts_events_lost_total",
        "aspis_alerts_open{severity=\"critical\"}",
        "aspis_backend_up{backend=\"database\"}",
        "aspis_alerts_raised_total{rule=\"hostile.by_client\",severity=\"warning\"}",
        "aspis_predictions_waiting",
        "aspis_database_breaker{side=\"reading\"}",
    ] {
        assert!(found.contains_key(line), "{line}: {found:?}");
    }
}

#[tokio::test]
async fn the_manual_names_every_metric() {
    let shop = Shop::endless(&[]).await;
    let manual = include_str!("../../docs/operations.md");
    for said in shop.app.metrics.render().lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = said.split_once(' ').unwrap();
        let name = if kind == "counter" { format!("`{name}_total`") } else { format!("`{name}`") };
        assert!(manual.contains(&name), "docs/operations.md lacks {name}");
    }
}

#[tokio::test]
async fn a_verdict_is_counted_by_safeguard_and_route() {
    let shop = Shop::with(&["rate.prices=1/minute"]).await;
    for _ in 0..3 {
        shop.caller().get("/api/v1/assets").await;
    }
    let found = series(&shop.app.metrics.render());
    let line = "aspis_verdicts_total{safeguard=\"rate\",route=\"GET /api/v1/assets\",verdict=\"throttle\",enforced=\"true\"}";
    assert_eq!(found.get(line), Some(&2.0), "{found:?}");
}
