//! The names that an exemption may be for: a safeguard, a rule of it, or several rules by what their names begin with.

use aspis_core::{exemption::Guard, scenario::finding::rule_names};
use aspis_guard::surface::Class;
use strsim::normalized_damerau_levenshtein as likeness;

/// How many are named to somebody who has mistyped one.
const NAMED: usize = 3;

/// All of them, each once.
fn all() -> Vec<String> {
    let guards = Guard::ALL.map(Guard::word);
    let named = Guard::NAMED.map(|(rule, _)| rule);
    let rates = Class::ALL.map(|class| format!("rate.{}", class.word()));
    let plain = guards.into_iter().chain(named).chain(rule_names()).map(str::to_owned);
    let mut all: Vec<String> = plain.chain(rates).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// True for a name of ours, and for what names of ours begin with: `sqli.wait` is every rule below it.
pub(super) fn is_known(rule: &str) -> bool {
    let finer = |known: &String| known.strip_prefix(rule).is_some_and(|rest| rest.starts_with('.'));
    all().iter().any(|known| known == rule || finer(known))
}

/// The names that are most like it.
pub(super) fn nearest(rule: &str) -> Vec<String> {
    let rule: String = rule.chars().take(super::RULE).collect();
    let mut all: Vec<(f64, String)> =
        all().into_iter().map(|known| (likeness(&rule, &known), known)).collect();
    all.sort_by(|one, other| other.0.total_cmp(&one.0));
    all.into_iter().take(NAMED).map(|(_, known)| known).collect()
}

#[cfg(test)]
mod tests {
    use aspis_core::exemption::Scope;

    use super::*;

    #[test]
    fn every_name_of_ours_may_be_excused_and_no_other() {
        for rule in all() {
            assert!(is_known(&rule) && Scope::parse(&rule).is_some(), "{rule}");
        }
        let finer =
            all().into_iter().find(|rule| rule.matches('.').count() == 2).expect("one of three words");
        let (wider, _) = finer.rsplit_once('.').expect("three words");
        assert!(is_known(wider), "{wider}");
        for rule in ["rate.nope", "rate.log", "sqli.", "inspects", "rate.login.more", ""] {
            assert!(!is_known(rule), "{rule}");
        }
    }

    #[test]
    fn who_mistypes_is_told_the_nearest() {
        assert_eq!(nearest("rate.logn")[0], "rate.login");
        assert_eq!(nearest("qouta")[0], "quota");
        assert_eq!(nearest("x".repeat(100_000).as_str()).len(), NAMED);
    }
}
