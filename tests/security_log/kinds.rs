//! The manual names every kind of event.

use aspis_core::event::Kind;
use aspis_watch::archive::LOST;

#[test]
fn the_manual_lists_every_kind_of_event() {
    let manual = include_str!("../../docs/operations.md");
    let (_, list) = manual.split_once("| event | it says |\n| --- | --- |\n").unwrap();
    let listed: Vec<&str> = list.lines().take_while(|line| line.starts_with("| ")).collect();
    let mut rows: Vec<String> =
        Kind::ALL.iter().map(|kind| format!("| `{}` | {} |", kind.word(), kind.says())).collect();
    // What the log writes of itself.
    rows.push(format!("| `{LOST}` | Events were not written; `count` says how many, `why` why not. |"));
    assert!(listed == rows, "docs/operations.md should list:\n{}", rows.join("\n"));
}
