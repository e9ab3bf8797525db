//! What was broken already when it was backed up: put back only where somebody says so by name.

use super::*;

/// A folder after something was done to it, and its backup.
fn backed_up(harm: impl FnOnce(&Path)) -> (Home, PathBuf) {
    let server = Server::start(&ENDLESS);
    assert_eq!(order(&server, &demo(&server), "one").0, 201);
    let (home, ..) = server.stop();
    harm(&home.data());
    let to = home.beside("backup.tar.gz");
    let output = on(&home.data(), &["backup", "--json", "--out"]).arg(&to).output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let balanced = told["manifest"]["database"]["ledger"]["balanced"].as_bool().unwrap();
    // It is made in any case: there may be no better one.
    let code = i32::from(!balanced);
    assert_eq!((output.status.code(), told["ok"].as_bool()), (Some(code), Some(balanced)), "{told}");
    let log = fs::read_to_string(home.data().join("logs/security.log")).unwrap();
    assert_eq!(log.contains("\"ledger_broken\""), !balanced, "{log}");
    (home, to)
}

/// Put back without a word it is refused and nothing is there; with the word it stands.
fn wants(word: &str, says: &str, backup: &Path) -> Home {
    let fresh = Home::empty();
    for more in [&[][..], &[other(word)]] {
        let refused = on(&fresh.data(), &[&["restore"], more].concat()).arg(backup).output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{}", text(&refused.stderr));
        let said = complaint(&refused);
        assert!(said.contains(says) && said.contains(word), "{said}");
        assert!(!fresh.data().exists(), "nothing was changed");
        assert_eq!(fs::read_dir(fresh.beside("")).unwrap().count(), 0, "and nothing is left");
    }
    told(on(&fresh.data(), &["restore", "--json", word]).arg(backup));
    fresh
}

fn other(word: &str) -> &'static str {
    if word == LOG { BOOKS } else { LOG }
}

const LOG: &str = "--accept-broken-log";
const BOOKS: &str = "--accept-broken-books";

#[test]
fn a_backup_of_a_broken_log_is_put_back_by_name_alone() {
    let (_home, to) = backed_up(|data| {
        let log = data.join("logs/security.log");
        let whole = fs::read_to_string(&log).unwrap();
        fs::write(&log, whole.replacen("login_success", "login_svccess", 1)).unwrap();
    });
    let fresh = wants(LOG, "the chain of the security log was broken", &to);
    let verdict = on(&fresh.data(), &["log", "verify"]).output().unwrap();
    assert_eq!(verdict.status.code(), Some(1), "the break is not mended: {}", text(&verdict.stdout));
    demo(&Server::on(fresh, &ENDLESS));
}

#[test]
fn a_backup_of_bent_books_is_put_back_by_name_alone() {
    let (_home, to) = backed_up(|data| {
        crate::alerts::tamper(
            &data.join("aspis.db"),
            "UPDATE balance SET amount = amount + 1 WHERE owner <> 'house'",
        );
    });
    let fresh = wants(BOOKS, "the books did not balance", &to);
    let log = on(&fresh.data(), &["log", "verify"]).output().unwrap();
    assert!(log.status.success(), "{}", text(&log.stdout));
}

#[test]
fn what_was_whole_needs_no_word() {
    let (_home, to) = backed_up(|_| {});
    for more in [&[][..], &[LOG, BOOKS]] {
        let fresh = Home::empty();
        told(on(&fresh.data(), &[&["restore", "--json"], more].concat()).arg(&to));
        let server = Server::on(fresh, &ENDLESS);
        assert_eq!(trades(&server, &demo(&server)), 1);
    }
}
