use serde_json::json;

use super::*;

#[test]
fn a_body_survives_the_shell() {
    let name = json!({ "full_name": "Ada O'Brien" }).to_string();
    assert_eq!(in_single_quotes(&name), r#"'{"full_name":"Ada O'\''Brien"}'"#);
}

#[test]
fn what_no_example_can_know_is_a_variable() {
    let operation = json!({
        "parameters": [{ "name": "token", "in": "path", "schema": { "type": "string" } }],
        "requestBody": { "content": { "application/json": { "schema": {
            "required": ["refresh_token"],
            "properties": { "refresh_token": { "type": "string" } },
        } } } },
    });
    let command = of(&Value::Null, "/x/{token}", "post", &operation, "http://h");
    assert!(command.starts_with("curl \"http://h/x/$TOKEN\""), "{command}");
    assert!(command.ends_with(r#"-d '{"refresh_token":"'"$REFRESH_TOKEN"'"}'"#), "{command}");
}

#[test]
fn a_call_without_a_body_says_its_method() {
    assert_eq!(of(&Value::Null, "/x", "post", &json!({}), "http://h"), "curl -X POST http://h/x");
    assert_eq!(of(&Value::Null, "/x", "get", &json!({}), "http://h"), "curl http://h/x");
}
