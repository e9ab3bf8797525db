//! Scenario 4, cross-site scripting: script is refused where it is sent, and could not run where it is shown.

mod answers;
mod attacks;
mod descriptions;
mod headers;
mod reports;
