//! What becomes of a browser session that comes from another client or user agent than it began with.
//!
//! Both change for honest people too: an address with the network, a user agent with an update. So there are grades.

/// How strictly a session belongs to where it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Binding {
    /// Any change ends it.
    #[default]
    Strict,
    /// One change is recorded; both together want a step-up.
    Graded,
    /// It is not asked.
    Off,
}

/// What to do with a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Same,
    /// Go on, and record that something changed.
    Note,
    /// Only a step-up may follow.
    StepUp,
    /// End it.
    End,
}

/// Judges a session by what has changed since it began.
pub fn judge(binding: Binding, client_changed: bool, agent_changed: bool) -> Verdict {
    match (binding, client_changed, agent_changed) {
        (Binding::Off, _, _) | (_, false, false) => Verdict::Same,
        (Binding::Strict, _, _) => Verdict::End,
        (Binding::Graded, true, true) => Verdict::StepUp,
        (Binding::Graded, _, _) => Verdict::Note,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_has_its_verdict() {
        use Verdict::{End, Note, Same, StepUp};
        let changes = [(false, false), (true, false), (false, true), (true, true)];
        let of = |binding| changes.map(|(client, agent)| judge(binding, client, agent));
        assert_eq!(of(Binding::Strict), [Same, End, End, End]);
        assert_eq!(of(Binding::Graded), [Same, Note, Note, StepUp]);
        assert_eq!(of(Binding::Off), [Same; 4]);
    }
}
