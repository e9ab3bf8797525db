use proptest::prelude::*;

use super::*;

const TABLE: [&str; 9] =
    ["/", "/a", "/a/{x}", "/a/b", "/a/{x}/c", "/a/b/{y}", "/ab/{x}/{y}", "/{z}/b/c", "/a/{x}/c/{y}"];

fn paths() -> Paths {
    Paths::new(TABLE.iter().enumerate().map(|(row, path)| (*path, vec![row])).collect()).expect("a table")
}

#[test]
fn a_last_parameter_is_found_at_once() {
    let paths = paths();
    let mut spans = Spans::default();
    spans[0] = (3, 6);
    assert_eq!(paths.find("/a/xyz"), Some((&[2][..], spans)));
    assert_eq!(paths.find("/a/b"), Some((&[3][..], Spans::default())), "what is written out comes first");
    assert_eq!(paths.find("/a/"), None);
}

proptest! {
    /// The short ways lead where the long one leads.
    #[test]
    fn the_short_way_leads_to_the_same_row(path in "(/(a|b|c|ab|)){0,5}|[/abc]{0,8}") {
        let paths = paths();
        prop_assert_eq!(paths.find(&path), paths.step_by_step(&path), "{}", path);
    }
}
