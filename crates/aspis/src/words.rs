//! Numbers as sentences say them.

use std::fmt::Display;

/// So many of something: `1 file`, `2 files`.
pub(crate) fn counted(count: impl Display, one: &str, many: &str) -> String {
    let count = count.to_string();
    let noun = if count == "1" { one } else { many };
    format!("{count} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one() {
        let files = |count: u64| counted(count, "file", "files");
        assert_eq!([files(0), files(1), files(2), files(11)], ["0 files", "1 file", "2 files", "11 files"]);
    }
}
