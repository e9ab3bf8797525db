//! Scratch root.
mod shop;
mod server;
mod bad_input;
mod portfolio;
mod market;
mod operators;
mod production;
