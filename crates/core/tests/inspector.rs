//! What the inspector catches and lets pass, over whole corpora: the floors below which no change may fall.

#[path = "inspector/benign.rs"]
mod benign;
#[path = "inspector/corpus.rs"]
mod corpus;
#[path = "inspector/fresh.rs"]
mod fresh;

use aspis_core::scenario::finding::{Place, inspect};

/// Caught of all, in one family and half, in thousandths.
fn share(family: &corpus::Family, place: Place, held_out: bool) -> usize {
    let attacks: Vec<_> = family.attacks().filter(|attack| attack.held_out == held_out).collect();
    assert!(attacks.len() >= 100, "{}", family.name);
    let missed: Vec<_> = attacks.iter().filter(|attack| inspect(&attack.text, place).is_none()).collect();
    let shown = missed.iter().take(20).map(|attack| (attack.disguise, &attack.text));
    println!("{}, {place:?}: {:#?}", family.name, shown.collect::<Vec<_>>());
    (attacks.len() - missed.len()) * 1000 / attacks.len()
}

#[test]
fn attacks_are_caught_where_nothing_hostile_belongs() {
    for family in corpus::FAMILIES {
        let floor = if family.name == "traversal" { 1000 } else { 990 };
        for held_out in [false, true] {
            let share = share(&family, Place::Closed, held_out);
            assert!(share >= floor, "{}: {share} of 1000, held out: {held_out}", family.name);
        }
    }
}

#[test]
fn most_attacks_are_caught_in_free_text() {
    let floors = [("sqli", 880), ("xss", 950), ("shell", 850), ("template", 850)];
    for family in corpus::FAMILIES {
        let Some((_, floor)) = floors.iter().find(|(name, _)| *name == family.name) else { continue };
        for held_out in [false, true] {
            let share = share(&family, Place::FreeText, held_out);
            assert!(share >= *floor, "{}: {share} of 1000, held out: {held_out}", family.name);
        }
    }
}

#[test]
fn attacks_of_other_shapes_are_caught() {
    let floors = [
        ("sqli", 990, 970),
        ("xss", 990, 960),
        ("traversal", 1000, 0),
        ("shell", 990, 850),
        ("template", 990, 900),
    ];
    for (family, closed, free) in floors {
        let attacks = fresh::attacks(family);
        assert!(attacks.len() >= 150, "{family}: {}", attacks.len());
        for (place, floor) in [(Place::Closed, closed), (Place::FreeText, free)] {
            let missed: Vec<_> =
                attacks.iter().filter(|attack| inspect(&attack.text, place).is_none()).collect();
            let share = (attacks.len() - missed.len()) * 1000 / attacks.len();
            let shown: Vec<_> =
                missed.iter().take(20).map(|attack| (attack.disguise, &attack.text)).collect();
            assert!(share >= floor, "{family}, {place:?}: {share} of 1000, {shown:#?}");
        }
    }
}

#[test]
fn ordinary_text_is_not_refused() {
    let lines = benign::lines();
    assert!(lines.len() >= 10_000, "{}", lines.len());
    let refused: Vec<_> = lines.iter().filter(|line| inspect(line, Place::FreeText).is_some()).collect();
    assert!(refused.len() * 10_000 <= lines.len(), "{refused:#?}");
}
