//! Scratch root.
mod bad_input;
mod portfolio;
mod server;
mod shop;
