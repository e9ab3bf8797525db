//! A report as pictures: what is said now, and whether what was said came true. Not here: the figures themselves.

mod fan;
mod svg;
mod text;

pub use fan::Fan;
pub use svg::svg;
pub use text::text;
