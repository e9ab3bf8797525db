//! Whether it would survive: backups, releases, advisories.

use super::{Look, Rule, Severity, found, listed, seen};

const AREA: &str = "upkeep";

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
            seen(&facts.schema, |schema| match schema {
                Some(schema) => found(schema.is_pending(), || {
                    format!("the database has schema {}, this release {}", schema.found, schema.known)
                }),
                None => Look::Fine,
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
            seen(&facts.schema, |schema| match schema {
                Some(schema) => found(schema.is_newer(), || {
                    format!(
                        "the database has schema {}, this release knows up to {}",
                        schema.found, schema.known
                    )
                }),
                None => Look::Fine,
            })
        },
    },
    Rule {
        id: "advisories",
        area: AREA,
        severity: Severity::High,
        why: "a weakness of a library that this binary is made of is publicly known",
        mend: "install the newest release",
        look: |facts| {
            seen(&facts.advisories, |hits| found(!hits.is_empty(), || format!("known: {}", listed(hits))))
        },
    },
];
