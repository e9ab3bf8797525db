//! The reader of archives, which is private to the binary and compiled here from where it stands; and a view of it.

/// What a file holds.
#[derive(Debug)]
pub struct Looked {
    /// The keys that were found.
    pub keys: Vec<String>,
    /// What was not looked at, and why.
    pub unread: Vec<String>,
}

/// Looks through a file.
pub fn look(bytes: &[u8]) -> Looked {
    scan::look(bytes)
}

/// The word of the kind of archive that it is taken for.
pub fn kind(bytes: &[u8]) -> Option<&'static str> {
    scan::kind(bytes)
}

#[expect(dead_code, reason = "these files are written for another crate, and not all of it is asked here")]
#[path = "../../crates/aspis/src/cli/scan"]
mod scan {
    mod hunt;
    mod tee;
    mod unpack;

    /// Nobody waits for a line on a terminal here.
    mod progress {
        pub(super) struct Progress;

        impl Progress {
            pub(super) fn new() -> Self {
                Self
            }

            pub(super) fn tell(&self, _: super::hunt::Counts, _: usize) {}
        }
    }

    pub(super) fn look(bytes: &[u8]) -> super::Looked {
        let mut hunt = hunt::Hunt::new();
        hunt.look(&mut &bytes[..], "file");
        let keys = hunt.finds.iter().map(|find| find.finding.key.expose().to_owned()).collect();
        super::Looked { keys, unread: hunt.unread.into_iter().map(|unread| unread.why).collect() }
    }

    pub(super) fn kind(bytes: &[u8]) -> Option<&'static str> {
        unpack::Kind::of(bytes).map(unpack::Kind::word)
    }
}
