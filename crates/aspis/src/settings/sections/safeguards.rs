//! The modes of the safeguards, for all routes and for single ones.
//!
//! Only the doors that can sensibly be watched first are here. The others are enforced, and no setting changes that.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Value;

use crate::settings::value::{Refused, choice, shown};

choice! {
    /// How a safeguard acts on its verdict.
    Stance {
        /// It refuses.
        Enforce = "enforce",
        /// It records what it would have refused, and lets it pass.
        Observe = "observe",
        /// It does not look.
        Off = "off",
    }
}

/// The doors that have a mode, as their keys are called.
pub const DOORS: [&str; 7] = ["https", "inspect", "rate", "forgery", "scraping", "quota", "attack"];

/// `[safeguards]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Safeguards {
    /// Plain HTTP is refused in production.
    pub https: Stance,
    /// Injection, script and traversal are refused.
    pub inspect: Stance,
    /// Callers over their limit are refused.
    pub rate: Stance,
    /// Requests that another site forged are refused.
    pub forgery: Stance,
    /// Callers who walk through everything meet a challenge.
    pub scraping: Stance,
    /// Callers whose bytes are used up are refused.
    pub quota: Stance,
    /// Under attack, limits are tighter and strangers meet a challenge.
    pub attack: Stance,
    /// What single routes have otherwise.
    pub routes: BTreeMap<Route, RouteDoors>,
}

/// What one route has otherwise; what is absent is as for all routes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RouteDoors {
    /// As [`Safeguards::https`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub https: Option<Stance>,
    /// As [`Safeguards::inspect`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inspect: Option<Stance>,
    /// As [`Safeguards::rate`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Stance>,
    /// As [`Safeguards::forgery`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forgery: Option<Stance>,
    /// As [`Safeguards::scraping`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scraping: Option<Stance>,
    /// As [`Safeguards::quota`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<Stance>,
    /// As [`Safeguards::attack`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attack: Option<Stance>,
}

/// The modes of one route, with nothing left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doors {
    /// The mode of the https door.
    pub https: Stance,
    /// The mode of the inspector.
    pub inspect: Stance,
    /// The mode of the limiter.
    pub rate: Stance,
    /// The mode of the forgery door.
    pub forgery: Stance,
    /// The mode of the scraping door.
    pub scraping: Stance,
    /// The mode of the daily quotas.
    pub quota: Stance,
    /// The mode of what happens under attack.
    pub attack: Stance,
}

impl Safeguards {
    /// The modes of a route, named as `GET /api/v1/price/{asset}`.
    pub fn of(&self, route: &str) -> Doors {
        let own = self.routes.get(route).copied().unwrap_or_default();
        Doors {
            https: own.https.unwrap_or(self.https),
            inspect: own.inspect.unwrap_or(self.inspect),
            rate: own.rate.unwrap_or(self.rate),
            forgery: own.forgery.unwrap_or(self.forgery),
            scraping: own.scraping.unwrap_or(self.scraping),
            quota: own.quota.unwrap_or(self.quota),
            attack: own.attack.unwrap_or(self.attack),
        }
    }
}

/// A route by method and path, such as `GET /api/v1/price/{asset}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Route(String);

impl Route {
    /// Method, a space, and the path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for Route {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Route {
    type Error = Refused;

    fn try_from(text: String) -> Result<Self, Refused> {
        let plain = |byte: u8| byte.is_ascii_graphic();
        match text.split_once(' ') {
            Some((method, path))
                if !method.is_empty()
                    && method.bytes().all(|byte| byte.is_ascii_uppercase())
                    && path.starts_with('/')
                    && path.bytes().all(plain) =>
            {
                Ok(Self(text))
            }
            _ => {
                let shown = shown(&Value::String(text));
                Err(Refused::new(format!(
                    "{shown} is not a route; write e.g. \"GET /api/v1/price/{{asset}}\""
                )))
            }
        }
    }
}
