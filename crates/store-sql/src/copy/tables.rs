//! What is copied: every table but the schema's own, those that are referred to before those that refer to them.

/// A table, and the statements that take it there, and back.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    /// Rows of a file after a number, in the order in which they were written. A row that refers to one of its own table
    /// was written after it.
    pub(super) read: &'static str,
    /// Rows as JSON into a server, by the names of their columns.
    pub(super) write: &'static str,
    /// All rows of a server, so that none refers to a later one.
    pub(super) read_back: &'static str,
    /// Rows as JSON into a file, by the places of their columns: they are the same on both sides.
    pub(super) write_back: &'static str,
}

/// The first so many places of a row.
#[rustfmt::skip]
macro_rules! places {
    (1) => { "json_extract(value, '$[0]')" };
    (2) => { concat!(places!(1), ", json_extract(value, '$[1]')") };
    (3) => { concat!(places!(2), ", json_extract(value, '$[2]')") };
    (4) => { concat!(places!(3), ", json_extract(value, '$[3]')") };
    (5) => { concat!(places!(4), ", json_extract(value, '$[4]')") };
    (6) => { concat!(places!(5), ", json_extract(value, '$[5]')") };
    (7) => { concat!(places!(6), ", json_extract(value, '$[6]')") };
    (8) => { concat!(places!(7), ", json_extract(value, '$[7]')") };
    (9) => { concat!(places!(8), ", json_extract(value, '$[8]')") };
    (10) => { concat!(places!(9), ", json_extract(value, '$[9]')") };
    (11) => { concat!(places!(10), ", json_extract(value, '$[10]')") };
    (12) => { concat!(places!(11), ", json_extract(value, '$[11]')") };
    (13) => { concat!(places!(12), ", json_extract(value, '$[12]')") };
    (14) => { concat!(places!(13), ", json_extract(value, '$[13]')") };
    (15) => { concat!(places!(14), ", json_extract(value, '$[14]')") };
    (16) => { concat!(places!(15), ", json_extract(value, '$[15]')") };
    (17) => { concat!(places!(16), ", json_extract(value, '$[16]')") };
    (18) => { concat!(places!(17), ", json_extract(value, '$[17]')") };
    (19) => { concat!(places!(18), ", json_extract(value, '$[18]')") };
}

macro_rules! tables {
    ($($name:literal $columns:tt $order:literal)*) => {
        &[$(Table {
            name: $name,
            read: concat!("SELECT rowid AS copied_row, * FROM ", $name, " WHERE rowid > $1 ORDER BY rowid LIMIT $2"),
            write: concat!(
                "INSERT INTO ", $name, " SELECT * FROM json_populate_recordset(CAST(NULL AS ", $name, "), CAST($1 AS JSON))"
            ),
            read_back: concat!("SELECT * FROM ", $name, $order),
            write_back: concat!("INSERT INTO ", $name, " SELECT ", places!($columns), " FROM json_each($1)"),
        }),*]
    };
}

/// Each with how many columns it has, and in which order its rows are taken back.
#[rustfmt::skip]
pub(super) const TABLES: &[Table] = tables! {
    "account" 9 "" "invitation" 3 "" "family" 12 "" "token" 5 "" "entry" 9 "" "posting" 4 "" "balance" 3 ""
    "answer" 7 "" "asset" 4 "" "series" 5 "" "bar" 9 "" "marker" 1 "" "vault" 2 "" "totp" 4 "" "recovery_code" 2 ""
    "passkey" 7 "" "link" 4 "" "notice" 7 "" "day_use" 4 "" "quarantine" 16 "" "price_feed" 5 "" "price_split" 6 ""
    "price_import" 8 "" "api_key" 19 "" "key_day" 3 "" "key_network" 3 "" "honey_key" 8 "" "review" 14 ""
    "report" 3 "" "alert" 13 "" "unheard" 5 "" "outbox" 8 "" "outbox_said" 2 "" "outbox_spent" 3 "" "block" 6 ""
    "shut_out" 2 "" "action" 18 " ORDER BY turn" "forced_reset" 2 "" "exemption" 8 ""
};

/// The versions of a schema are each database's own.
pub(super) fn is_copied(table: &str) -> bool {
    table != "schema_version"
}
