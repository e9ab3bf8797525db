//! Where alerts go. An address that may be posted to, and whatever signs or opens it, is nobody's to read.

use std::fmt;

use aspis_core::alert::Severity;
use aspis_watch::{
    channels::{Signing, Target},
    otel::Collector,
};
use serde::{Deserialize, Serialize, Serializer};
use toml::Value;

use super::{Hidden, Refused, choice, hidden::secret, shown};

choice! {
    /// The least severity that a channel carries.
    Least {
        /// All of them.
        Info = "info",
        /// What somebody should look at today, and what is critical.
        Warning = "warning",
        /// What somebody should look at now.
        Critical = "critical",
    }
}

impl Least {
    /// The severity.
    pub const fn get(self) -> Severity {
        match self {
            Self::Info => Severity::Info,
            Self::Warning => Severity::Warning,
            Self::Critical => Severity::Critical,
        }
    }
}

choice! {
    /// By which method a gateway is asked.
    GatewayMethod {
        /// GET.
        Get = "GET",
        /// POST.
        Post = "POST",
        /// PUT.
        Put = "PUT",
    }
}

choice! {
    /// What kind of body a gateway takes.
    GatewayForm {
        /// JSON.
        Json = "json",
        /// As a form of a page.
        Urlencoded = "form",
        /// Plain text.
        Text = "text",
    }
}

secret! {
    /// Where a hook is; or empty: none.
    HookUrl, |text| Target::parse(text).is_ok(),
    "is no address of a hook; write e.g. \"https://hooks.example.com/…\" without a name or a password before the host, \
     or nothing: \"\""
}

impl HookUrl {
    /// Where it is, where one is set.
    pub fn target(&self) -> Option<Target> {
        Target::parse(self.get()?).ok()
    }
}

secret! {
    /// What messages are signed with; or empty.
    HookSecret, |text| Signing::parse(text).is_ok(),
    "is no secret; write \"whsec_\" and 24 to 64 bytes in base64, or two of these with a space between them"
}

secret! {
    /// Where a gateway is, with places to fill in; or empty: none.
    GatewayUrl, |text| text.starts_with("https://") || text.starts_with("http://"),
    "is no address of a gateway; write e.g. \"https://sms.example.com/send?to={to}&text={text}\", or nothing: \"\""
}

secret! {
    /// What a gateway is sent, with places to fill in; or empty: nothing.
    GatewayBody, |text| text.contains("{text}"),
    "has no place for {text}; write e.g. '{\"to\": \"{to}\", \"text\": \"{text}\"}', or nothing: \"\""
}

secret! {
    /// Where a collector of telemetry is; or empty: none.
    CollectorUrl, |text| Collector::parse(text, &[]).is_ok(),
    "is no address of a collector; write e.g. \"http://127.0.0.1:4318\" without a name or a password before the host and \
     without a query, or nothing: \"\""
}

/// Header fields that a gateway or a collector gets, as `Name: value`.
#[derive(Clone, Deserialize)]
#[serde(try_from = "Value")]
pub struct HookFields(Vec<Hidden>);

impl HookFields {
    /// The fields in the order they were written.
    pub fn get(&self) -> Vec<&str> {
        self.0.iter().map(Hidden::expose).collect()
    }
}

impl TryFrom<Value> for HookFields {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let wrong =
            || Refused::new("the value (not shown) is no list of fields; write e.g. [\"X-Api-Key: …\"]");
        let Value::Array(items) = value else { return Err(wrong()) };
        let fields: Vec<_> = items.into_iter().map(Hidden::try_from).collect::<Result<_, _>>()?;
        let good =
            |field: &Hidden| field.expose().contains(':') && !field.expose().contains(char::is_control);
        if fields.iter().all(good) { Ok(Self(fields)) } else { Err(wrong()) }
    }
}

impl PartialEq for HookFields {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl fmt::Debug for HookFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for HookFields {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

/// Numbers of telephones, as E.164 writes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Numbers(Vec<String>);

/// The most numbers: each message costs money at each of them.
const NUMBERS: usize = 10;

impl Numbers {
    /// The numbers in the order they were written.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl TryFrom<Value> for Numbers {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let Some(items) = value.as_array().filter(|items| items.len() <= NUMBERS) else {
            return Err(Refused::not(
                &value,
                format!("a list of up to {NUMBERS} numbers; write e.g. [\"+12015550123\"]"),
            ));
        };
        items.iter().map(number).collect::<Result<_, _>>().map(Self)
    }
}

fn number(item: &Value) -> Result<String, Refused> {
    let digits = item.as_str().and_then(|text| text.strip_prefix('+')).unwrap_or_default();
    if (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(format!("+{digits}"));
    }
    Err(Refused::new(format!(
        "{} is not a number; write a plus and 7 to 15 digits, e.g. \"+12015550123\"",
        shown(item)
    )))
}
