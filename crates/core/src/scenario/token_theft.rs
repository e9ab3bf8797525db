//! Scenario 5, token theft: what a refresh token that comes back means, whose token an access token is, and which
//! keys are good when.

pub mod fingerprint;
pub mod rotation;
pub mod signing;
