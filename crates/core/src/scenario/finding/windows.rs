//! The parts of a text that one rule is asked about: what stands around its marks, each byte once.

use std::ops::Range;

/// Texts up to this length are one part: so short, the cuts would cost more than they spare.
const WHOLE: usize = 2048;

/// A run of blanks that is longer is taken for one blank where a part ends in it.
const RUN: usize = 16;

/// True for a text that is one part.
pub(super) const fn is_short(length: usize) -> bool {
    length <= WHOLE
}

/// Parts of a text, in its order.
#[derive(Default)]
pub(super) struct Windows(Vec<Range<usize>>);

impl Windows {
    pub(super) fn all(&self) -> &[Range<usize>] {
        &self.0
    }

    /// Adds what stands around a mark in a text of this length.
    pub(super) fn add(&mut self, mark: Range<usize>, reach: usize, length: usize) {
        let window = mark.start.saturating_sub(reach)..length.min(mark.end + reach);
        match self.0.last_mut() {
            Some(last) if window.start <= last.end => {
                last.start = last.start.min(window.start);
                last.end = last.end.max(window.end);
            }
            _ => self.0.push(window),
        }
    }

    /// Lets no part end inside a run of blanks: who writes hundreds of them between two words wants to be cut there.
    pub(super) fn finish(&mut self, text: &[u8]) {
        for window in &mut self.0 {
            let (head, tail) = text.split_at(window.end);
            let behind = tail.iter().take_while(|byte| is_blank(**byte)).count();
            if behind > 0 && ends_in_run(head) {
                window.end = text.len().min(window.end + behind + WHOLE / 4);
            }
            let before = text[..window.start].iter().rev().take_while(|byte| is_blank(**byte)).count();
            if before > RUN {
                window.start = window.start.saturating_sub(before + WHOLE / 4);
            }
        }
        self.0.dedup_by(|next, last| {
            let joined = next.start <= last.end;
            if joined {
                last.end = last.end.max(next.end);
            }
            joined
        });
    }
}

fn ends_in_run(text: &[u8]) -> bool {
    text.iter().rev().take(RUN).all(|byte| is_blank(*byte))
}

fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'+'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_meet_and_never_end_in_a_run_of_blanks() {
        let mut text = vec![b'x'; 10_000];
        let mut windows = Windows::default();
        for at in [100, 150, 5000] {
            windows.add(at..at + 5, 50, text.len());
        }
        text[5005..7000].fill(b' ');
        windows.finish(&text);
        assert_eq!(windows.all(), [50..205, 4950..7512]);
    }
}
