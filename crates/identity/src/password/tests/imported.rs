//! Hashes that were not made here: bcrypt, and Argon2 at another cost.

use super::*;

/// Made by Python's bcrypt 5.0.0.
const HORSE: &str = "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";
const WIDE: &str = "$2b$04$abcdefghijklmnopqrstuu2aCUIuBs3xkfd8RaGn7ZP47FdfYC2FO";
const X71: &str = "$2b$04$abcdefghijklmnopqrstuu.gc7UY/21CSNJGJg21jJzx9QiOpJ9bO";
const X72: &str = "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i";

#[test]
fn the_right_password_of_a_bcrypt_row_asks_for_a_new_hash() {
    for hasher in [hasher(), hasher().with_legacy(Some(5))] {
        for (stored, password) in [(HORSE, "correct horse"), (WIDE, "pässwörd 漢字")] {
            assert_eq!(hasher.verify(Some(stored), password), Verdict::Upgrade);
            assert_eq!(hasher.verify(Some(stored), "correct horsf"), Verdict::Wrong);
            assert_eq!(hasher.verify(Some(stored), ""), Verdict::Wrong);
        }
        // One of the vectors that crypt_blowfish is tested by.
        let known = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
        assert_eq!(hasher.verify(Some(known), "U*U"), Verdict::Upgrade);
        assert_eq!(hasher.verify(Some(&known.replace("$2a$", "$2y$")), "U*U"), Verdict::Upgrade);
        assert_eq!(hasher.verify(Some(&known.replace("$2a$", "$2x$")), "U*U"), Verdict::Wrong);
    }
}

#[test]
fn a_bcrypt_row_is_never_opened_by_a_part_of_a_password() {
    let (hasher, x) = (hasher(), |count| "x".repeat(count));
    assert_eq!(hasher.verify(Some(X71), &x(71)), Verdict::Upgrade);
    assert_eq!(hasher.verify(Some(X72), &x(72)), Verdict::Upgrade);
    for longer in [x(73), x(80), format!("{}1", x(79)), format!("{}2", x(79)), x(100_000)] {
        assert_eq!(hasher.verify(Some(X72), &longer), Verdict::Wrong, "bcrypt alone would let it in");
    }
    for nul in ["correct horse\0", "correct horse\0correct horse", "\0"] {
        assert_eq!(hasher.verify(Some(HORSE), nul), Verdict::Wrong, "{nul:?}");
    }
}

#[test]
fn a_broken_or_too_dear_bcrypt_row_lets_nobody_in() {
    for stored in [
        "$2b$",
        "$2b$04$",
        "$2b$xx$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
        "$2b$03$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
        "$2b$15$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
        "$2b$31$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
        "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6é",
        "$2b$04$!!cdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
    ] {
        assert_eq!(hasher().verify(Some(stored), "correct horse"), Verdict::Wrong, "{stored}");
    }
}

#[test]
fn an_argon2_row_of_another_cost_asks_for_a_new_hash() {
    let chance = SeededChance::new(5);
    for cost in [
        Cost { memory_kib: 128, ..SMALL },
        Cost { passes: 2, ..SMALL },
        Cost { memory_kib: 32, lanes: 2, ..SMALL },
    ] {
        let other = Hasher::new(cost, &chance).expect("a cost Argon2 allows");
        let stored = other.hash("correct horse", &chance).expect("hashed");
        assert_eq!(hasher().verify(Some(&stored), "correct horse"), Verdict::Upgrade, "{cost:?}");
        assert_eq!(hasher().verify(Some(&stored), "correct horsf"), Verdict::Wrong);
    }
}

#[test]
fn a_row_that_asks_for_the_whole_machine_lets_nobody_in() {
    let stored = hasher().hash("correct horse", &SeededChance::new(6)).expect("hashed");
    for (was, dear) in [("m=64,", "m=4294967295,"), ("m=64,", "m=1048577,"), ("t=1,", "t=4294967295,")] {
        let stored = stored.replace(was, dear);
        assert_eq!(hasher().verify(Some(&stored), "correct horse"), Verdict::Wrong, "{stored}");
    }
    for stored in
        [stored.replace("argon2id", "scrypt"), stored.rsplit_once('$').expect("a hash").0.to_owned()]
    {
        assert_eq!(hasher().verify(Some(&stored), "correct horse"), Verdict::Wrong, "{stored}");
    }
}
