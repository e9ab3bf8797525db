//! Scenario 5, token theft: what is stolen is soon worthless, and its use is noticed.

mod addresses;
mod dpop;
mod families;
mod fingerprint;
mod forged;
mod keys;
mod notices;
mod parallel;
mod places;
mod sign_ins;
