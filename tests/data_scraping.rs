//! Scenario 7, scraping: pages are small, strangers see the newest rows only, and the whole is for who signs in.

mod bulk;
mod cursors;
mod depth;
mod enumeration;
mod marks;
mod quota;
mod running;
mod signatures;
