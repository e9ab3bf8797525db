//! A published collection of JSON texts, where it is at hand: what is no JSON is a 4xx, and nothing is ever a 5xx.

use std::{fs, path::PathBuf};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{Buy, Login, Site};

/// The folder of the collection, one JSON object a line with `name`, `expect` (`y`, `n`, `i`) and `b64`.
const FOLDER: &str = "ASPIS_TEST_VECTORS";

fn lines() -> Option<String> {
    let folder = std::env::var_os(FOLDER)?;
    let file = PathBuf::from(folder).join("json-bodies.jsonl");
    Some(
        fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{FOLDER} is set, and {}: {error}", file.display())),
    )
}

#[tokio::test]
async fn published_bodies_are_judged_and_never_break_anything() {
    let Some(lines) = lines() else {
        eprintln!("=== SKIPPED published_bodies_are_judged_and_never_break_anything: {FOLDER} is not set");
        return;
    };
    let site = Site::open().await;
    let before = site.state().await;
    let mut counts = [0_usize; 3];
    for line in lines.lines() {
        let vector: Value = serde_json::from_str(line).unwrap();
        let (name, expect) = (vector["name"].as_str().unwrap(), vector["expect"].as_str().unwrap());
        let body = STANDARD.decode(vector["b64"].as_str().unwrap()).unwrap();
        counts["yni".find(expect).unwrap()] += 1;
        for route in [Login, Buy] {
            let reply = site.send(route, body.clone()).await;
            assert!(reply.status() < 500, "{route:?} {name}: {}", reply.status());
            if expect == "n" {
                site.judge(&reply, &format!("{route:?} {name}"));
            }
        }
    }
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    assert_eq!(site.state().await, before);
}
