use proptest::prelude::*;

use super::*;

/// Text that often is TOML, and often enough about our keys.
fn overlay() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("[rate]".to_owned()),
        Just("[safeguards.routes.\"GET /\"]".to_owned()),
        Just("[[edge]]".to_owned()),
        "[a-z_]{0,8}\\.?[a-z_\"é]{1,8} = .{0,20}",
        "(login|connections|mode|https|listen|routes) = (-?[0-9]{1,25}|\"[^\"]{0,9}\"|\\[.{0,9}|nan|1979-05-27|\\{\\})",
        ".{0,40}",
    ];
    prop::collection::vec(line, 0..8).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn no_overlay_panics_or_goes_unplaced(text in overlay()) {
        if let Err(problems) = Settings::load(&file(&text)) {
            prop_assert!(!problems.as_slice().is_empty());
            let most = text.lines().count() + 1;
            for problem in problems.as_slice() {
                let said = problem.to_string();
                prop_assert!(said.starts_with("aspis.toml:"), "{}", said);
                prop_assert!(!said.contains(char::is_control), "{:?}", said);
                let Some(Origin::File { line, .. }) = &problem.origin else { panic!("{said}") };
                prop_assert!((1..=most).contains(line), "{}", said);
            }
        }
    }

    #[test]
    fn no_flag_or_variable_panics(name in "\\PC{0,30}", value in ".{0,30}", flag in ".{0,40}") {
        let sources = Sources::default().environment([(format!("ASPIS_{name}"), value)]).set(flag);
        if let Err(problems) = Settings::load(&sources) {
            for problem in problems.as_slice() {
                prop_assert!(!problem.to_string().contains(char::is_control), "{:?}", problem);
            }
        }
    }
}
