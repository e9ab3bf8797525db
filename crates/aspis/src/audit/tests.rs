//! Each rule with what makes it speak, and with a deployment about which none does.

use aspis_core::clock::Timestamp;
use aspis_store_sql::backup::Schema;

use super::{
    facts::{Advised, Chain, Disk, LiveKeys, Operators, Stored},
    *,
};
use crate::settings::{Settings, Sources};

mod bounds;
mod state;

const NOW: &str = "2026-11-22T12:00:00Z";

fn now() -> Timestamp {
    Timestamp::parse(NOW).expect("a time")
}

/// In production, as the manual says.
fn settings(more: &[&str]) -> Settings {
    let list = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let own = [
        "mode=production".to_owned(),
        "server.trusted_proxies=[\"10.0.0.2\"]".to_owned(),
        "server.public_url=https://api.example.com".to_owned(),
        "server.security_contact=[\"mailto:security@example.com\"]".to_owned(),
        "mail.url=smtp://127.0.0.1:25".to_owned(),
        "mail.from=aspis@example.com".to_owned(),
        "alerts.mail.to=[\"ops@example.com\"]".to_owned(),
        "backup.encrypt=true".to_owned(),
        "backup.passphrase=several unrelated words 42".to_owned(),
        format!("password.list={list}"),
    ];
    let all = own.into_iter().chain(more.iter().map(ToString::to_string));
    let sources = all.fold(Sources::default().routes(crate::surface::names()), Sources::set);
    Settings::load(&sources).unwrap_or_else(|problems| panic!("{problems}")).settings
}

/// A deployment about which there is nothing to say.
fn facts(more: &[&str]) -> Facts {
    Facts {
        now: now(),
        settings: settings(more),
        shipped: Settings::default(),
        disk: Disk { folder_mode: Some(0o700), file_limit: 65_536, backup: Some(now()), ..Disk::default() },
        chain: Sight::Seen(Chain::Whole(Some(now()))),
        schema: Sight::Seen(Schema { found: 12, known: 12 }),
        certificate: Sight::Seen(Some(80)),
        stored: Sight::Seen(Stored {
            operators: Operators { all: 2, bare: Vec::new() },
            ..Stored::default()
        }),
        advisories: Sight::Seen(Advised::default()),
        passphrase: Sight::Seen(Some(3)),
    }
}

fn ids(facts: &Facts) -> Vec<String> {
    judge(facts).findings.into_iter().map(|finding| finding.id).collect()
}

fn stored(change: impl FnOnce(&mut Stored)) -> Facts {
    let mut facts = facts(&[]);
    if let Sight::Seen(stored) = &mut facts.stored {
        change(stored);
    }
    facts
}

fn disk(change: impl FnOnce(&mut Disk)) -> Facts {
    let mut facts = facts(&[]);
    change(&mut facts.disk);
    facts
}

#[test]
fn a_good_deployment_has_no_finding() {
    let report = judge(&facts(&[]));
    assert_eq!((&report.findings, &report.not_checked), (&Vec::new(), &Vec::new()));
    assert!(report.passes(Severity::Low) && report.rules > 50, "{}", report.rules);
    assert!(report.to_string().ends_with("rules: 0 findings, 0 not checked\n"), "{report}");
}

#[test]
fn every_rule_about_settings_speaks_when_they_are_weak() {
    let table: &[(&str, &[&str])] = &[
        ("development_in_public", &["mode=development"]),
        ("proxies_wide", &["server.trusted_proxies=[\"10.0.0.0/8\"]"]),
        ("public_url_unset", &["server.public_url="]),
        ("security_contact_unset", &["server.security_contact=[]"]),
        ("signing_key_old", &["auth.key_rotation=91d"]),
        ("breached_list_unset", &["password.list="]),
        ("safeguard_off", &["safeguards.inspect=off"]),
        ("safeguard_observes", &["safeguards.routes.\"GET /api/v1/price/{asset}\".inspect=observe"]),
        ("rate_raised", &["rate.login=21/minute"]),
        ("rate_raised", &["rate.register=21/hour"]),
        ("rate_raised", &["rate.prices=601/minute"]),
        ("lock_late", &["lock.after=21"]),
        ("lock_late", &["lock.time=9m"]),
        ("fingerprint_off", &["auth.fingerprint=signal"]),
        ("fingerprint_off", &["session.binding=off"]),
        ("block_auto_off", &["block.auto=false"]),
        ("cors_everybody", &["cors.origins=[\"*\"]"]),
        ("log_kept_short", &["log.security_keep=29d"]),
        ("log_chatty", &["log.level=trace"]),
        ("alerts_unheard", &["alerts.mail.to=[]"]),
        ("alerts_off", &["alerts.off=[\"logins.failed_by_client\"]"]),
        ("backup_off", &["backup.schedule=off"]),
        ("backup_in_clear", &["backup.encrypt=false"]),
        ("password_weak", &["password.min_score=0"]),
        ("password_weak", &["password.min_score=1"]),
        ("access_token_long", &["auth.access_token=61m"]),
        ("step_up_long", &["auth.step_up=24h"]),
        ("keys_unwatched", &["keys.suspend=off"]),
        ("cors_http", &["cors.origins=[\"https://a.example.com\", \"http://b.example.com\"]"]),
        ("lock_forgets", &["lock.memory=9m"]),
        ("lock_bars_high", &["lock.challenge_over=9"]),
        ("lock_bars_high", &["lock.wait_over=13"]),
        ("lock_bars_high", &["lock.wait_most=29s"]),
        ("lock_bars_high", &["lock.site_failures=2001"]),
        ("lock_bars_high", &["lock.site_ratio=51"]),
    ];
    for (id, set) in table {
        assert_eq!(ids(&facts(set)), [*id], "{set:?}");
    }
    let hook = "alerts.slack.url=https://hooks.example.com/x";
    assert_eq!(ids(&facts(&["mail.url=", "mail.from=", "alerts.mail.to=[]", hook])), ["mail_unset"]);
}

#[test]
fn what_is_within_bounds_is_not_spoken_of() {
    for set in [
        "server.trusted_proxies=[\"10.7.0.0/16\", \"104.16.0.0/13\", \"2400:cb00::/32\"]",
        "auth.key_rotation=90d",
        "rate.login=20/minute",
        "rate.register=20/hour",
        "rate.default=600/minute",
        "lock.after=20",
        "log.security_keep=30d",
        "session.binding=graded",
        "alerts.off=[\"account.registered\"]",
        "cors.origins=[\"https://app.example.com\"]",
        "password.min_score=4",
        "auth.access_token=1h",
        "auth.step_up=1h",
        "keys.suspend=signal",
        "lock.memory=10m",
        "lock.challenge_over=0",
        "lock.wait_over=12",
        "lock.site_failures=2000",
    ] {
        assert_eq!(ids(&facts(&[set])), [""; 0], "{set}");
    }
}

#[test]
fn every_rule_about_the_folder_and_the_machine_speaks() {
    let day = 86_400;
    let ago = |days: i64| Some(Timestamp::from_seconds(now().seconds() - days * day));
    let table: Vec<(&str, Facts)> = vec![
        ("folder_open", disk(|disk| disk.folder_mode = Some(0o755))),
        ("file_open", disk(|disk| disk.open_files = vec!["aspis.db (0644)".to_owned()])),
        ("runs_as_root", disk(|disk| disk.is_root = true)),
        ("file_limit", disk(|disk| disk.file_limit = 1024)),
        ("invitation_left", disk(|disk| disk.invitation_days = Some(7))),
        ("demo_account", disk(|disk| disk.demo_password = true)),
        ("backup_old", disk(|disk| disk.backup = ago(2))),
        ("backup_old", disk(|disk| (disk.backup, disk.born) = (None, ago(2)))),
        ("backup_beside", disk(|disk| disk.backup_beside = true)),
        ("backup_open", disk(|disk| disk.open_backups = vec!["/mnt/backups (0777)".to_owned()])),
        ("settings_open", disk(|disk| disk.open_settings = Some("others may write it".to_owned()))),
        ("owner_other", disk(|disk| disk.foreign = vec!["aspis.db (user 7)".to_owned()])),
        ("parent_open", disk(|disk| disk.open_above = vec!["/srv (0777)".to_owned()])),
        ("backup_passphrase_beside", disk(|disk| disk.passphrase_beside = Some("phrase".to_owned()))),
    ];
    for (id, facts) in table {
        assert_eq!(ids(&facts), [id]);
    }
    let young = disk(|disk| (disk.backup, disk.born) = (None, ago(0)));
    assert_eq!(ids(&young), [""; 0], "a server of today");
    assert_eq!(ids(&disk(|disk| disk.invitation_days = Some(6))), [""; 0]);
}

#[test]
fn every_rule_about_what_is_stored_speaks() {
    let table: Vec<(&str, Facts)> = vec![
        (
            "operator_without_factor",
            stored(|stored| stored.operators.bare = vec!["op@example.com".to_owned()]),
        ),
        ("no_operator", stored(|stored| stored.operators.all = 0)),
        ("demo_account", stored(|stored| stored.demo_account = true)),
        (
            "api_key_everywhere",
            stored(|stored| stored.keys = LiveKeys { open: vec!["k".into()], idle: vec![] }),
        ),
        ("api_key_idle", stored(|stored| stored.keys = LiveKeys { open: vec![], idle: vec!["k".into()] })),
        ("vault_in_clear", stored(|stored| stored.vault_in_clear = true)),
    ];
    for (id, facts) in table {
        assert_eq!(ids(&facts), [id]);
    }
    let mut at_home = stored(|stored| stored.operators.bare = vec!["op@example.com".to_owned()]);
    at_home.settings.mode = crate::settings::Mode::Development;
    assert!(!ids(&at_home).contains(&"operator_without_factor".to_owned()));
}

#[test]
fn every_rule_about_log_clock_certificate_and_release_speaks() {
    let with = |change: &dyn Fn(&mut Facts)| {
        let mut facts = facts(&[]);
        change(&mut facts);
        facts
    };
    let later = Timestamp::from_seconds(now().seconds() + 301);
    let weak = with(&|facts| facts.settings.password = self::weak());
    let table: Vec<(&str, Facts)> = vec![
        ("log_broken", with(&|facts| facts.chain = Sight::Seen(Chain::Broken(2)))),
        ("clock", with(&|facts| facts.chain = Sight::Seen(Chain::Whole(Some(later))))),
        ("certificate_ends", with(&|facts| facts.certificate = Sight::Seen(Some(13)))),
        ("certificate_ends", with(&|facts| facts.certificate = Sight::Seen(Some(-1)))),
        ("schema_pending", with(&|facts| facts.schema = Sight::Seen(Schema { found: 11, known: 12 }))),
        ("schema_newer", with(&|facts| facts.schema = Sight::Seen(Schema { found: 13, known: 12 }))),
        ("advisories", with(&|facts| facts.advisories = Sight::Seen(advised(1, 0)))),
        ("advisories", with(&|facts| facts.advisories = Sight::Seen(advised(1, 1)))),
        ("backup_passphrase_weak", with(&|facts| facts.passphrase = Sight::Seen(Some(2)))),
        ("hashing_weak", weak),
    ];
    for (id, facts) in table {
        assert_eq!(ids(&facts), [id]);
    }
    assert_eq!(ids(&with(&|facts| facts.chain = Sight::Seen(Chain::None))), [""; 0]);
    assert_eq!(ids(&with(&|facts| facts.certificate = Sight::Seen(None))), [""; 0]);
}

fn advised(hits: usize, unread: usize) -> Advised {
    let named = |count| vec!["X-1 (serde 1.0.0)".to_owned(); count];
    Advised { hits: named(hits), unread: named(unread) }
}

/// Hashing that only development starts with.
fn weak() -> crate::settings::Password {
    let set = Sources::default().set("password.argon2_memory_kib=64".to_owned());
    let mut weak = Settings::load(&set).expect("right in development").settings.password;
    weak.list = settings(&[]).password.list;
    weak
}

#[test]
fn what_cannot_be_looked_at_is_said() {
    let mut blind = facts(&[]);
    let why = || "nobody knows".to_owned();
    (blind.chain, blind.schema) = (Sight::Hidden(why()), Sight::Hidden(why()));
    (blind.certificate, blind.stored, blind.advisories) =
        (Sight::Hidden(why()), Sight::Hidden(why()), Sight::Hidden(why()));
    let report = judge(&blind);
    assert!(report.findings.is_empty(), "{report}");
    let hidden: Vec<_> = report.not_checked.iter().map(|unchecked| unchecked.id.as_str()).collect();
    for id in
        ["log_broken", "clock", "certificate_ends", "operator_without_factor", "advisories", "schema_newer"]
    {
        assert!(hidden.contains(&id), "{id}: {hidden:?}");
    }
    let said = report.to_string();
    assert!(said.contains("not checked: ") && said.contains(", advisories: nobody knows\n"), "{report}");
    assert_eq!(said.matches("nobody knows").count(), 1, "each reason once: {said}");
    assert!(report.unread.is_some_and(|why| why.contains("database") && why.contains("nobody knows")));
}

#[test]
fn without_the_database_or_the_log_it_is_no_whole_audit() {
    let with = |change: &dyn Fn(&mut Facts)| {
        let mut facts = facts(&[]);
        change(&mut facts);
        judge(&facts).unread
    };
    let hidden = || "nobody knows".to_owned();
    assert_eq!(with(&|_| ()), None);
    assert!(with(&|facts| facts.stored = Sight::Hidden(hidden())).is_some());
    assert!(with(&|facts| facts.chain = Sight::Hidden(hidden())).is_some_and(|why| why.contains("log")));
    assert_eq!(with(&|facts| facts.advisories = Sight::Hidden(hidden())), None, "that is one finding less");
}

/// An advisory that cannot be judged is never good news.
#[test]
fn an_advisory_that_cannot_be_read_is_not_checked() {
    let mut facts = facts(&[]);
    facts.advisories = Sight::Seen(advised(0, 1));
    let report = judge(&facts);
    assert!(report.findings.is_empty());
    assert_eq!(report.not_checked.first().map(|one| one.id.as_str()), Some("advisories"));
    facts.advisories = Sight::Seen(advised(1, 1));
    let report = judge(&facts);
    assert!(report.findings[0].what.contains("cannot be read"), "beside what is known: {report}");
}

#[test]
fn the_gravest_stands_first_and_what_is_new_is_told_apart() {
    let before = judge(&facts(&["block.auto=false"]));
    let after = judge(&facts(&["block.auto=false", "safeguards.inspect=off"]));
    assert_eq!(after.findings[0].severity, Severity::High);
    let new: Vec<_> = after.new_since(&before).map(|finding| finding.id.as_str()).collect();
    assert_eq!(new, ["safeguard_off"]);
    assert!(
        before.passes(Severity::Medium) && !before.passes(Severity::Low) && !after.passes(Severity::High)
    );
    assert_eq!(after.new_since(&after).count(), 0);
}

#[test]
fn no_two_rules_are_called_alike_and_each_has_its_mend() {
    let rules: Vec<_> = rules::RULES.iter().copied().flatten().collect();
    let mut ids: Vec<_> = rules.iter().map(|rule| rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), rules.len());
    assert!(rules.iter().all(|rule| !rule.mend.is_empty() && !rule.why.is_empty() && !rule.area.is_empty()));
}

#[test]
fn every_rule_stands_in_the_manual() {
    let manual = include_str!("../../../../docs/operations.md");
    for rule in rules::RULES.iter().copied().flatten() {
        let row = format!("| `{}` | {} | {} |", rule.id, rule.severity.word(), rule.why);
        assert!(manual.contains(&row), "{row}");
    }
}
