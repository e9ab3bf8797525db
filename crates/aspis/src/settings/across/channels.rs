//! Channels of alerts that are half set.

use aspis_watch::channels::{Form, Gateway, Method};

use super::{Clash, clash};
use crate::settings::{
    AlertSms, Settings,
    value::{GatewayForm, GatewayMethod},
};

pub(super) fn mail_has_a_relay(s: &Settings) -> Option<Clash> {
    let wrong = !s.alerts.mail.to.as_slice().is_empty() && s.mail.url.get().is_none();
    clash(wrong, &["alerts.mail.to", "mail.url"], || {
        "alerts go by the mail server of mail.url; write e.g. \"smtps://user:password@mail.example.com\" there".into()
    })
}

pub(super) fn a_webhook_is_signed(s: &Settings) -> Option<Clash> {
    let hook = &s.alerts.webhook;
    let wrong = hook.url.get().is_some() && hook.secret.get().is_none();
    clash(wrong, &["alerts.webhook.secret", "alerts.webhook.url"], || {
        "alerts.webhook.url is set, and messages are signed; write \"whsec_\" and 24 to 64 bytes in base64"
            .into()
    })
}

pub(super) fn short_messages_have_a_gateway(s: &Settings) -> Option<Clash> {
    let sms = &s.alerts.sms;
    let wrong = sms.to.as_slice().is_empty() == sms.url.get().is_some();
    clash(wrong, &["alerts.sms.to", "alerts.sms.url"], || {
        "alerts.sms.to and alerts.sms.url belong together; set both, or neither".into()
    })
}

pub(super) fn a_gateway_is_whole(s: &Settings) -> Option<Clash> {
    let wrong = gateway(&s.alerts.sms).and_then(Result::err)?;
    Some(Clash { keys: vec!["alerts.sms.url", "alerts.sms.body"], message: wrong.to_string() })
}

/// The gateway of the settings, where one is set.
pub(crate) fn gateway(sms: &AlertSms) -> Option<Result<Gateway, aspis_watch::channels::TemplateError>> {
    let method = match sms.method {
        GatewayMethod::Get => Method::Get,
        GatewayMethod::Post => Method::Post,
        GatewayMethod::Put => Method::Put,
    };
    let form = match sms.form {
        GatewayForm::Json => Form::Json,
        GatewayForm::Urlencoded => Form::Urlencoded,
        GatewayForm::Text => Form::Text,
    };
    let body = sms.body.get().unwrap_or_default();
    Some(Gateway::parse(method, sms.url.get()?, form, body, &sms.headers.get()))
}
