//! Files of prices: brought in beside a server and without one, once, whatever happens in between.

use std::{
    fs,
    io::{Read, Write},
    os::unix::net::UnixStream,
    process::{Output, Stdio},
};

use serde_json::Value;

use super::{Home, Server, complaint, demo, mode, run, text};
use crate::server::aspis;

mod killed;

/// A day of 2020, by its number.
fn days(count: i64) -> String {
    let rows = (0..count).map(|day| format!("2020-01-{:02},{}.5\n", day + 1, 100 + day));
    format!("timestamp,close\n{}", rows.collect::<String>())
}

fn import(home: &Home, file: &str, flags: &[&str]) -> Output {
    let (data, file) = (home.data().display().to_string(), home.beside(file).display().to_string());
    let mut args =
        vec!["--data", &data, "assets", "import", &file, "--asset", "NEW", "--source", "my_broker"];
    args.extend(flags);
    run(&args)
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)))
}

fn ends(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{}{}", text(&output.stdout), text(&output.stderr));
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

fn listed(home: &Home) -> Value {
    let output = run(&["--data", &home.data().display().to_string(), "--json", "assets", "list"]);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)))
}

#[test]
fn a_file_is_brought_in_without_a_server() {
    let home = Home::empty();
    fs::write(home.beside("new.csv"), days(20)).unwrap();
    let said = ends(&import(&home, "new.csv", &["--currency", "eur", "--name", "New & Co"]), 0);
    assert!(said.contains("20 added, 0 changed, 0 unchanged, 0 held, 0 refused"), "{said}");
    assert_eq!((mode(&home.data()), mode(&home.data().join("aspis.db"))), (0o700, 0o600));
    let again = report(&import(&home, "new.csv", &["--json"]));
    assert_eq!((&again["unchanged"], &again["added"]), (&Value::from(20), &Value::from(0)), "{again}");
    let list = listed(&home);
    assert_eq!(list.as_array().unwrap().len(), 9, "the shipped assets are under it");
    let new = list.as_array().unwrap().iter().find(|asset| asset["asset"] == "NEW").unwrap();
    assert_eq!((&new["currency"], &new["name"]), (&Value::from("EUR"), &Value::from("New & Co")));
    assert_eq!(
        (&new["series"][0]["rows"], &new["series"][0]["sources"][0]),
        (&20.into(), &"my_broker".into())
    );
    assert_eq!(new["series"][0]["last"], "2020-01-20T00:00:00Z");
    let table = run(&["--data", &home.data().display().to_string(), "assets", "list"]);
    assert!(text(&table.stdout).lines().any(|line| line.starts_with("NEW") && line.ends_with("my_broker")));
    let log = fs::read_to_string(home.data().join("logs/security.log")).unwrap();
    let done: Vec<&str> = log.lines().filter(|line| line.contains("\"import_done\"")).collect();
    assert!(done.len() == 2 && done[0].contains("NEW 1d from my_broker"), "{log}");
    let server = Server::on(home, &[]);
    assert_eq!(server.get("/api/v1/price/NEW").json()["price"], "119.5");
    assert_eq!(server.get("/api/v1/price/BTC").json()["price"], "8709.49");
}

#[test]
fn a_server_that_runs_shows_the_new_rows_at_once() {
    let server = Server::start(&[]);
    assert_eq!(server.get("/api/v1/price/NEW").status, 404);
    fs::write(server.home().beside("new.csv"), days(20)).unwrap();
    ends(&import(server.home(), "new.csv", &[]), 0);
    let price = server.get("/api/v1/price/NEW").json();
    assert_eq!((&price["price"], &price["source"]), (&"119.5".into(), &"my_broker".into()));
    fs::write(server.home().beside("new.csv"), days(25)).unwrap();
    ends(&import(server.home(), "new.csv", &[]), 0);
    assert_eq!(server.get("/api/v1/price/NEW").json()["price"], "124.5");
    assert_eq!(server.get("/api/v1/history/NEW?limit=1000").json()["rows"].as_array().unwrap().len(), 25);
    let (home, status, _) = server.stop();
    assert!(status.success() && !home.data().join("control.sock").exists());
    let log = fs::read_to_string(home.data().join("logs/security.log")).unwrap();
    let done: Vec<&str> = log.lines().filter(|line| line.contains("\"import_done\"")).collect();
    let user = nix::unistd::User::from_uid(nix::unistd::geteuid()).unwrap().unwrap().name;
    assert!(done.len() == 2 && done[0].contains(&format!("{user} (")), "{log}");
}

/// Each copy of an asset that came while the server ran is marked as soon as there are rows enough to tell by.
#[test]
fn what_comes_beside_a_server_is_marked_too() {
    let server = Server::start(&["marks.volumes=true"]);
    let rows = (0..60).map(|day| {
        let (month, day, volume) = (1 + day / 28, 1 + day % 28, 70_000 + 137 * day);
        format!("2020-{month:02}-{day:02},{volume}.{:02}\n", 1 + day % 9)
    });
    let rows: Vec<String> = rows.collect();
    let file: String = rows.iter().map(|row| row.replace(',', ",100.5,")).collect();
    fs::write(server.home().beside("new.csv"), format!("timestamp,close,volume\n{file}")).unwrap();
    ends(&import(server.home(), "new.csv", &[]), 0);
    let token = format!("authorization: Bearer {}", demo(&server));
    let volumes = |fields: &[&str]| {
        let page = server.wire().ask("GET", "/api/v1/history/NEW?limit=1000", fields, "").json();
        page["rows"].as_array().unwrap().iter().map(|row| row["volume"].clone()).collect::<Vec<_>>()
    };
    let plain = volumes(&[]);
    assert_eq!(plain.len(), 60);
    let marked = (0..25).map(|_| volumes(&[&token])).find(|marked| {
        let is_marked = *marked != plain;
        if !is_marked {
            std::thread::sleep(std::time::Duration::from_millis(1200));
        }
        is_marked
    });
    let marked = marked.expect("marked within half a minute");
    assert!(marked.iter().zip(&plain).filter(|(one, other)| one != other).count() > 40, "{marked:?}");
}

#[test]
fn the_control_socket_answers_its_owner() {
    let server = Server::start(&[]);
    let socket = server.data().join("control.sock");
    assert_eq!(mode(&socket), 0o600);
    let ask = |line: &str| -> Value {
        let mut stream = UnixStream::connect(&socket).unwrap();
        stream.write_all(line.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert_eq!(answer.lines().count(), 1, "{answer}");
        serde_json::from_str(&answer).unwrap()
    };
    assert_eq!(ask("{\"command\":\"ping\"}\n")["ok"], true);
    assert_eq!(ask("{\"command\":\"reload-prices\",\"asset\":\"BTC\"}\n")["ok"], true);
    assert_eq!(ask("{\"command\":\"reload-prices\",\"asset\":\"NONE\"}\n")["error"], "unknown_asset");
    assert_eq!(ask("{\"command\":\"stop\"}\n")["error"], "unknown_command");
    assert_eq!(ask("]\n")["ok"], false);
    // Whoever says nothing, or too much, keeps nobody from asking.
    let silent: Vec<UnixStream> = (0..8).map(|_| UnixStream::connect(&socket).unwrap()).collect();
    let mut loud = UnixStream::connect(&socket).unwrap();
    let _ = loud.write_all(&vec![b'x'; 1 << 20]);
    assert_eq!(ask("{\"command\":\"ping\"}\n")["ok"], true);
    drop(silent);
    let (home, status, _) = server.stop();
    assert!(status.success());
    let log = fs::read_to_string(home.data().join("logs/security.log")).unwrap();
    assert_eq!(log.lines().filter(|line| line.contains("\"control_used\"")).count(), 1, "{log}");
}

#[test]
fn bad_rows_are_told_and_cost_only_themselves() {
    let home = Home::furnished();
    let bad = days(9).replace("2020-01-03,102.5", "2020-01-03,\u{1b}[2J").replace("2020-01-05", "5.1.2020");
    fs::write(home.beside("bad.csv"), bad).unwrap();
    let tried = import(&home, "bad.csv", &["--dry-run"]);
    assert!(ends(&tried, 1).contains("7 added") && listed(&home).as_array().unwrap().len() == 8);
    let strict = ends(&import(&home, "bad.csv", &["--strict"]), 2);
    assert!(strict.contains("--strict") && listed(&home).as_array().unwrap().len() == 8, "{strict}");
    let said = ends(&import(&home, "bad.csv", &[]), 1);
    assert!(said.contains("line 4, close: not_a_price (\\u{1b}[2J)") && !said.contains('\u{1b}'), "{said}");
    assert!(said.contains("line 6, timestamp: not_a_moment (5.1.2020)"), "{said}");
    let told = report(&import(&home, "bad.csv", &["--json"]));
    assert_eq!((&told["unchanged"], &told["refused"]), (&7.into(), &2.into()), "{told}");
    let fault =
        serde_json::json!({"line": 6, "column": "timestamp", "why": "not_a_moment", "cell": "5.1.2020"});
    assert_eq!(told["faults"][1], fault);
}

#[test]
fn what_cannot_be_brought_in_is_said_so() {
    let home = Home::furnished();
    fs::write(home.beside("new.csv"), days(3)).unwrap();
    fs::write(home.beside("odd.csv"), "a,b\n1,2\n").unwrap();
    for (file, flags, word) in [
        ("none.csv", &[][..], "none.csv"),
        ("odd.csv", &[], "names no column `timestamp`"),
        ("", &[], "no regular file"),
        ("new.csv", &["--hold"], "market.trusted_sources"),
        ("new.csv", &["--asset", "BTC-USD"], "1 to 12 letters"),
        ("new.csv", &["--asset", "xrqd"], "scraping.honey_assets"),
        ("new.csv", &["--asset", "BTC", "--currency", "EUR"], "priced in USD, not in EUR"),
        ("new.csv", &["--interval", "1m"], "must be 1h or 1d"),
    ] {
        let twice = flags.contains(&"--asset");
        let output = if twice { renamed(&home, file, flags) } else { import(&home, file, flags) };
        let said = complaint(&output);
        assert!(output.status.code() == Some(2) && said.contains(word), "{file} {flags:?}: {said}");
    }
}

/// As [`import`], with an asset among the flags.
fn renamed(home: &Home, file: &str, flags: &[&str]) -> Output {
    let (data, file) = (home.data().display().to_string(), home.beside(file).display().to_string());
    let mut args = vec!["--data", &data, "assets", "import", &file, "--source", "my_broker"];
    args.extend(flags);
    run(&args)
}

#[test]
fn what_comes_in_is_read_too_and_so_is_gzip() {
    let home = Home::furnished();
    let data = home.data().display().to_string();
    let args =
        ["--data", &data, "--json", "assets", "import", "-", "--asset", "NEW", "--source", "my_broker"];
    let pipe = |bytes: &[u8]| {
        let mut command = aspis(&args);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        child.wait_with_output().unwrap()
    };
    assert_eq!(report(&pipe(days(5).as_bytes()))["added"], 5);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(days(9).as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let told = report(&pipe(&packed));
    assert_eq!((&told["added"], &told["unchanged"]), (&4.into(), &5.into()), "{told}");
    fs::write(home.beside("new.csv.gz"), &packed).unwrap();
    assert_eq!(report(&import(&home, "new.csv.gz", &["--json"]))["unchanged"], 9);
    fs::write(home.beside("torn.gz"), &packed[..packed.len() / 2]).unwrap();
    assert!(ends(&import(&home, "torn.gz", &[]), 2).contains("torn.gz"));
}

#[test]
fn the_desk_holds_what_looks_wrong() {
    let home = Home::furnished();
    let rows =
        (0..9).map(|day| format!("2020-01-{},{}\n", 18 + day, if day == 5 { 87_000 } else { 8700 + day }));
    fs::write(home.beside("live.csv"), format!("timestamp,close\n{}", rows.collect::<String>())).unwrap();
    let data = home.data().display().to_string();
    let file = home.beside("live.csv").display().to_string();
    let args = [
        "--data",
        &data,
        "--json",
        "assets",
        "import",
        &file,
        "--asset",
        "BTC",
        "--source",
        "internal_db",
        "--hold",
    ];
    let told = report(&run(&args));
    assert_eq!(
        (&told["added"], &told["held"], &told["refused"]),
        (&8.into(), &1.into(), &0.into()),
        "{told}"
    );
    let again = report(&run(&args));
    assert_eq!((&again["unchanged"], &again["held"]), (&9.into(), &0.into()), "{again}");
}
