//! Everything that a repository has ever held: every object, also those that nothing points to any more.
//!
//! Git itself reads the objects. A repository's own settings must not have it run anything: no hook, no filter, no
//! program that shows or fetches is asked for, and the settings of the machine and of the user are left out.

use std::{
    collections::HashMap,
    ffi::OsString,
    io::{self, BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use super::{
    hunt::{Find, Hunt, Object},
    walk::shown,
};

mod complete;

/// Settings that stand above a repository's own.
const SAFE: [&str; 9] = [
    "safe.directory=*",
    "safe.bareRepository=all",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.alternateRefsCommand=false",
    "core.pager=cat",
    "core.useReplaceRefs=false",
    "log.showSignature=false",
    "gc.auto=0",
];
/// The longest line that git writes before an object.
const LINE: u64 = 4096;
/// Bytes of git's answer that are held at once.
const BUFFER: usize = 256 * 1024;

/// Looks through all objects, then asks where those come from that held keys.
pub(super) fn history(hunt: &mut Hunt, repository: &Path) {
    let before = hunt.finds.len();
    let commits = match objects(hunt, repository) {
        Ok(commits) => commits,
        Err(error) => return hunt.refuse(&shown(repository), format!("its history: {error}"), false),
    };
    hunt.object = None;
    complete::check(hunt, repository);
    let finds = &mut hunt.finds[before..];
    if finds.is_empty() {
        return;
    }
    let told = origins(finds, repository, &["--all", "--reflog"], &[], true)
        .and_then(|()| origins(finds, repository, &["--stdin"], &commits, false));
    if let Err(error) = told {
        hunt.refuse(&shown(repository), format!("where its objects come from: {error}"), false);
    }
}

#[expect(clippy::disallowed_methods, reason = "git alone reads its own packs; a path is all that it is told")]
fn git(repository: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    let mut place = OsString::from("--git-dir=");
    place.push(repository);
    command.env_clear().args(["--no-pager", "--no-replace-objects", "--no-optional-locks"]).arg(place);
    command.args(SAFE.iter().flat_map(|setting| ["-c", setting])).args(args);
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command.envs([
        ("LC_ALL", "C"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_TERMINAL_PROMPT", "0"),
        // What is missing is missing: nothing is fetched, by whatever program.
        ("GIT_NO_LAZY_FETCH", "1"),
        ("GIT_ALLOW_PROTOCOL", "none"),
    ]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Looks through every object. Returns the names of all commits.
fn objects(hunt: &mut Hunt, repository: &Path) -> io::Result<Vec<String>> {
    let args = ["cat-file", "--batch-all-objects", "--batch", "--unordered", "--buffer"];
    let mut child = git(repository, &args).spawn()?;
    let mut commits = Vec::new();
    let outcome = stdout(&mut child).and_then(|mut answer| {
        while object(hunt, repository, &mut answer, &mut commits)? {}
        Ok(())
    });
    end(child, outcome).map(|()| commits)
}

/// One object: a line with its name, kind and size, its bytes, and the end of a line.
fn object(
    hunt: &mut Hunt,
    repository: &Path,
    answer: &mut BufReader<ChildStdout>,
    commits: &mut Vec<String>,
) -> io::Result<bool> {
    let Some(line) = line(answer)? else { return Ok(false) };
    let mut words = line.split(' ');
    let (name, kind, size) = (words.next(), words.next().and_then(kind), words.next());
    let size = size.and_then(|size| size.parse::<u64>().ok());
    let (Some(name), Some(kind), Some(size)) = (name, kind, size) else {
        hunt.refuse(&shown(repository), format!("an object cannot be read: {line}"), false);
        return Ok(true);
    };
    if kind == "commit" {
        commits.push(name.to_owned());
    }
    let mut bytes = answer.take(size);
    hunt.object = Some(Object {
        repository: repository.to_owned(),
        name: name.to_owned(),
        kind,
        commit: None,
        reachable: false,
    });
    hunt.counts.objects += 1;
    hunt.look(&mut bytes, "");
    io::copy(&mut bytes, &mut io::sink())?;
    answer.read_exact(&mut [0])?;
    Ok(true)
}

fn kind(word: &str) -> Option<&'static str> {
    ["blob", "tree", "commit", "tag"].into_iter().find(|kind| *kind == word)
}

/// Says of each find which commit brought it, and under which name: that of the oldest.
fn origins(
    finds: &mut [Find],
    repository: &Path,
    from: &[&str],
    commits: &[String],
    reachable: bool,
) -> io::Result<()> {
    let mut wanted: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, find) in finds.iter().enumerate() {
        if let Some(object) = find.object.as_ref().filter(|object| object.commit.is_none()) {
            wanted.entry(object.name.clone()).or_default().push(at);
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let args = ["rev-list", "--objects", "--in-commit-order", "--topo-order", "--reverse"];
    let mut command = git(repository, &[&args[..], from].concat());
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    // It reads all of them before it writes.
    let asked = child
        .stdin
        .take()
        .map_or(Ok(()), |mut ask| commits.iter().try_for_each(|commit| writeln!(ask, "{commit}")));
    let outcome = asked.and_then(|()| stdout(&mut child)).and_then(|mut answer| {
        let mut commit = None;
        while let Some(line) = line(&mut answer)? {
            let (name, path) = line.split_once(' ').unwrap_or((&line, ""));
            if !line.contains(' ') {
                commit = Some(line.clone());
            }
            for at in wanted.remove(name).unwrap_or_default() {
                place(&mut finds[at], path, commit.as_ref(), reachable);
            }
        }
        Ok(())
    });
    end(child, outcome)
}

fn place(find: &mut Find, path: &str, commit: Option<&String>, reachable: bool) {
    find.place = format!("{path}{}", find.place);
    if let Some(object) = &mut find.object {
        object.commit = commit.cloned();
        object.reachable = reachable;
    }
}

fn stdout(child: &mut Child) -> io::Result<BufReader<ChildStdout>> {
    let stdout = child.stdout.take().ok_or_else(|| io::Error::other("git says nothing"))?;
    Ok(BufReader::with_capacity(BUFFER, stdout))
}

/// A line without its end. Paths may be of any bytes, and are shown as well as they can be.
fn line(answer: &mut BufReader<ChildStdout>) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    let mut bounded = answer.take(LINE);
    bounded.read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    // The name of a tree without one ends with a space, which a commit's does not.
    if line.pop_if(|last| *last == b'\n').is_none() {
        // The rest of a path that is longer than any file system takes.
        io::BufRead::skip_until(answer, b'\n')?;
    }
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}

fn end(mut child: Child, outcome: io::Result<()>) -> io::Result<()> {
    if outcome.is_err() {
        // It may have ended already.
        let _ = child.kill();
    }
    let status = child.wait()?;
    outcome?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("git: {status}"))) }
}
