//! What becomes of a token that comes from another client or user agent than it was issued to.
//!
//! A fingerprint is a hurdle and a signal, no proof: both halves of it can be guessed, and both change for honest
//! people. The proof is a key (RFC 9449), and a token that is bound to one is not asked for its fingerprint.

/// The fingerprint: the first half of a SHA-256 over client and user agent.
pub type Print = [u8; 16];

/// How strictly a token belongs to where it was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Binding {
    /// It is not asked.
    Off,
    /// A change is recorded.
    Signal,
    /// A change is refused.
    #[default]
    Strict,
}

/// What to do with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Take it.
    Same,
    /// Take it, and record that it comes from elsewhere.
    Note,
    /// Refuse it.
    Refuse,
}

/// Judges a token. `alike` is asked only where the answer matters.
pub fn judge(binding: Binding, bound_to_key: bool, alike: impl FnOnce() -> bool) -> Verdict {
    match binding {
        _ if bound_to_key => Verdict::Same,
        Binding::Off => Verdict::Same,
        _ if alike() => Verdict::Same,
        Binding::Signal => Verdict::Note,
        Binding::Strict => Verdict::Refuse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_from_elsewhere_is_refused_recorded_or_let_be() {
        let table = [
            (Binding::Off, Verdict::Same),
            (Binding::Signal, Verdict::Note),
            (Binding::Strict, Verdict::Refuse),
        ];
        for (binding, verdict) in table {
            assert_eq!(judge(binding, false, || false), verdict);
            assert_eq!(judge(binding, false, || true), Verdict::Same);
        }
    }

    #[test]
    fn a_token_bound_to_a_key_may_travel() {
        for binding in [Binding::Off, Binding::Signal, Binding::Strict] {
            assert_eq!(judge(binding, true, || panic!("nobody asks")), Verdict::Same);
        }
    }
}
