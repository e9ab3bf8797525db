//! `aspis keys`: beside the server and without it.

use std::{fs, thread, time::Duration};

use nix::sys::signal::Signal;
use serde_json::Value;

use super::{Server, complaint, mode, printed, run, text};
use crate::server::Wire;

const DEMO: &str = "demo@example.org";

fn keys(data: &str, args: &[&str]) -> Value {
    let output = run(&[&["--data", data, "--json", "keys"], args].concat());
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn status(server: &Server, key: &str) -> u16 {
    server.wire().ask("GET", "/api/v1/prices", &[&format!("x-api-key: {key}")], "").status
}

#[test]
fn keys_are_made_listed_and_ended_beside_the_server_and_without_it() {
    let server = Server::start(&[]);
    let data = server.data().display().to_string();
    let scope = ["--account", DEMO, "--name", "nightly", "--scope", "read:prices"];
    let made = keys(&data, &[&["create"], &scope[..]].concat());
    let (key, id) = (made["key"].as_str().unwrap(), made["id"].as_str().unwrap());
    assert_eq!(status(&server, key), 200, "the server knows it at once");
    let listed = keys(&data, &["list", "--account", DEMO]);
    assert_eq!((&listed["keys"][0]["id"], &listed["keys"][0]["account"]), (&made["id"], &DEMO.into()));
    assert_eq!(
        (&listed["keys"][0]["calls_today"], &listed["keys"][0]["used_by"]),
        (&1.into(), &"127.0.0.1".into())
    );
    let next = keys(&data, &["rotate", id, "--grace", "0"]);
    let (next, next_id) = (next["key"].as_str().unwrap(), next["id"].as_str().unwrap());
    assert_eq!((status(&server, key), status(&server, next)), (401, 200));
    keys(&data, &["revoke", next_id]);
    assert_eq!(status(&server, next), 401);
    let plain = printed(&[&["--data", &data, "keys", "create"], &scope[..]].concat());
    assert!(plain.starts_with("aspis_live_") && plain.trim_end().len() == 60, "the key alone: {plain}");
    let honey = keys(&data, &["honey", "--name", "the old wiki"]);
    assert_eq!(status(&server, honey["key"].as_str().unwrap()), 401);
    assert_eq!(keys(&data, &["honey", "--list"])["keys"][0]["uses"], 1);

    let (home, _, _) = server.stop();
    let out = home.beside("key");
    let file = out.display().to_string();
    let args = [&["create"], &scope[..], &["--out", &file]].concat();
    let made = keys(&data, &args);
    assert!(made.get("key").is_none(), "{made}");
    let (key, id) = (fs::read_to_string(&out).unwrap().trim_end().to_owned(), made["id"].as_str().unwrap());
    assert_eq!(mode(&out), 0o600);
    let said = complaint(&run(&[&["--data", &data, "keys"], &args[..]].concat()));
    assert!(said.contains(&file), "no file is written over: {said}");
    assert_eq!(keys(&data, &["list"])["keys"].as_array().unwrap().len(), 2, "and nothing was made");
    let server = Server::on(home, &[]);
    assert_eq!(status(&server, &key), 200, "what was made without a server it knows");
    let (home, _, _) = server.stop();
    keys(&data, &["revoke", id]);
    let server = Server::on(home, &[]);
    assert_eq!(status(&server, &key), 401);
    assert_eq!(keys(&data, &["list", "--status", "ended"])["keys"].as_array().unwrap().len(), 3);
    let (home, _, _) = server.stop();
    let log = fs::read_to_string(home.data().join("logs/security.log")).unwrap();
    assert!(log.contains("keys.operator") && log.contains(": create") && !log.contains(&key[11..]), "{log}");
}

/// A key that cannot be written down is not made.
#[test]
#[expect(clippy::disallowed_methods, reason = "a shell, because the limit is for the command alone")]
fn where_a_file_has_no_room_no_key_is_made() {
    let server = Server::start(&[]);
    let data = server.data().display().to_string();
    let out = server.home().beside("key").display().to_string();
    let made = ["create", "--account", DEMO, "--name", "x", "--scope", "predict"];
    for args in [&made[..], &["honey"]] {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"]).arg(crate::server::binary());
        shell.args(["--data", &data, "keys"]).args(args).args(["--out", &out]);
        let said = complaint(&shell.output().unwrap());
        assert!(said.contains(&out), "{said}");
        assert!(!std::path::Path::new(&out).exists(), "nothing is left of it");
    }
    assert_eq!(keys(&data, &["list", "--status", "all"])["keys"].as_array().unwrap().len(), 0);
    assert_eq!(keys(&data, &["honey", "--list"])["keys"].as_array().unwrap().len(), 0);
}

#[test]
fn what_cannot_be_done_with_keys_is_said() {
    let server = Server::start(&[]);
    let data = server.data().display().to_string();
    let nobody = ["create", "--account", "nobody@example.org", "--name", "x", "--scope", "predict"];
    let wrong = ["create", "--account", DEMO, "--name", "x", "--scope", "everything"];
    let cases: [(&[&str], &str); 4] = [
        (&nobody, "no such account"),
        (&wrong, "must be one of"),
        (&["revoke", "x"], "no such key"),
        (&["rotate", "01890000-0000-7000-8000-000000000000"], "no such key"),
    ];
    let (home, _, _) = {
        for (args, what) in cases {
            let said = complaint(&run(&[&["--data", &data, "keys"], args].concat()));
            assert!(said.contains(what), "{args:?}: {said}");
        }
        server.stop()
    };
    for (args, what) in cases {
        let said = complaint(&run(&[&["--data", &data, "keys"], args].concat()));
        assert!(said.contains(what), "without a server: {args:?}: {said}");
    }
    let empty = home.beside("empty").display().to_string();
    let said = complaint(&run(&["--data", &empty, "keys", "list"]));
    assert!(said.contains("there is no database"), "{said}");
}

/// A kill loses no suspension that its owner was told of, no warning and no end.
#[test]
fn a_suspended_key_is_suspended_after_a_kill() {
    let settings = ["keys.settled=0s"];
    let server = Server::start(&settings);
    let data = server.data().display().to_string();
    let make = |name| keys(&data, &["create", "--account", DEMO, "--name", name, "--scope", "read:prices"]);
    let (odd, gone) = (make("odd"), make("gone"));
    let (odd, gone) = (odd["key"].as_str().unwrap(), gone["key"].as_str().unwrap());
    assert_eq!((status(&server, odd), status(&server, gone)), (200, 200));
    let address = server.address;
    let away = Wire::between([127, 0, 9, 1], address);
    let refused = away.ask("GET", "/api/v1/prices", &[&format!("x-api-key: {odd}")], "");
    assert_eq!(refused.refusal(), (403, "key_suspended".to_owned()));
    let given = server.post("/api/v1/keys/revoke", &format!("{{\"key\":\"{gone}\"}}"));
    assert_eq!(given.status, 200);
    let suspended = || keys(&data, &["list", "--status", "suspended"])["keys"].as_array().unwrap().len();
    while suspended() == 0 {
        std::thread::yield_now();
    }
    server.signal(Signal::SIGKILL);
    let (home, ..) = server.ended();
    let server = Server::on(home, &settings);
    assert_eq!((status(&server, odd), status(&server, gone)), (403, 401));
}

/// A server that starts knows keys by heart: who ends one at that moment is heard by it, or ends the key before it looks.
#[test]
fn a_key_that_is_ended_while_a_server_starts_is_ended() {
    let mut server = Server::start(&[]);
    let data = server.data().display().to_string();
    for pause in [0, 60, 120, 250, 500] {
        let made = keys(&data, &["create", "--account", DEMO, "--name", "n", "--scope", "read:prices"]);
        let (key, id) = (made["key"].as_str().unwrap(), made["id"].as_str().unwrap());
        assert_eq!(status(&server, key), 200);
        let (home, ..) = server.stop();
        server = thread::scope(|scope| {
            let starts = scope.spawn(|| Server::on(home, &[]));
            thread::sleep(Duration::from_millis(pause));
            keys(&data, &["revoke", id]);
            starts.join().unwrap()
        });
        assert_eq!(status(&server, key), 401, "after {pause} ms");
    }
}

/// Without its socket a server would hear of nothing: it makes another one, and a command waits for that.
#[test]
fn a_control_socket_that_is_taken_away_is_made_anew() {
    let server = Server::start(&[]);
    let data = server.data().display().to_string();
    for left in [None, Some("")] {
        let made = keys(&data, &["create", "--account", DEMO, "--name", "n", "--scope", "read:prices"]);
        let socket = server.data().join("control.sock");
        fs::remove_file(&socket).unwrap();
        // A file of another kind is somebody's own, and is not taken away.
        left.inspect(|text| fs::write(&socket, text).unwrap());
        let (key, id) = (made["key"].as_str().unwrap(), made["id"].as_str().unwrap());
        if left.is_some() {
            let said = complaint(&run(&["--data", &data, "keys", "revoke", id]));
            assert!(said.contains("nothing was done"), "{said}");
            assert_eq!(status(&server, key), 200);
        } else {
            keys(&data, &["revoke", id]);
            assert_eq!(status(&server, key), 401);
        }
    }
}
