//! The classes of the Open Cybersecurity Schema Framework 1.8, with our own line under `unmapped`.

use serde::Serialize;

use super::{
    super::{
        item::Item,
        line::{Line, word},
    },
    class::{self, Class},
    ecs::says,
};

#[derive(Debug, Serialize)]
pub(super) struct Outer<'a> {
    category_uid: u16,
    class_uid: u16,
    activity_id: u8,
    type_uid: u32,
    severity_id: u8,
    time: i64,
    message: &'static str,
    metadata: Metadata,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_id: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_id: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disposition_id: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_alert: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finding_info: Option<Finding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    src_endpoint: Option<Endpoint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Uid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_request: Option<Request<'a>>,
    unmapped: Unmapped<'a>,
}

#[derive(Debug, Serialize)]
struct Metadata {
    version: &'static str,
    product: Product,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_uid: Option<String>,
    event_code: &'static str,
    profiles: &'static [&'static str],
}

#[derive(Debug, Serialize)]
struct Product {
    name: &'static str,
    vendor_name: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize)]
struct Finding {
    uid: String,
    title: &'static str,
}

#[derive(Debug, Serialize)]
struct Endpoint {
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subnet: Option<String>,
}

#[derive(Debug, Serialize)]
struct Uid {
    uid: String,
}

#[derive(Debug, Serialize)]
struct Request<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_method: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Unmapped<'a> {
    aspis: Line<'a>,
}

impl<'a> Outer<'a> {
    pub(super) fn of(item: &'a Item, line: Line<'a>) -> Self {
        let class = class::of(item);
        let (class_uid, activity_id) = numbers(class);
        let stopped = class_uid == 4002 && line.enforced != Some(false);
        let finding = || Finding { uid: format!("aspis-{}", line.at), title: says(item) };
        let method = line.route.split_once(' ').map(|(method, _)| method);
        Self {
            category_uid: class_uid / 1000,
            class_uid,
            activity_id,
            type_uid: u32::from(class_uid) * 100 + u32::from(activity_id),
            severity_id: severity(class),
            time: item.at().millis(),
            message: says(item),
            metadata: metadata(item, &line, class_uid),
            status_id: class.outcome().map(|outcome| if outcome == "success" { 1 } else { 2 }),
            action_id: (class_uid == 4002).then_some(if stopped { 2 } else { 1 }),
            disposition_id: (class_uid == 4002).then_some(disposition(class, stopped)),
            is_alert: (class == Class::Attack).then_some(true),
            finding_info: (class == Class::Attack).then(finding),
            src_endpoint: line.client.clone().map(Endpoint::of),
            user: line.account.clone().map(|uid| Uid { uid }),
            http_request: method
                .map(|method| Request { uid: line.request_id.clone(), http_method: Some(method) }),
            unmapped: Unmapped { aspis: line },
        }
    }
}

fn metadata(item: &Item, line: &Line<'_>, class_uid: u16) -> Metadata {
    Metadata {
        version: "1.8.0",
        product: Product { name: "Aspis", vendor_name: "Aspis", version: env!("CARGO_PKG_VERSION") },
        correlation_uid: line.request_id.clone(),
        event_code: word(item),
        profiles: if class_uid == 4002 { &["security_control"] } else { &[] },
    }
}

impl Endpoint {
    fn of(address: String) -> Self {
        if address.contains('/') {
            Self { ip: None, subnet: Some(address) }
        } else {
            Self { ip: Some(address), subnet: None }
        }
    }
}

/// Class and activity.
fn numbers(class: Class) -> (u16, u8) {
    match class {
        Class::SignIn | Class::SignInFailed => (3002, 1),
        Class::SignOut => (3002, 2),
        Class::Account(activity) => (3001, activity),
        Class::Granted => (3005, 1),
        Class::Taken => (3005, 2),
        Class::Blocked | Class::Challenged | Class::Faulty => (4002, 0),
        Class::Attack => (2004, 1),
        Class::House => (6003, 99),
    }
}

/// Stopped, challenged or let pass.
fn disposition(class: Class, stopped: bool) -> u8 {
    match class {
        _ if !stopped => 1,
        Class::Challenged => 23,
        Class::Faulty => 99,
        _ => 2,
    }
}

/// One of six, of our ten.
fn severity(class: Class) -> u8 {
    match class.severity() {
        0..=2 => 1,
        3..=4 => 2,
        5..=6 => 3,
        7..=8 => 4,
        _ => 5,
    }
}
