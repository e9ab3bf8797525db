//! Alerts on their way to people: through crashes, storms and dead receivers, and with nothing in them that is not ours.

mod commands;
mod crashes;
mod quiet;
mod storms;
