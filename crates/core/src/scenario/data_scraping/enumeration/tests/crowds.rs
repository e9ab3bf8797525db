//! Many clients: memory is bounded, and no flood frees a suspect.

use super::*;

/// Makes a client suspect at once: two honey assets.
fn suspect(scene: &mut Scene, who: Client) {
    scene.client = who;
    scene.ask("XQV", Kind::Honey, None);
    assert!(scene.ask("ZZK", Kind::Honey, None).suspected);
}

#[test]
fn a_flood_of_made_up_clients_frees_no_suspect_and_takes_no_memory() {
    let mut scene = Scene::new();
    let suspects: Vec<_> = (0..100).map(|n| client(0x0a00_0000 + n)).collect();
    for who in &suspects {
        suspect(&mut scene, *who);
    }
    for n in 0..50_000 {
        scene.client = client(0xc000_0000 + n);
        scene.price(1);
    }
    assert!(scene.watch.records() <= 1024, "{}", scene.watch.records());
    for who in suspects {
        scene.client = who;
        assert!(scene.look().suspected, "{who}");
    }
}

#[test]
fn in_a_table_of_suspects_newcomers_share_by_network() {
    let mut scene = Scene::with(Rules { clients: 8, ..RULES });
    for n in 0..8 {
        suspect(&mut scene, client(0x0a00_0000 + n));
    }
    // Neighbours are counted together, and everybody is still counted.
    let opinions: Vec<_> = (0..16)
        .map(|n| {
            scene.client = client(0xc0a8_0000 + n);
            (scene.ask(&format!("G{n}"), Kind::Unknown, None), scene.price(n as usize)).1
        })
        .collect();
    assert!(!opinions[8].suspected && opinions[15].suspected);
    scene.client = client(0x0505_0505);
    assert!(!scene.price(1).suspected, "another network");
    scene.wait(700.0);
    scene.client = client(0xc0a8_0001);
    assert!(
        !scene.price(1).suspected && scene.watch.records() == 8,
        "there is room again when the suspicion is over"
    );
}

#[test]
fn who_shows_nothing_makes_room_first() {
    let mut scene = Scene::with(Rules { clients: 8, ..RULES });
    for n in 0..8 {
        scene.client = client(n);
        // The seventh has shown one sign, the oldest nothing.
        if n == 6 {
            scene.ask("XQV", Kind::Honey, None);
        } else {
            scene.price(1);
        }
        scene.wait(20.0);
    }
    for n in 100..107 {
        scene.client = client(n);
        scene.price(1);
        scene.wait(20.0);
    }
    scene.client = client(6);
    assert_eq!(scene.look().signs.honey, 1);
    scene.client = client(0);
    assert_eq!(scene.look(), Opinion::default());
}

#[test]
fn who_only_looks_takes_no_room() {
    let mut scene = Scene::new();
    for n in 0..100 {
        scene.client = client(n);
        scene.look();
    }
    assert_eq!(scene.watch.records(), 0);
}
