//! What `aspis check` and `aspis audit` say of a certificate.

use std::{fs, path::Path, time::Duration};

use aspis_core::clock::{Clock, SystemClock};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use serde_json::Value;

use super::folder;
use crate::server::{Home, Pair, run, text};

/// A certificate for `localhost`, good between these days from now on.
fn lasting(folder: &Path, from: i64, until: i64) -> Pair {
    let pair = Pair::made(folder);
    let now = SystemClock::start().now().seconds();
    let day = |days: i64| {
        date_time_ymd(1970, 1, 1) + Duration::from_secs((now + days * 86_400).try_into().unwrap())
    };
    let mut wish = CertificateParams::new(["localhost".to_owned()]).unwrap();
    (wish.not_before, wish.not_after) = (day(from), day(until));
    let key = KeyPair::from_pem(&fs::read_to_string(&pair.key).unwrap()).unwrap();
    fs::write(&pair.certificate, wish.self_signed(&key).unwrap().pem()).unwrap();
    pair
}

/// What both say: how `check` ends, and its words; the findings about certificates.
fn judged(pair: &Pair, called: &str) -> (bool, String, Vec<String>) {
    let home = Home::furnished();
    let file = home.beside("aspis.toml");
    let settings = format!(
        "[server]\npublic_url = \"https://{called}\"\ndata = \"{}\"\n[tls]\ncertificate = \"{}\"\nkey = \"{}\"\n",
        home.data().display(),
        pair.certificate.display(),
        pair.key.display()
    );
    fs::write(&file, settings).unwrap();
    let file = file.display().to_string();
    let checked = run(&["check", "--config", &file]);
    let told = text(&checked.stdout);
    let machine = run(&["check", "--config", &file, "--json"]);
    let machine: Value = serde_json::from_slice(&machine.stdout).unwrap();
    assert_eq!(machine["ok"], checked.status.success(), "{machine}");
    assert_eq!(machine["certificate"].is_null(), !told.contains("    mend  "), "{machine}: {told}");
    let audited = run(&["audit", "--config", &file, "--json", "--fail-on", "never"]);
    let audited: Value =
        serde_json::from_slice(&audited.stdout).unwrap_or_else(|_| panic!("{}", text(&audited.stderr)));
    let findings = audited["findings"].as_array().unwrap().iter();
    let ids = findings.map(|finding| finding["id"].as_str().unwrap().to_owned());
    (checked.status.success(), told, ids.filter(|id| id.starts_with("certificate_")).collect())
}

#[test]
fn a_certificate_that_is_good_is_not_spoken_of() {
    let place = folder();
    let (ok, told, findings) = judged(&lasting(place.path(), -1, 60), "localhost");
    assert!(ok && !told.contains("certificate"), "{told}");
    assert_eq!(findings, [""; 0]);
}

#[test]
fn a_certificate_for_others_or_not_for_now_is_spoken_of() {
    let place = folder();
    let (ok, told, findings) = judged(&lasting(place.path(), -1, 60), "api.example.com");
    assert!(ok && told.contains("not for api.example.com: it is for localhost"), "{told}");
    assert_eq!(findings, ["certificate_names"]);
    let (ok, told, findings) = judged(&lasting(place.path(), 5, 60), "localhost");
    assert!(ok && told.contains("is good only from "), "{told}");
    assert_eq!(findings, ["certificate_early"]);
    let (ok, told, findings) = judged(&lasting(place.path(), -60, -5), "localhost");
    assert!(ok && told.contains("the certificate ended at "), "{told}");
    assert_eq!(findings, ["certificate_ends"]);
}

/// What the start refuses is refused beforehand.
#[test]
fn a_key_that_does_not_fit_is_found_before_the_start() {
    let (place, other) = (folder(), folder());
    let (mut pair, another) = (Pair::made(place.path()), Pair::made(other.path()));
    pair.key = another.key;
    let (ok, told, findings) = judged(&pair, "localhost");
    assert!(!ok && told.contains("is not the key of"), "{told}");
    assert_eq!(findings, ["certificate_refused"]);
    pair.open_to(0o644);
    assert!(judged(&pair, "localhost").1.contains("chmod 600"));
}

#[test]
fn a_root_that_is_no_certificate_is_found_before_the_start() {
    let home = Home::furnished();
    let root = home.beside("root.pem");
    fs::write(&root, "no certificate\n").unwrap();
    let root = format!("acme.root={}", root.display());
    let domains = "acme.domains=localhost";
    let refused = home.fails(&[domains, &root]).1;
    let file = home.beside("aspis.toml");
    let (data, (_, path)) = (home.data().display().to_string(), root.split_once('=').unwrap());
    fs::write(&file, format!("[acme]\ndomains = [\"localhost\"]\nroot = \"{path}\"\n")).unwrap();
    let checked = run(&["check", "--data", &data, "--config", &file.display().to_string()]);
    let told = text(&checked.stdout);
    for said in [&refused, &told] {
        assert!(said.contains("acme.root: ") && said.contains("holds no certificate in PEM form"), "{said}");
    }
    assert!(!checked.status.success() && told.contains("    mend  "), "{told}");
}
