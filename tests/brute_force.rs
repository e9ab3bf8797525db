//! Scenario 1, brute force: few tries, one answer for every wrong one, and passwords worth guessing at.

mod alike;
mod passwords;
mod tries;
