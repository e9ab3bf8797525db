//! Environment variables as leaves: `ASPIS_RATE__LOGIN` is `rate.login`.

use super::{Leaf, typed};
use crate::settings::{key::Key, problem::Origin, schema::Schema};

const PREFIX: &str = "ASPIS_";
/// Short names, as secrets are handed to containers.
const SHORT: [(&str, &str); 2] =
    [("SECRETS_KEY", "STORE__SECRETS_KEY"), ("SECRETS_KEY_FILE", "STORE__SECRETS_KEY_FILE")];
/// Left to the tests.
const TESTS: &str = "ASPIS_TEST_";

/// True for a variable that should be a setting.
pub(super) fn is_ours(name: &str) -> bool {
    name.starts_with(PREFIX) && !name.starts_with(TESTS)
}

pub(super) fn leaf(name: &str, text: &str, schema: &Schema) -> Leaf {
    let path = name.strip_prefix(PREFIX).unwrap_or(name);
    let path = SHORT.iter().find(|(short, _)| *short == path).map_or(path, |(_, path)| path);
    let key = Key(path.split("__").map(str::to_lowercase).collect());
    let value = Ok(typed::value(text, &schema.place(&key)));
    Leaf { key, value, origin: Origin::Environment { variable: name.escape_debug().to_string() } }
}
