//! A pattern made ready, and what its searches leave behind.
//!
//! The engine builds its automaton while it searches, and keeps what it built. Where that grows too large too often, it
//! stops building and goes on many times slower, for as long as it remembers. So what has grown is forgotten before
//! that: nobody can make the searches of others slow, or fill the memory, by what they send.

use std::panic::{RefUnwindSafe, UnwindSafe};

use regex_automata::{
    Input, Match,
    meta::{Cache, Regex},
    util::pool::Pool,
};

/// How large what was built may be to be kept, in bytes: a few times of what ordinary text asks for.
const LARGE: usize = 192 << 10;

/// After so many searches it is forgotten all the same: how often it was cleared inside of them does not show.
const OLD: u32 = 4096;

/// A pattern that can be searched for.
pub(in super::super) struct Machine {
    regex: Regex,
    built: Pool<Built, Box<dyn Fn() -> Built + Send + Sync + UnwindSafe + RefUnwindSafe>>,
}

/// What searches have built so far.
struct Built {
    cache: Cache,
    searches: u32,
}

impl Built {
    fn new(regex: &Regex) -> Self {
        Self { cache: regex.create_cache(), searches: 0 }
    }
}

impl Machine {
    pub(super) fn of(regex: Regex) -> Self {
        let of = regex.clone();
        Self { regex, built: Pool::new(Box::new(move || Built::new(&of))) }
    }

    /// The first match.
    pub(in super::super) fn find(&self, input: &Input<'_>) -> Option<Match> {
        let mut built = self.built.get();
        let found = self.regex.search_with(&mut built.cache, input);
        built.searches += 1;
        if built.searches >= OLD || built.cache.memory_usage() > LARGE {
            *built = Built::new(&self.regex);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{super::pattern::compile, *};

    #[test]
    fn what_was_built_stays_small() {
        let machine = compile(r"\b select \b .{0,200} [a-z]{3,40} \s* = \s* \w{1,60} x").expect("a pattern");
        let mut text = b"select ".to_vec();
        let mut state = 1_u32;
        for _ in 0..400 {
            for _ in 0..64 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                text.push(b"abz =x se"[(state >> 24) as usize % 9]);
            }
            let _ = machine.find(&Input::new(&text));
            let built = machine.built.get();
            assert!(built.cache.memory_usage() <= LARGE, "{}", built.cache.memory_usage());
            text.truncate(4096);
        }
    }
}
