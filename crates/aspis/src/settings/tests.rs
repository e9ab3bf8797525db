mod conflicts;
mod layering;
mod pages;
mod problems;
mod robustness;

use super::*;

/// A file of this text, and nothing else.
fn file(text: &str) -> Sources {
    Sources::default().text("aspis.toml", text)
}

fn loaded(sources: &Sources) -> Settings {
    Settings::load(sources).unwrap_or_else(|problems| panic!("{problems}")).settings
}

/// Every problem as one line.
fn lines(sources: &Sources) -> Vec<String> {
    let problems = Settings::load(sources).expect_err("something must be wrong");
    problems.to_string().lines().map(str::to_owned).collect()
}

fn variable(name: &str, value: &str) -> [(String, String); 1] {
    [(name.to_owned(), value.to_owned())]
}
