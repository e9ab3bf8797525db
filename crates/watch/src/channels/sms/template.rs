//! How a gateway is spoken to: an address, a body and header fields in which `{to}`, `{digits}`, `{text}` and `{id}` are
//! filled in, each encoded for the place where it stands.

use aspis_core::secret::SecretText;
use http::{HeaderName, HeaderValue, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::super::http::{Call, Target, field};

/// What kind of body it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON.
    Json,
    /// As a form of a page.
    Urlencoded,
    /// Plain text.
    Text,
}

/// By which method it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET, without a body.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
}

/// Why a template is none. It repeats nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The address.
    #[error("alerts.sms.url is not an http or https address, or has a name or a password before its host")]
    Address,
    /// The text has no place.
    #[error("alerts.sms.url and alerts.sms.body have no place for {{text}}")]
    Place,
    /// A body that a GET does not have.
    #[error("alerts.sms.body is sent by POST and PUT alone; write alerts.sms.method = \"POST\", or no body")]
    Body,
    /// JSON that is none.
    #[error(
        "alerts.sms.body is not JSON; a place stands in quotes, e.g. {{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}"
    )]
    Json,
    /// A header field.
    #[error("alerts.sms.headers: a field is written \"Name: value\"")]
    Field,
}

/// A gateway. Everything in it may hold a secret.
pub struct Gateway {
    method: Method,
    url: SecretText,
    form: Form,
    body: SecretText,
    fields: Vec<(HeaderName, HeaderValue)>,
}

impl Gateway {
    /// Reads the parts of a template, and tries it.
    pub fn parse(
        method: Method,
        url: &str,
        form: Form,
        body: &str,
        fields: &[&str],
    ) -> Result<Self, TemplateError> {
        let fields: Option<Vec<_>> = fields.iter().map(|text| field(text)).collect();
        let gateway = Self {
            method,
            url: SecretText::new(url),
            form,
            body: SecretText::new(body),
            fields: fields.ok_or(TemplateError::Field)?,
        };
        match method {
            Method::Get if !body.is_empty() => return Err(TemplateError::Body),
            _ if !url.contains("{text}") && !body.contains("{text}") => return Err(TemplateError::Place),
            _ => {}
        }
        let (_, call) = gateway.call("+4915100000000", "a \"b\" & c", "1").ok_or(TemplateError::Address)?;
        let is_json = serde_json::from_slice::<serde_json::Value>(&call.body).is_ok();
        if form == Form::Json && !body.is_empty() && !is_json {
            return Err(TemplateError::Json);
        }
        Ok(gateway)
    }

    /// One message to one number.
    pub(super) fn call(&self, to: &str, text: &str, id: &str) -> Option<(Target, Call)> {
        let places = [("to", to), ("digits", to.trim_start_matches('+')), ("text", text), ("id", id)];
        let target = Target::parse(&filled(self.url.expose(), &places, percent)).ok()?;
        let encode = match self.form {
            Form::Json => json,
            Form::Urlencoded => percent,
            Form::Text => str::to_owned,
        };
        let body = filled(self.body.expose(), &places, encode).into_bytes();
        let mut fields = self.fields.clone();
        if !body.is_empty() && !fields.iter().any(|(name, _)| name == header::CONTENT_TYPE) {
            fields.push((header::CONTENT_TYPE, HeaderValue::from_static(self.form.media_type())));
        }
        let method = match self.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Put => http::Method::PUT,
        };
        Some((target, Call { method, fields, body }))
    }
}

impl Form {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Urlencoded => "application/x-www-form-urlencoded",
            Self::Text => "text/plain; charset=utf-8",
        }
    }
}

/// The template with its places filled in, in one pass: what is filled in is never looked at for places.
fn filled(template: &str, places: &[(&str, &str)], encode: fn(&str) -> String) -> String {
    let mut out = String::with_capacity(template.len() + 200);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let place =
            places.iter().find(|(name, _)| after.starts_with(name) && after[name.len()..].starts_with('}'));
        if let Some((name, value)) = place {
            out.push_str(&encode(value));
            rest = &after[name.len() + 1..];
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn percent(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// What stands between the quotes of a JSON string.
fn json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway")
            .field("method", &self.method)
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
