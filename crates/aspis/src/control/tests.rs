use std::{
    fs,
    os::unix::{fs::PermissionsExt, net::UnixListener},
    path::PathBuf,
};

use super::{words::Answer, *};

#[test]
fn what_is_said_is_one_line_of_json() {
    let line = |request: &Request| serde_json::to_string(request).expect("JSON");
    assert_eq!(line(&Request::Ping), r#"{"command":"ping"}"#);
    let reload = Request::ReloadPrices { asset: "BTC".to_owned() };
    assert_eq!(line(&reload), r#"{"command":"reload-prices","asset":"BTC"}"#);
    assert_eq!(serde_json::from_str::<Request>(&line(&reload)).expect("read"), reload);
    assert!(serde_json::from_str::<Request>(r#"{"command":"stop"}"#).is_err());
    let answer = Answer::of(Err("unknown_asset"));
    let text = serde_json::to_string(&answer).expect("JSON");
    assert!(text.starts_with(r#"{"ok":false,"error":"unknown_asset","version":""#), "{text}");
    assert_eq!(serde_json::from_str::<Answer>(&text).expect("read"), answer);
}

#[test]
fn a_user_is_named() {
    assert!(user(0).ends_with(" (0)"), "{}", user(0));
    assert_eq!(user(4_000_000_000), "user 4000000000");
}

#[tokio::test]
async fn a_socket_is_private_and_one_that_is_dead_is_replaced() {
    let root = tempfile::tempdir().expect("a folder");
    let deep: PathBuf = std::iter::repeat_n("a-folder-with-a-name", 8).collect();
    for data in [root.path().to_owned(), root.path().join(deep)] {
        fs::create_dir_all(&data).expect("made");
        let socket = data.join("control.sock");
        assert_eq!(ask(&data, &Request::Ping).expect("nobody there"), None);
        // A listener that is dropped leaves its file: as after a kill.
        let short = root.path().join("dead");
        drop(UnixListener::bind(&short).expect("bound"));
        fs::rename(&short, &socket).expect("moved");
        assert_eq!(ask(&data, &Request::Ping).expect("nobody there"), None, "dead");
        let control = Control::open(&data).expect("listening");
        assert_eq!(fs::metadata(&socket).expect("there").permissions().mode() & 0o777, 0o600);
        drop(control);
        assert!(!socket.exists());
    }
}

#[tokio::test]
async fn a_file_in_its_place_is_not_taken_away() {
    let root = tempfile::tempdir().expect("a folder");
    fs::write(root.path().join("control.sock"), "mine").expect("written");
    assert!(Control::open(root.path()).is_err());
    assert_eq!(fs::read_to_string(root.path().join("control.sock")).expect("there"), "mine");
}
