//! The rules, one folder a scenario, each a pure function of facts and settings.

use serde::Serialize;

pub mod brute_force;
pub mod cross_site_scripting;
pub mod data_scraping;
pub mod denial_of_service;
pub mod finding;
pub mod key_leakage;
pub mod price_manipulation;
pub mod request_forgery;
pub mod session_hijacking;
pub mod sql_injection;
pub mod token_theft;

/// The ten attacks that Aspis is built against, by the same name everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scenario {
    /// Guessing passwords.
    BruteForce,
    /// Floods and slow clients.
    DenialOfService,
    /// Injection: SQL, paths, control bytes.
    SqlInjection,
    /// Script in somebody else's page.
    CrossSiteScripting,
    /// Stolen tokens.
    TokenTheft,
    /// Leaked API keys.
    KeyLeakage,
    /// Copying the whole data set.
    DataScraping,
    /// Bent prices and predictions.
    PriceManipulation,
    /// Stolen browser sessions.
    SessionHijacking,
    /// Requests forged by another site.
    RequestForgery,
}

impl Scenario {
    /// All ten, in the order of the manual.
    pub const ALL: [Self; 10] = [
        Self::BruteForce,
        Self::DenialOfService,
        Self::SqlInjection,
        Self::CrossSiteScripting,
        Self::TokenTheft,
        Self::KeyLeakage,
        Self::DataScraping,
        Self::PriceManipulation,
        Self::SessionHijacking,
        Self::RequestForgery,
    ];

    /// The name in folders, pages, metrics, events and problem types.
    pub const fn word(self) -> &'static str {
        match self {
            Self::BruteForce => "brute_force",
            Self::DenialOfService => "denial_of_service",
            Self::SqlInjection => "sql_injection",
            Self::CrossSiteScripting => "cross_site_scripting",
            Self::TokenTheft => "token_theft",
            Self::KeyLeakage => "key_leakage",
            Self::DataScraping => "data_scraping",
            Self::PriceManipulation => "price_manipulation",
            Self::SessionHijacking => "session_hijacking",
            Self::RequestForgery => "request_forgery",
        }
    }
}
