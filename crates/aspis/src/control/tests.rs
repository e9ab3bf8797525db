use std::{
    fs,
    io::{BufRead, BufReader, Write},
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

/// Nothing was done where it was not heard: it is said again, and then once.
#[test]
fn a_command_that_was_not_heard_comes_again() {
    let root = tempfile::tempdir().expect("a folder");
    let listener = UnixListener::bind(root.path().join("control.sock")).expect("bound");
    let server = std::thread::spawn(move || {
        for word in [Err("busy"), Err("busy"), Ok(())] {
            let (stream, _) = listener.accept().expect("somebody");
            let mut line = String::new();
            BufReader::new(&stream).read_line(&mut line).expect("a command");
            assert_eq!(line, "{\"command\":\"ping\"}\n");
            serde_json::to_writer(&stream, &Answer::of(word)).expect("said");
            (&stream).write_all(b"\n").expect("said");
        }
        let (stream, _) = listener.accept().expect("somebody");
        drop(stream);
    });
    assert!(ask(root.path(), &Request::Ping).expect("heard").is_some_and(|answer| answer.ok));
    let cut = ask(root.path(), &Request::Ping).expect_err("no answer").to_string();
    assert!(cut.contains("without an answer"), "{cut}");
    server.join().expect("it came three times, and once more");
}

#[tokio::test]
async fn a_file_in_its_place_is_not_taken_away() {
    let root = tempfile::tempdir().expect("a folder");
    fs::write(root.path().join("control.sock"), "mine").expect("written");
    assert!(Control::open(root.path()).is_err());
    assert_eq!(fs::read_to_string(root.path().join("control.sock")).expect("there"), "mine");
}
