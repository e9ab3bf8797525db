//! Names that a caller made up, where a refusal says which was wrong.
//!
//! A secret in the place of a name (`?TOKEN=`, `{"PASSWORD": …}`) must not come back in an answer that others may keep, so
//! a name is repeated only where it looks like one.

/// What stands for a name that is not repeated.
const SOMETHING: &str = "(a name that is not repeated)";
/// Names of ours have fewer letters than any token, key or secret.
const LONGEST: usize = 30;

/// The name, or a word in its place.
pub fn repeated(name: &str) -> &str {
    if is_a_name(name) { name } else { SOMETHING }
}

fn is_a_name(name: &str) -> bool {
    let begins = |c: u8| c.is_ascii_alphabetic() || c == b'_';
    let goes_on = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-' | b'.' | b'[' | b']');
    name.len() <= LONGEST && name.bytes().next().is_some_and(begins) && name.bytes().all(goes_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_repeated_and_a_secret_is_not() {
        for name in ["extra", "fullName", "x-y", "__proto__", "items[]", "a.b"] {
            assert_eq!(repeated(name), name);
        }
        for secret in [
            "",
            "several unrelated words",
            "123456",
            "aspis_live_0123456789ABCDEFGHIJ",
            "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            "a'b",
            "\u{e9}t\u{e9}",
        ] {
            assert_eq!(repeated(secret), SOMETHING);
        }
    }
}
