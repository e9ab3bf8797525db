//! Scenario 2, denial of service: no caller gets more than its budget, by whatever road it comes.

mod addresses;
mod burst;
mod limits;
mod methods;
mod paths;
mod surface;
mod window;
