//! A second query joined to ours, or a second statement behind it.

use crate::scenario::finding::signal::Signal;

const UNION: &[&str] = &["union"];
const STACKED: &[&str] = &[
    "drop",
    "insert",
    "update",
    "delete",
    "select",
    "exec",
    "declare",
    "create",
    "alter",
    "truncate",
    "shutdown",
    "waitfor",
    "begin",
    "call ",
    "grant",
    "merge",
    "copy",
    "attach",
    "pragma",
    "backup",
    "handler",
    "load_ext",
    "replace",
    "revoke",
    "raiserror",
    "reconf",
    "vacuum",
    "rename",
    "rollback",
    "commit",
    "sp_",
    "xp_",
];

pub(super) static SIGNALS: &[Signal] = &[
    Signal::new(
        "sqli.union",
        3,
        UNION,
        r"\b union (?: <B> | [(] | \\n )+ (?: (?: all | distinct(?:row)? ) (?: <B> | [(] )* )? (?: select | values | table <B> ) ",
    ),
    Signal::new(
        "sqli.union.value",
        4,
        UNION,
        r"(?: [\d'\x22`).] | \b null | \\n ) \s* union (?: <B> | [(] )+ (?: (?: all | distinct(?:row)? ) (?: <B> | [(] )* )? select \b",
    ),
    Signal::new(
        "sqli.union.list",
        4,
        UNION,
        r"\b union (?: <B> | [(] )+ (?: (?: all | distinct(?:row)? ) (?: <B> | [(] )+ )? select \b (?: <B> | [(] | distinct\b | top\s+\d+ )*
          (?: null \b | -?\d | @ | <Q> | \* | \w+ \( | \w+ <B>* , <B>* [\w'\x22@*(]+ <B>* (?: , | from\b | -- | \# | \z | [)] ) | \w+ <B>+ from <B>+ [\w.]+ [\s+);]* (?: \z | -- | \# | /\* | ; | where | limit | order | union ) | \w+ [\s)]* (?: -- | \# ) )",
    ),
    Signal::new(
        "sqli.union.bare",
        2,
        UNION,
        r"\b union \b \W* (?: (?: all | distinct ) \b \W* )? (?: \z | select )",
    ),
    Signal::new("sqli.stacked", 6, STACKED, r"<V> ; [\s+;]* <T>"),
    Signal::new(
        "sqli.stacked.later",
        2,
        STACKED,
        r"; [\s+;]* (?: (?: drop | alter | truncate | create ) <B>+ (?: table | database | schema | view | index | user | role | procedure | function | trigger | login ) <B>+ \w | insert <B>+ into <B> | update <B>+ [\w.]+ <B>+ set <B> | delete <B>+ from <B> | shutdown \b | exec <B>+ \w | declare <B>+ @ | select <B>+ \w )",
    ),
    Signal::new(
        "sqli.stacked.ended",
        4,
        STACKED,
        r"; [\s+]* (?: drop | alter | truncate | create | insert | update | delete | select | exec | declare | shutdown ) \b [^;]{0,200} (?: -- | \# | /\* ) [\s+-]* \z",
    ),
    Signal::new(
        "sqli.merged",
        2,
        &["intersect", "except", "minus"],
        r"[\d'\x22`)] <B>* (?: intersect | except | minus ) <B>+ (?: all <B>+ )? [(]? select \b",
    ),
];
