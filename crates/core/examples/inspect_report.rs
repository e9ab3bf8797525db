//! The table of what the inspector catches: for each family and disguise, where nothing hostile belongs and in free text;
//! and what of ordinary text it refuses. `--missed` lists what it missed, `--own FILE` reads ordinary lines of your own.

#[path = "../tests/inspector/benign.rs"]
mod benign;
#[path = "../tests/inspector/corpus.rs"]
mod corpus;
#[path = "../tests/inspector/fresh.rs"]
mod fresh;

use std::collections::BTreeMap;

use aspis_core::scenario::finding::{Place, inspect};

const PLACES: [Place; 2] = [Place::Closed, Place::FreeText];

#[derive(Default, Clone, Copy)]
struct Count {
    all: usize,
    caught: usize,
}

impl Count {
    fn add(&mut self, caught: bool) {
        self.all += 1;
        self.caught += usize::from(caught);
    }

    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    fn share(self) -> String {
        format!(
            "{:5} {:6} {:7.2} %",
            self.caught,
            self.all - self.caught,
            100.0 * self.caught as f64 / self.all as f64
        )
    }
}

fn main() {
    let missed = std::env::args().any(|argument| argument == "--missed");
    println!("{:<10} {:<30} {:^22}   {:^22}", "", "", "closed field", "free text");
    println!("{:<10} {:<30} caught missed     share   caught missed     share", "family", "disguise");
    for family in corpus::FAMILIES {
        report(family.name, family.attacks(), missed);
    }
    println!("of other shapes, never tuned for:");
    for family in corpus::FAMILIES {
        report(family.name, fresh::attacks(family.name), missed);
    }
    let own = std::env::args().skip_while(|argument| argument != "--own").nth(1);
    let lines = own.map_or_else(benign::lines, |path| {
        let text = std::fs::read_to_string(path).expect("a file of lines");
        text.lines().map(str::to_owned).collect()
    });
    ordinary(&lines);
}

fn report(family: &str, attacks: impl IntoIterator<Item = corpus::Attack>, missed: bool) {
    let mut rows: BTreeMap<&str, [Count; 2]> = BTreeMap::new();
    for attack in attacks {
        let half = if attack.held_out { "(held out)" } else { "(seen)" };
        for (at, place) in PLACES.into_iter().enumerate() {
            let caught = inspect(&attack.text, place).is_some();
            for row in [attack.disguise, half, "all"] {
                rows.entry(row).or_default()[at].add(caught);
            }
            if missed && !caught {
                println!("  missed, {place:?}, {}: {}", attack.disguise, attack.text.escape_debug());
            }
        }
    }
    for (name, [closed, free]) in rows {
        println!("{family:<10} {name:<30} {}   {}", closed.share(), free.share());
    }
}

fn ordinary(lines: &[String]) {
    let refused: Vec<_> = lines
        .iter()
        .filter_map(|line| inspect(line, Place::FreeText).map(|finding| (line, finding)))
        .collect();
    for (line, finding) in refused.iter().take(200) {
        println!("  refused, {}: {}", finding.rule, line.escape_debug());
    }
    println!("ordinary lines: {}, refused in free text: {}", lines.len(), refused.len());
}
