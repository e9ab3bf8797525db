//! Scenario 1, brute force: few tries, one answer for every wrong one, and passwords worth guessing at.

mod alike;
mod challenges;
mod delays;
mod devices;
mod hand;
mod imported;
mod locks;
mod names;
mod owner;
mod parallel;
mod passwords;
mod registrations;
mod secrets;
mod stuffing;
mod tries;
