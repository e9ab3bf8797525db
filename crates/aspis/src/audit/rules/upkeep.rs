//! Whether it would survive: backups, releases, advisories.

use super::{super::facts::Advised, Look, Rule, Severity, found, listed, seen};

const AREA: &str = "upkeep";
/// How hard a passphrase has to be to guess: 3 of 4.
const STRONG: u8 = 3;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "backup_off",
        area: AREA,
        severity: Severity::Medium,
        why: "what the disk loses is lost",
        mend: "backup.schedule = \"03:15\", or aspis backup by a schedule of your own",
        look: |facts| {
            found(facts.settings.backup.schedule.get().is_none(), || "backup.schedule is \"off\"".to_owned())
        },
    },
    Rule {
        id: "backup_old",
        area: AREA,
        severity: Severity::High,
        why: "all since then would be lost",
        mend: "aspis backup; the server log says why none was made",
        look: |facts| {
            let (now, most) = (facts.now, facts.settings.alerts.backup_age);
            match facts.disk.backup {
                // A server that has just begun has not come to its first one yet.
                None => {
                    let old = facts.disk.born.is_some_and(|born| now.since(born) > most.get());
                    found(old, || "there is no backup in backup.folder".to_owned())
                }
                Some(made) => {
                    found(now.since(made) > most.get(), || format!("the newest backup is of {made}"))
                }
            }
        },
    },
    Rule {
        id: "backup_in_clear",
        area: AREA,
        severity: Severity::Low,
        why: "a backup holds every key and secret of the server, and is carried elsewhere",
        mend: "backup.encrypt = true, with backup.passphrase_file",
        look: |facts| found(!facts.settings.backup.encrypt, || "backup.encrypt is false".to_owned()),
    },
    Rule {
        id: "backup_passphrase_weak",
        area: AREA,
        severity: Severity::Medium,
        why: "who has a backup tries passphrases for as long as they like",
        mend: "a backup.passphrase of several unrelated words; what was made before stays as weak as it was",
        look: |facts| {
            seen(&facts.passphrase, |score| {
                let weak = score.is_some_and(|score| score < STRONG);
                found(weak, || "the passphrase of the backups is easy to guess".to_owned())
            })
        },
    },
    Rule {
        id: "backup_passphrase_beside",
        area: AREA,
        severity: Severity::Medium,
        why: "who takes the folder takes the key with it, and where the disk is lost nobody can restore",
        mend: "keep it elsewhere: backup.passphrase_file outside of both folders, and a copy on no machine of yours",
        look: |facts| {
            let beside = facts.disk.passphrase_beside.as_ref();
            beside.map_or(Look::Fine, |file| {
                Look::Found(format!("the passphrase lies in the data folder or beside the backups: {file}"))
            })
        },
    },
    Rule {
        id: "backup_beside",
        area: AREA,
        severity: Severity::Low,
        why: "what destroys the data destroys them, too",
        mend: "backup.folder on another disk, or have them fetched by another machine",
        look: |facts| {
            found(facts.disk.backup_beside, || "the backups lie on the disk of the data".to_owned())
        },
    },
    Rule {
        id: "schema_pending",
        area: AREA,
        severity: Severity::Low,
        why: "the server that runs is older than this command",
        mend: "restart the server with this release; it makes a backup before it changes the database",
        look: |facts| {
            seen(&facts.schema, |schema| {
                found(schema.is_pending(), || {
                    format!("the database has schema {}, this release {}", schema.found, schema.known)
                })
            })
        },
    },
    Rule {
        id: "schema_newer",
        area: AREA,
        severity: Severity::Medium,
        why: "this release is older than the data, and cannot work on it",
        mend: "install the release that wrote it, or a later one",
        look: |facts| {
            seen(&facts.schema, |schema| {
                found(schema.is_newer(), || {
                    let (found, known) = (schema.found, schema.known);
                    format!("the database has schema {found}, this release knows up to {known}")
                })
            })
        },
    },
    Rule {
        id: "advisories",
        area: AREA,
        severity: Severity::High,
        why: "a weakness of a library that this binary is made of is publicly known",
        mend: "install the newest release",
        look: |facts| seen(&facts.advisories, advised),
    },
];

/// What is not readable is said beside what is known, and alone it is not checked.
fn advised(of_us: &Advised) -> Look {
    let unread = || format!("versions that cannot be read: {}", listed(&of_us.unread));
    match (of_us.hits.is_empty(), of_us.unread.is_empty()) {
        (true, true) => Look::Fine,
        (true, false) => Look::NotChecked(unread()),
        (false, true) => Look::Found(format!("known: {}", listed(&of_us.hits))),
        (false, false) => Look::Found(format!("known: {}; {}", listed(&of_us.hits), unread())),
    }
}
