//! Scenario 5, token theft: what is stolen is soon worthless, and its use is noticed.

mod families;
mod forged;
mod parallel;
