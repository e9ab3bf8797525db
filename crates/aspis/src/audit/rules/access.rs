//! Who may use what lies on the disk: owners, the folders above, the backups elsewhere, the file of the settings.

use super::{Look, Rule, Severity, found, listed};

const AREA: &str = "place";

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "owner_other",
        area: AREA,
        severity: Severity::High,
        why: "whose a file is, they can change it, whatever its mode; and the server may not be able to write it",
        mend: "chown -R the data folder to the user of the server",
        look: |facts| {
            let foreign = &facts.disk.foreign;
            found(!foreign.is_empty(), || format!("not the owner's: {}", listed(foreign)))
        },
    },
    Rule {
        id: "parent_open",
        area: AREA,
        severity: Severity::High,
        why: "anybody there can move the data folder away, and put one of their own in its place",
        mend: "chmod o-w on these folders, or chmod +t where all have to write there",
        look: |facts| {
            let above = &facts.disk.open_above;
            found(!above.is_empty(), || format!("anybody may write above the data folder: {}", listed(above)))
        },
    },
    Rule {
        id: "backup_open",
        area: AREA,
        severity: Severity::High,
        why: "a backup in clear holds every key and secret; who can write there chooses what is restored",
        mend: "chmod 700 on backup.folder, and 600 on the backups in it",
        look: |facts| {
            let open = &facts.disk.open_backups;
            found(!open.is_empty(), || format!("others may use: {}", listed(open)))
        },
    },
    Rule {
        id: "settings_open",
        area: AREA,
        severity: Severity::High,
        why: "who reads the file has what is secret in it; who writes it says what the server refuses",
        mend: "chmod 640 on the file and its group that of the server, or its secrets in the environment",
        look: |facts| facts.disk.open_settings.clone().map_or(Look::Fine, Look::Found),
    },
];
