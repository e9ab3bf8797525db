//! A Redis whose time is a test's own: it stands still until it is moved.
//!
//! The server asks the machine for the time; a small library that is loaded before it answers from a file instead. Its
//! monotonic clock is the machine's, so that it waits and answers as ever.
#![expect(clippy::disallowed_methods, reason = "the compiler is another program")]

use std::{
    fs::{self, File},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    process::Command,
};

use aspis_core::clock::Timestamp;
use tempfile::TempDir;

use crate::redis::Redis;

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Still {
    redis: Redis,
    moment: File,
    _folder: TempDir,
}

impl Still {
    /// Starts one, at a moment.
    pub(crate) fn at(now: Timestamp) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("moment");
        let moment = File::create(&path).unwrap();
        tell(&moment, now);
        let redis = Redis::start_under(vec![("LD_PRELOAD", library()), ("ASPIS_TEST_CLOCK", path)]);
        let redis =
            redis.expect("these stories need redis-server: apt-get install redis-server, or scripts/setup");
        let said = redis.ask(r#"EVAL "return redis.call('TIME')[1]" 0"#);
        assert_eq!(said, now.seconds().to_string(), "the server does not live by the clock of the test");
        Self { redis, moment, _folder: folder }
    }

    /// Moves its time.
    pub(crate) fn set(&self, now: Timestamp) {
        tell(&self.moment, now);
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        self.redis.url()
    }
}

/// Eight bytes at once: the server sees the old moment or the new one.
fn tell(moment: &File, now: Timestamp) {
    moment.write_all_at(&now.0.to_ne_bytes(), 0).unwrap();
}

/// The library, made once: tests run in processes of their own, and the first one makes it.
fn library() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/services/clock.c");
    fs::create_dir_all(folder).unwrap();
    let lock = File::create(folder.join("clock.lock")).unwrap();
    lock.lock().unwrap();
    let (made, copy) = (folder.join("clock.so"), folder.join("clock.c"));
    let text = fs::read(&source).unwrap();
    if !made.exists() || fs::read(&copy).is_ok_and(|of| of != text) {
        let options = ["-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-o"];
        let built = Command::new("cc").args(options).arg(&made).arg(&source).status();
        assert!(built.is_ok_and(|it| it.success()), "these stories need a C compiler: scripts/setup");
        fs::write(&copy, text).unwrap();
    }
    made
}
