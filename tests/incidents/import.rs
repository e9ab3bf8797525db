//! Accounts that are brought in from elsewhere.

use std::{
    fs,
    path::Path,
    process::{Output, Stdio},
};

use serde_json::{Value, json};

use crate::server::{Home, Server, aspis, run, text};

const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuuzJG4JpGMAsMZ9tdTLqw6RnhJYW69DSC";
const HEAD: &str = "email,full_name,password_hash\n";

fn import(home: &Home, file: &Path, more: &[&str]) -> Output {
    let (data, file) = (home.data().display().to_string(), file.display().to_string());
    run(&[&["--data", &data, "--json", "users", "import", &file][..], more].concat())
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)))
}

fn accounts(home: &Home) -> usize {
    let data = home.data().display().to_string();
    let listed = run(&["--data", &data, "--json", "users", "list"]);
    serde_json::from_slice::<Value>(&listed.stdout).unwrap()["accounts"].as_array().unwrap().len()
}

fn people(from: usize, to: usize) -> String {
    let row = |n| format!("person{n}@example.org,Person {n},{BCRYPT}\n");
    HEAD.to_owned() + &(from..to).map(row).collect::<String>()
}

#[test]
fn nothing_of_a_file_with_anything_wrong_in_it_is_brought_in() {
    let home = Home::furnished();
    let file = home.beside("people.csv");
    let rows = format!("{HEAD}ada@example.org,\"O'Brien, Ada\",{BCRYPT}\nBob@Example.org,Bob,{BCRYPT}\n");
    let plus = BCRYPT.replace("$04$", "$+4$");
    fs::write(
        &file,
        format!(
            "{rows}eve@example.org,Eve,5f4dcc3b5aa765d61d8327deb882cf99\nada@example.org,<b>,{BCRYPT}\n\
             joe@example.org,Joe,{plus}\n"
        ),
    )
    .unwrap();
    let output = import(&home, &file, &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = report(&output);
    let wrong = said["refused"].as_array().unwrap().iter();
    let wrong: Vec<_> =
        wrong.map(|one| (one["line"].as_u64().unwrap(), one["field"].as_str().unwrap())).collect();
    assert_eq!(wrong, [(4, "password_hash"), (5, "email"), (5, "full_name"), (6, "password_hash")]);
    assert_eq!(said["rows"], 5, "right or wrong");
    assert!(!said.to_string().contains("5f4dcc"), "{said}");
    assert_eq!(accounts(&home), 0);
    fs::write(&file, &rows).unwrap();
    assert_eq!(report(&import(&home, &file, &["--dry-run"]))["added"], 2);
    assert_eq!(accounts(&home), 0);
    assert_eq!(report(&import(&home, &file, &[]))["added"], 2);
    let again = report(&import(&home, &file, &[]));
    assert_eq!((&again["added"], &again["taken"]), (&0.into(), &json!([2, 3])));
    let lines = home.beside("people.jsonl");
    let line = json!({"email": "joe@example.org", "full_name": "Joe", "password_hash": BCRYPT});
    fs::write(&lines, format!("{line}\n\n")).unwrap();
    assert_eq!(report(&import(&home, &lines, &[]))["added"], 1);
    fs::write(&lines, "{\"email\":\"x@example.org\",\"role\":\"admin\"}").unwrap();
    assert_eq!(import(&home, &lines, &[]).status.code(), Some(1));
    let server = Server::on(home, &[]);
    let login = json!({"email": "bob@example.org", "password": "violet harbour 17 lanterns"});
    assert_eq!(server.post("/api/v1/auth/login", &login.to_string()).status, 200);
}

#[test]
fn what_is_no_file_of_accounts_is_said_to_be_none() {
    let home = Home::furnished();
    let file = home.beside("people.csv");
    let row = format!("ada@example.org,Ada,{BCRYPT}\n");
    for (sent, why) in [
        (String::new(), "the file is empty"),
        ("\n \n".to_owned(), "the file is empty"),
        (HEAD.to_owned(), "no row below"),
        (row.clone(), "has to be the headings email,full_name,password_hash"),
        (format!("mail,name,hash\n{row}"), "has to be the headings"),
    ] {
        fs::write(&file, &sent).unwrap();
        let output = import(&home, &file, &[]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{sent:?}: {said}");
        assert!(said.contains(why) && output.stdout.is_empty(), "{sent:?}: {said}");
    }
    assert_eq!(accounts(&home), 0);
}

/// While thousands are brought in, the server beside it writes on.
#[test]
fn a_server_beside_it_writes_on() {
    let server = Server::start(&[
        "rate.register=60000/minute",
        "register.challenge_after=1000",
        "password.argon2_memory_kib=64",
        "password.argon2_passes=1",
    ]);
    let file = server.home().beside("people.csv");
    fs::write(&file, people(0, 4000)).unwrap();
    let (data, path) = (server.data().display().to_string(), file.display().to_string());
    let args = ["--data", &data, "--json", "users", "import", &path];
    let mut child = aspis(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut written = 0;
    while child.try_wait().unwrap().is_none() {
        let person = json!({"email": format!("new{written}@example.org"), "password": crate::shop::PASSWORD, "full_name": "N"});
        let made = server.post("/api/v1/auth/register", &person.to_string());
        assert_eq!(made.status, 201, "{}", made.body);
        written += 1;
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!(report(&output)["added"], 4000, "{}", text(&output.stderr));
    assert!(written > 0);
    server.writes(&["users import begins", "users import ends"]);
}

/// Killed in between: what is in is in, and the same file brings in the rest.
#[test]
fn who_is_cut_off_runs_it_again() {
    let home = Home::furnished();
    let file = home.beside("people.csv");
    fs::write(&file, people(0, 3000)).unwrap();
    let (data, path) = (home.data().display().to_string(), file.display().to_string());
    let args = ["--data", &data, "users", "import", &path];
    let mut child = aspis(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // As soon as the first are in; a machine that is too slow for that fails below.
    let _ = (0..100_000).any(|_| accounts(&home) > 0);
    child.kill().unwrap();
    child.wait().unwrap();
    let (left, log) = (accounts(&home), fs::read_to_string(home.data().join("logs/security.log")).unwrap());
    assert!(left > 0 && left % 100 == 0, "whole steps: {left}");
    assert!(log.contains("users import begins"), "{log}");
    assert_eq!(log.contains("users import ends"), left == 3000);
    let again = report(&import(&home, &file, &[]));
    assert_eq!(again["added"].as_u64().unwrap() + again["taken"].as_array().unwrap().len() as u64, 3000);
    assert_eq!((again["taken"].as_array().unwrap().len(), accounts(&home)), (left, 3000));
}
