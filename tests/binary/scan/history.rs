//! Repositories: everything they ever held, and nothing of theirs is run.

use std::{os::unix::fs::PermissionsExt, process::Command};

use super::*;

/// A repository with a file in it.
struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.git(&["init", "-q", "-b", "main"]);
        repository.commit("README", "nothing");
        repository
    }

    #[expect(clippy::disallowed_methods, reason = "git makes the repository that is looked at")]
    fn git(&self, args: &[&str]) -> String {
        let mut command = Command::new("git");
        command.current_dir(self.path()).args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]);
        command
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("HOME", self.path());
        let output = command.args(args).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        text(&output.stdout).trim().to_owned()
    }

    fn commit(&self, name: &str, content: &str) -> String {
        fs::write(self.path().join(name), content).unwrap();
        self.git(&["add", name]);
        self.git(&["commit", "-q", "-m", &format!("write {name}")]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    /// What a scan of it tells, with its history.
    fn scan(&self) -> (i32, Value) {
        let nowhere = self.path().join("nowhere").display().to_string();
        scan(&["--data", &nowhere, "--history", &self.path().display().to_string()])
    }
}

/// The finding of a key, by its end.
fn of<'a>(report: &'a Value, key: &str) -> &'a Value {
    let end = format!("aspis_live_…{}", &key[56..]);
    let mut found = report["findings"].as_array().unwrap().iter().filter(|one| one["key"] == end.as_str());
    let one = found.next().unwrap_or_else(|| panic!("{end} in {report}"));
    assert!(found.next().is_none(), "{end} once in {report}");
    one
}

#[test]
fn a_key_is_found_wherever_a_repository_holds_it() {
    let repository = Repository::new();
    let keys: Vec<String> = (0..9).map(key).collect();
    let first = repository.commit("config.env", &format!("\nKEY={}\n", keys[0]));
    repository.commit("config.env", "KEY=gone\n");
    repository.commit("again.env", &format!("\nKEY={}\n", keys[0]));
    repository.git(&["rm", "-q", "again.env"]);
    repository.git(&["commit", "-q", "-m", "remove it", "-m", &keys[1]]);
    repository.git(&["tag", "-a", "v1", "-m", &keys[2]]);
    repository.git(&["notes", "add", "-m", &keys[3]]);
    fs::write(repository.path().join("README"), &keys[4]).unwrap();
    repository.git(&["stash", "-q"]);
    repository.git(&["checkout", "-q", "-b", "side"]);
    let lost = repository.commit("lost.txt", &keys[5]);
    repository.git(&["checkout", "-q", "main"]);
    repository.git(&["branch", "-q", "-D", "side"]);
    repository.git(&["reflog", "expire", "--expire=now", "--all"]);
    repository.git(&["gc", "-q", "--no-prune"]);
    fs::write(repository.path().join(".git/blob"), &keys[6]).unwrap();
    let dangling = repository.git(&["hash-object", "-w", ".git/blob"]);
    fs::remove_file(repository.path().join(".git/blob")).unwrap();
    repository.git(&["config", "remote.origin.url", &format!("https://x:{}@example.org/", keys[7])]);
    fs::write(repository.path().join("untracked"), &keys[8]).unwrap();

    let (code, report) = repository.scan();
    assert_eq!((code, &report["unread"]), (1, &json!([])), "{report}");
    let brought = of(&report, &keys[0]);
    assert_eq!(
        (&brought["path"], &brought["line"]),
        (&json!("config.env"), &json!(2)),
        "by the oldest commit"
    );
    assert_eq!((&brought["commit"], &brought["reachable"]), (&json!(first), &json!(true)));
    assert_eq!(of(&report, &keys[1])["kind"], "commit");
    assert_eq!(of(&report, &keys[2])["kind"], "tag");
    assert_eq!(of(&report, &keys[3])["kind"], "blob");
    assert_eq!(
        (&of(&report, &keys[4])["path"], &of(&report, &keys[4])["reachable"]),
        (&json!("README"), &json!(true))
    );
    let alone = of(&report, &keys[5]);
    assert_eq!(
        (&alone["path"], &alone["commit"], &alone["reachable"]),
        (&json!("lost.txt"), &json!(lost), &json!(false))
    );
    assert_eq!(
        (&of(&report, &keys[6])["object"], &of(&report, &keys[6])["commit"]),
        (&json!(dangling), &Value::Null)
    );
    assert!(of(&report, &keys[7])["path"].as_str().unwrap().ends_with(".git/config"));
    assert!(of(&report, &keys[8])["path"].as_str().unwrap().ends_with("/untracked"));

    let nowhere = repository.path().join("nowhere").display().to_string();
    let (_, report) = scan(&["--data", &nowhere, &repository.path().display().to_string()]);
    assert_eq!(report["findings"].as_array().unwrap().len(), 2, "without its history: {report}");
    assert_eq!((&report["repositories"], &report["history"]), (&json!(1), &json!(false)));
}

#[test]
fn a_repository_has_nothing_run() {
    let repository = Repository::new();
    let mine = key(1);
    repository.commit("a.env", &mine);
    let ran = repository.path().join("ran");
    let program = repository.path().join("program");
    fs::write(&program, format!("#!/bin/sh\ntouch {}\ncat\n", ran.display())).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let program = program.display().to_string();
    for name in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.alternateRefsCommand",
        "core.gitProxy",
        "core.editor",
        "diff.x.textconv",
        "diff.x.command",
        "diff.external",
        "filter.x.smudge",
        "filter.x.clean",
        "filter.x.process",
        "gpg.program",
        "credential.helper",
        "uploadpack.packObjectsHook",
        "pager.rev-list",
        "pager.cat-file",
        "alias.cat-file",
        "alias.rev-list",
        "remote.origin.uploadpack",
    ] {
        repository.git(&["config", name, &program]);
    }
    for (name, value) in [
        ("log.showSignature", "true"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("core.repositoryFormatVersion", "1"),
        ("protocol.ext.allow", "always"),
    ] {
        repository.git(&["config", name, value]);
    }
    repository.git(&["config", "remote.origin.url", &format!("ext::{program}")]);
    fs::write(repository.path().join(".git/info/attributes"), "* diff=x filter=x\n").unwrap();
    for hook in ["post-checkout", "reference-transaction", "fsmonitor-watchman", "post-index-change"] {
        fs::copy(&program, repository.path().join(".git/hooks").join(hook)).unwrap();
    }
    // What a tree names and nobody has: git would fetch it.
    let tree = repository.git(&["rev-parse", "HEAD^{tree}"]);
    let _ = fs::remove_file(&ran);
    let missing = repository.path().join(".git/objects").join(&tree[..2]).join(&tree[2..]);
    fs::remove_file(missing).unwrap();
    let (code, report) = repository.scan();
    assert!(!ran.exists(), "something was run");
    let found: Vec<_> =
        report["findings"].as_array().unwrap().iter().filter(|one| one["kind"] == "blob").collect();
    assert_eq!((code, found.len()), (1, 1), "{report}");
}

/// A repository without keys; how the scan of its history ends, and why something was not read.
fn unread(repository: &Repository) -> (i32, String) {
    let (code, report) = repository.scan();
    (code, report["unread"].to_string())
}

#[test]
fn an_object_that_is_missing_or_damaged_is_told() {
    let repository = Repository::new();
    repository.commit("a.env", "some text");
    assert_eq!(unread(&repository), (0, "[]".to_owned()));
    let blob = repository.git(&["rev-parse", "HEAD:a.env"]);
    let file = repository.path().join(".git/objects").join(&blob[..2]).join(&blob[2..]);
    let bytes = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let (code, why) = unread(&repository);
    assert!(code == 2 && why.contains("lacks 1 objects") && why.contains(&blob), "{code} {why}");
    fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(unread(&repository).0, 2);
    fs::write(&file, bytes).unwrap();
    assert_eq!(unread(&repository).0, 0);
    let head = repository.git(&["rev-parse", "HEAD~1"]);
    fs::remove_file(repository.path().join(".git/objects").join(&head[..2]).join(&head[2..])).unwrap();
    assert_eq!(unread(&repository).0, 2, "a commit is missing");
}

#[test]
fn a_shallow_clone_has_not_its_whole_history() {
    let repository = Repository::new();
    repository.commit("a.env", &key(1));
    repository.commit("a.env", "gone");
    let clone = tempfile::tempdir().unwrap();
    let (from, to) = (format!("file://{}", repository.path().display()), clone.path().display().to_string());
    repository.git(&["clone", "-q", "--depth=1", &from, &to]);
    let (code, why) = unread(&Repository(clone));
    assert!(code == 2 && why.contains("shallow"), "{code} {why}");
}

#[test]
fn what_only_lies_where_objects_do_is_read() {
    let repository = Repository::new();
    let objects = repository.path().join(".git/objects");
    fs::create_dir_all(objects.join("ab")).unwrap();
    fs::write(objects.join("ab/notes.txt"), key(1)).unwrap();
    fs::write(objects.join("pack.env"), key(2)).unwrap();
    let nowhere = repository.path().join("nowhere").display().to_string();
    let (_, report) = scan(&["--data", &nowhere, &repository.path().display().to_string()]);
    assert_eq!(report["findings"].as_array().unwrap().len(), 2, "{report}");
}

#[test]
fn what_is_no_repository_after_all_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["objects", "refs"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    fs::write(folder.path().join("HEAD"), "what").unwrap();
    let nowhere = folder.path().join("nowhere").display().to_string();
    let (code, report) = scan(&["--data", &nowhere, "--history", &folder.path().display().to_string()]);
    assert_eq!(code, 2);
    assert!(report["unread"][0]["why"].as_str().unwrap().contains("git"), "{report}");
}
