//! Ordinary text, twelve thousand lines of it: written lines, and sentences, names, addresses, JSON, code and talk about
//! databases and shells put together from lists. Always the same ones.

const LINES: &str = include_str!("../../corpus/benign.txt");
const MORE: &str = include_str!("../../corpus/ordinary.txt");
const WORDS: &str = include_str!("../../corpus/words.txt");
const FORMS: &str = include_str!("../../corpus/forms.txt");

/// How often each form is filled.
const TIMES: usize = 160;

/// Every ordinary line.
pub(crate) fn lines() -> Vec<String> {
    let mut chance = Chance::new(20_261_122);
    let mut lines: Vec<String> =
        LINES.lines().chain(MORE.lines()).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    for form in FORMS.lines().filter(|line| !line.is_empty()) {
        lines.extend((0..TIMES).map(|_| chance.fill(form)));
    }
    lines
}

/// The words of one list: `name: a | b | c`.
fn list(name: &str) -> Vec<&'static str> {
    let named = |line: &&str| line.split_once(": ").is_some_and(|(first, _)| first == name);
    let line = WORDS.lines().find(named).unwrap_or_else(|| panic!("no list {name}"));
    line[name.len() + 2..].split(" | ").collect()
}

/// A small generator with a fixed beginning (splitmix64).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below this one.
    pub(crate) fn number(&mut self, below: u64) -> u64 {
        self.next() % below
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub(crate) fn one_of(&mut self, list: &[&'static str]) -> &'static str {
        let length = u64::try_from(list.len()).expect("a short list");
        list[usize::try_from(self.next() % length).expect("below the length")]
    }

    /// Puts a word into each `‹list›` of a form, and a number where the list is called `number`.
    fn fill(&mut self, form: &str) -> String {
        let mut text = String::new();
        let mut rest = form;
        while let Some((before, after)) = rest.split_once('‹') {
            let (name, behind) = after.split_once('›').expect("a closed name");
            text.push_str(before);
            match name {
                "number" => text.push_str(&self.number(1000).to_string()),
                _ => text.push_str(self.one_of(&list(name))),
            }
            rest = behind;
        }
        text + rest
    }
}
