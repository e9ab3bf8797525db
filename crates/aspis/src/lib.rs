//! The binary as a library: settings, the surface table with its routes, the edge, the command line, the lifecycle.
//!
//! The only crate of ours that knows axum, files, the environment and backends.

pub mod app;
mod aside;
mod audit;
mod backup;
pub mod cli;
mod control;
pub mod edge;
mod exemptions;
mod explain;
mod extract;
mod home;
mod incidents;
mod known_log;
mod nodes;
mod openapi;
mod ops;
pub mod panics;
mod people_list;
mod replay;
mod routes;
mod serve;
pub mod settings;
pub mod surface;
mod tls;
mod words;
