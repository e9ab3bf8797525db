//! Each finding by the real command on a real folder: there where something is wrong, and not where it is right.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use super::{deployment::Deployment, *};

/// What is wrong with one variable of the environment.
#[rustfmt::skip]
const SETTINGS: &[(&str, &str, &str)] = &[
    ("proxies_wide", "SERVER__TRUSTED_PROXIES", "[\"10.0.0.0/8\"]"),
    ("development_in_public", "MODE", "development"),
    ("public_url_unset", "SERVER__PUBLIC_URL", ""),
    ("security_contact_unset", "SERVER__SECURITY_CONTACT", "[]"),
    ("signing_key_old", "AUTH__KEY_ROTATION", "91d"),
    ("breached_list_unset", "PASSWORD__LIST", ""),
    ("safeguard_off", "SAFEGUARDS__INSPECT", "off"),
    ("safeguard_observes", "SAFEGUARDS__FORGERY", "observe"),
    ("rate_raised", "RATE__LOGIN", "50/minute"),
    ("rate_raised", "RATE__LOGIN", "1000/day"),
    ("rate_raised", "RATE__PRICES", "601/minute"),
    ("lock_late", "LOCK__AFTER", "21"),
    ("fingerprint_off", "AUTH__FINGERPRINT", "off"),
    ("block_auto_off", "BLOCK__AUTO", "false"),
    ("cors_everybody", "CORS__ORIGINS", "[\"*\"]"),
    ("log_kept_short", "LOG__SECURITY_KEEP", "29d"),
    ("log_chatty", "LOG__LEVEL", "trace"),
    ("alerts_unheard", "ALERTS__MAIL__TO", "[]"),
    ("alerts_off", "ALERTS__OFF", "[\"hostile.by_client\"]"),
    ("backup_off", "BACKUP__SCHEDULE", "off"),
    ("backup_in_clear", "BACKUP__ENCRYPT", "false"),
    ("backup_beside", "BACKUP__FOLDER", "backups"),
    ("backup_passphrase_weak", "BACKUP__PASSPHRASE", "aaaaaaaaaaaa"),
    ("password_weak", "PASSWORD__MIN_SCORE", "0"),
    ("access_token_long", "AUTH__ACCESS_TOKEN", "24h"),
    ("step_up_long", "AUTH__STEP_UP", "24h"),
    ("keys_unwatched", "KEYS__SUSPEND", "off"),
    ("cors_http", "CORS__ORIGINS", "[\"http://app.example.com\"]"),
    ("lock_forgets", "LOCK__MEMORY", "1m"),
    ("lock_bars_high", "LOCK__WAIT_OVER", "1000"),
    ("alarms_late", "ALERTS__SERVER_ERRORS", "1.0"),
];

#[test]
fn a_setting_that_is_weak_is_found_and_a_strong_one_is_not() {
    let place = Deployment::sound(Duration::from_secs(3600));
    let sound = place.found(&[]);
    for (id, key, weak) in SETTINGS {
        assert!(!sound.contains(*id), "{id} where all is right");
        assert!(place.found(&[(key, weak)]).contains(*id), "{id}: {key} = {weak}");
    }
    let hashing = [("MODE", "development"), ("PASSWORD__ARGON2_MEMORY_KIB", "64")];
    let hook = ("ALERTS__SLACK__URL", "https://hooks.example.com/x");
    let mail = [("MAIL__URL", ""), ("MAIL__FROM", ""), ("ALERTS__MAIL__TO", "[]"), hook];
    for (id, weak) in [("hashing_weak", &hashing[..]), ("mail_unset", &mail)] {
        assert!(!sound.contains(id) && place.found(weak).contains(id), "{id}");
    }
}

#[test]
fn a_folder_or_file_that_is_open_is_found() {
    let place = Deployment::sound(Duration::from_secs(3600));
    let data = place.data();
    let sound = place.found(&[]);
    let shut = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    for (id, path) in [("folder_open", data.clone()), ("file_open", data.join("aspis.db"))] {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        shut(&path, mode | 0o044);
        assert!(!sound.contains(id) && place.found(&[]).contains(id), "{id}");
        shut(&path, mode);
    }
    let root = nix::unistd::geteuid().is_root();
    assert_eq!(sound.contains("runs_as_root"), root, "by whom it is run, and whose the folder is");
    let long_ago = |name: &str, days: i64| {
        let file = fs::File::options().create(true).append(true).open(data.join(name)).unwrap();
        shut(&data.join(name), 0o600);
        file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(seconds_ago(days))).unwrap();
    };
    for (id, name, right, wrong) in
        [("invitation_left", "operator-invitation", 6, 8), ("backup_old", "security-log.key", 0, 3)]
    {
        long_ago(name, right);
        assert!(!place.found(&[]).contains(id), "{id}");
        long_ago(name, wrong);
        assert!(place.found(&[]).contains(id), "{id}");
    }
    assert!(!sound.contains("demo_account"));
    long_ago("demo-password", 0);
    assert!(place.found(&[]).contains("demo_account"));
}

/// The moment so many days ago, in seconds since 1970.
fn seconds_ago(days: i64) -> u64 {
    u64::try_from(deployment::now().seconds() - days * 86_400).unwrap()
}

#[test]
fn few_open_files_are_found() {
    let place = Deployment::sound(Duration::from_secs(3600));
    let few = [("EDGE__CONNECTIONS", "64"), ("EDGE__CONNECTIONS_PER_CLIENT", "16")];
    assert!(!place.found(&few).contains("file_limit"));
    let limited = |limit: &str| {
        let mut command = deployment::command("prlimit");
        command.arg(format!("--nofile={limit}")).arg(crate::server::binary());
        place.found_by(command, &few)
    };
    assert!(limited("128").contains("file_limit"));
    assert!(!limited("1024").contains("file_limit"));
}

#[test]
fn a_log_that_is_broken_or_ahead_of_the_clock_is_found() {
    let place = Deployment::sound(Duration::from_secs(3600));
    let sound = place.found(&[]);
    assert!(!sound.contains("clock") && !sound.contains("log_broken"));
    place.writes(Duration::from_secs(86_400));
    assert!(place.found(&[]).contains("clock"));
    let log = place.data().join("logs/security.log");
    let whole = fs::read_to_string(&log).unwrap();
    fs::write(&log, whole.replacen("server_started", "server_startled", 1)).unwrap();
    assert!(place.found(&[]).contains("log_broken"));
}

#[test]
fn people_and_keys_that_are_a_risk_are_found() {
    let sound = Deployment::sound(Duration::from_secs(3600)).found(&[]);
    let idle = Deployment::sound(Duration::from_secs(15 * 86_400)).found(&[]);
    let weak = Deployment::weak().found(&[]);
    for (id, found) in [
        ("api_key_idle", &idle),
        ("api_key_everywhere", &weak),
        ("operator_without_factor", &weak),
        ("demo_account", &weak),
    ] {
        assert!(!sound.contains(id) && found.contains(id), "{id}");
    }
    let new = Deployment::new().found(&[]);
    assert!(new.contains("no_operator") && !sound.contains("no_operator"), "{new:?} {sound:?}");
    // Keys lie there from the first start on.
    assert!(sound.contains("vault_in_clear") && !new.contains("vault_in_clear"));
}

#[test]
fn a_certificate_that_ends_is_found_whoever_fetched_it() {
    let place = Deployment::sound(Duration::from_secs(3600));
    for (days, wrong) in [(13, true), (15, false), (-1, true)] {
        let pair = place.certified(days);
        let [certificate, key] = [&pair.certificate, &pair.key].map(|path| path.display().to_string());
        let found = place.found(&[("TLS__CERTIFICATE", &certificate), ("TLS__KEY", &key)]);
        assert_eq!(found.contains("certificate_ends"), wrong, "{days} days");
        let acme = [("ACME__DOMAINS", "[\"api.example.com\"]"), ("ACME__DIRECTORY", deployment::AUTHORITY)];
        let kept = place.kept_by_acme();
        fs::create_dir_all(kept.parent().unwrap()).unwrap();
        let text = fs::read_to_string(&pair.key).unwrap() + &fs::read_to_string(&pair.certificate).unwrap();
        fs::write(&kept, text).unwrap();
        fs::set_permissions(&kept, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(place.found(&acme).contains("certificate_ends"), wrong, "{days} days, by ACME");
        assert!(!place.not_checked(&acme).contains("certificate_ends"));
        fs::write(&kept, "nothing").unwrap();
        assert!(place.not_checked(&acme).contains("certificate_ends"), "one that cannot be read");
        fs::remove_file(&kept).unwrap();
        assert!(place.not_checked(&acme).contains("certificate_ends"), "none was fetched yet");
    }
}

/// Every finding of the manual, which a test of its own holds against the rules.
fn of_the_manual() -> BTreeSet<&'static str> {
    let (_, table) =
        include_str!("../../../docs/operations.md").split_once("| finding | severity | why |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.split('`').nth(1).unwrap()).collect()
}

/// A finding that nothing here sets off is one that nobody has seen fire.
#[test]
fn every_finding_is_set_off_by_a_test() {
    let tests = [
        include_str!("findings.rs"),
        include_str!("places.rs"),
        include_str!("state.rs"),
        include_str!("../upgrade.rs"),
        include_str!("../../settings/upkeep.rs"),
        include_str!("../../settings/tls/exams.rs"),
    ];
    let all = of_the_manual();
    assert!(all.len() >= 55, "{}", all.len());
    for id in all {
        let is_named = tests.iter().any(|text| text.contains(&format!("\"{id}\"")));
        assert!(is_named, "{id}");
    }
}

/// What was not upgraded yet, and what a library is known for.
#[test]
fn an_old_schema_and_an_advisory_are_found() {
    let place = Deployment::sound(Duration::from_secs(3600));
    let sound = place.found(&[]);
    let (older, _) = crate::binary::upgrade::of_the_release_before();
    assert!(!sound.contains("schema_pending") && place.on(older).found(&[]).contains("schema_pending"));
    let list: PathBuf = place.beside("osv.json");
    let affected = |fixed: &str| {
        format!(
            r#"[{{"id": "X-1", "affected": [{{"package": {{"ecosystem": "crates.io", "name": "serde"}},
                "ranges": [{{"type": "SEMVER", "events": [{{"introduced": "0"}}, {{"fixed": "{fixed}"}}]}}]}}]}}]"#
        )
    };
    for (fixed, known) in [("999.0.0", true), ("0.0.1", false)] {
        fs::write(&list, affected(fixed)).unwrap();
        let found = place.found(&[("AUDIT__ADVISORIES", &list.display().to_string())]);
        assert_eq!(found.contains("advisories"), known, "fixed in {fixed}");
    }
    fs::write(&list, affected("the next one")).unwrap();
    let variables = [("AUDIT__ADVISORIES", &*list.display().to_string())];
    assert!(place.not_checked(&variables).contains("advisories"), "its version cannot be read");
}
