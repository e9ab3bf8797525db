//! Scenario 7, data scraping: how much one page gives, and how far a stranger may read.

pub mod enumeration;
pub mod honey;
pub mod marks;
pub mod paging;
pub mod quota;
