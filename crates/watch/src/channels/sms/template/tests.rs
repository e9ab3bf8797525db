use super::*;

const EVIL: &str = "a \"b\" & c=d#{to}\\";

#[test]
fn what_is_filled_in_is_encoded_for_its_place() {
    let url = "https://sms.example/send?key=hunter2&to={to}&d={digits}&text={text}";
    let gateway = Gateway::parse(Method::Get, url, Form::Json, "", &[]).unwrap();
    let (target, call) = gateway.call("+49151", EVIL, "7").unwrap();
    let expected = "/send?key=hunter2&to=%2B49151&d=49151&text=a%20%22b%22%20%26%20c%3Dd%23%7Bto%7D%5C";
    assert_eq!((target.path(), call.method, call.body), (expected, http::Method::GET, Vec::new()));

    let body = "{\"to\":[\"{to}\"],\"text\":\"{text}\",\"id\":\"{id}\"}";
    let json =
        Gateway::parse(Method::Post, "https://sms.example", Form::Json, body, &["X-Key: hunter2"]).unwrap();
    let (_, call) = json.call("+49151", EVIL, "7").unwrap();
    let sent: serde_json::Value = serde_json::from_slice(&call.body).unwrap();
    assert_eq!(sent, serde_json::json!({"to": ["+49151"], "text": EVIL, "id": "7"}));
    assert_eq!(call.fields[0].0, "x-key");
    assert_eq!(call.fields[1].1, "application/json");

    let form =
        Gateway::parse(Method::Put, "http://[::1]:9", Form::Urlencoded, "To={to}&Body={text}", &[]).unwrap();
    let (_, call) = form.call("+49151", EVIL, "7").unwrap();
    assert_eq!(call.body, b"To=%2B49151&Body=a%20%22b%22%20%26%20c%3Dd%23%7Bto%7D%5C");
}

#[test]
fn what_is_wrong_is_named_and_not_shown() {
    use TemplateError::{Address, Body, Field, Json, Place};
    let parse = |method, url: &str, form, body: &str, fields: &[&str]| {
        Gateway::parse(method, url, form, body, fields).unwrap_err()
    };
    let (get, post) = (Method::Get, Method::Post);
    let good = "https://sms.example/?t={text}";
    for (found, expected) in [
        (parse(get, "hunter2 {text}", Form::Json, "", &[]), Address),
        (parse(get, "https://u:hunter2@sms.example/{text}", Form::Json, "", &[]), Address),
        (parse(get, "https://sms.example/{txt}hunter2", Form::Json, "", &[]), Place),
        (parse(get, good, Form::Json, "{\"hunter2\":\"{text}\"}", &[]), Body),
        (parse(post, good, Form::Json, "{\"hunter2\":{text}}", &[]), Json),
        (parse(get, good, Form::Json, "", &["hunter2"]), Field),
        (parse(get, good, Form::Json, "", &["X-Key: hunter2\r\nX-More: y"]), Field),
    ] {
        assert_eq!(found, expected);
        assert!(!found.to_string().contains("hunter2"));
    }
    let gateway = Gateway::parse(get, "https://sms.example/hunter2?t={text}", Form::Text, "", &[]).unwrap();
    assert!(!format!("{gateway:?}").contains("hunter2"));
}
