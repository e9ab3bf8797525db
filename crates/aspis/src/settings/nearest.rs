//! The right key for a wrong one: the nearest by spelling, or the one of the same name in another section.

use strsim::normalized_damerau_levenshtein as likeness;

use super::{key::Key, schema::Schema};

/// Below this, a suggestion would be a guess.
const ALIKE: f64 = 0.7;
/// The same name in another section counts for this much.
const SAME_NAME: f64 = 0.85;
/// Longer sections are not listed in a message.
const LISTED: usize = 12;
/// Nothing longer is compared: the cost grows with the product of the lengths.
const COMPARED: usize = 200;

/// What to say about a key that does not exist.
pub(crate) fn unknown(schema: &Schema, key: &Key) -> String {
    if let Some(door) = always_on(key) {
        return format!("`{key}` cannot be set: {door} is always enforced");
    }
    if let Some(near) = nearest(schema, key) {
        return format!("unknown key `{key}`; did you mean `{near}`?");
    }
    let parent = key.parent();
    let known = schema.children(&parent);
    if known.is_empty() || known.len() > LISTED || parent.0.is_empty() {
        return format!("unknown key `{key}`; `aspis.toml` lists them all");
    }
    format!("unknown key `{key}`; `{parent}` has {}", known.join(", "))
}

/// The doors that are not a matter of settings, so that the answer is not a spelling hint.
const ALWAYS_ON: [&str; 10] = [
    "authenticate",
    "authorise",
    "blocked",
    "body",
    "breaker",
    "forgery",
    "identify",
    "queue",
    "quota",
    "shape",
];

fn always_on(key: &Key) -> Option<&str> {
    match key.parts().as_slice() {
        ["safeguards", _] | ["safeguards", "routes", _, _] => {
            Some(key.last()).filter(|door| ALWAYS_ON.contains(door))
        }
        _ => None,
    }
}

/// The existing key that is most like this one, if any is.
pub(crate) fn nearest(schema: &Schema, key: &Key) -> Option<Key> {
    let wrong = key.to_string();
    if wrong.len() > COMPARED {
        return None;
    }
    let scored =
        schema.candidates(key).into_iter().map(|candidate| (score(&wrong, key, &candidate), candidate));
    scored.filter(|(score, _)| *score >= ALIKE).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, near)| near)
}

fn score(wrong: &str, key: &Key, candidate: &Key) -> f64 {
    let whole = likeness(wrong, &candidate.to_string());
    if key.last() == candidate.last() { whole.max(SAME_NAME) } else { whole }
}
