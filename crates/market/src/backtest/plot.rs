//! A report as pictures: whether what was said came true. Not here: the figures themselves.

mod svg;
mod text;

pub use svg::svg;
pub use text::text;
