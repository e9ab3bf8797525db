use super::*;

fn signed() -> (String, Tally) {
    let rows = tally((0..500).map(row));
    (sign(&keys(), account(7), day(20_000), rows), rows)
}

#[test]
fn it_names_the_receiver_and_covers_the_rows_in_any_order() {
    let (text, _) = signed();
    let signature = Signature::open(&keys(), &text).expect("ours");
    assert_eq!((signature.account, signature.at, signature.rows), (account(7), day(20_000), 500));
    assert!(signature.covers(&keys(), tally((0..500).rev().map(row))));
    assert!(text.len() + "{\"_signature\":\"\"}\n".len() <= SIGNATURE_MOST, "{}", text.len());
}

#[test]
fn parts_add_up_to_the_whole() {
    let (_, whole) = signed();
    assert_eq!(tally((0..123).map(row)).with(tally((123..500).map(row))), whole);
}

#[test]
fn rows_that_are_missing_doubled_added_or_changed_are_not_covered() {
    let (text, _) = signed();
    let covers =
        |rows: Vec<Row<'static>>| Signature::open(&keys(), &text).expect("ours").covers(&keys(), tally(rows));
    let whole: Vec<_> = (0..500).map(row).collect();
    assert!(covers(whole.clone()));
    assert!(!covers(whole[1..].to_vec()) && !covers((0..501).map(row).collect()) && !covers(Vec::new()));
    // A XOR of tags would take a pair out, or a pair twice in, for nothing.
    let doubled = [&whole[..], &whole[..1], &whole[..1]].concat();
    let swapped = [&whole[..499], &whole[..1]].concat();
    assert!(!covers(doubled) && !covers(swapped));
    let changes: [fn(&mut Row<'static>); 8] = [
        |row| row.asset = "ETH",
        |row| row.interval = "1h",
        |row| row.source = "coinbase",
        |row| row.start = day(9000),
        |row| row.close = Fixed::from_units(1),
        |row| row.volume = None,
        |row| row.prices = [row.prices[0], row.prices[2], None],
        |row| row.prices[1] = Some(Fixed::ZERO),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let mut rows = whole.clone();
        change(&mut rows[at]);
        assert!(!covers(rows), "{at}");
    }
}

#[test]
fn a_signature_cannot_be_changed_or_made_elsewhere() {
    let (text, rows) = signed();
    let other = MarkKeys::new(&Secret::new(*b"another secret"));
    assert_eq!(Signature::open(&other, &text), Err(SignatureError::Foreign));
    let foreign = sign(&other, account(7), day(1), rows).replace(other.id(), keys().id());
    assert_eq!(Signature::open(&keys(), &foreign), Err(SignatureError::Forged));
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).expect("ASCII");
        let good = Signature::open(&keys(), &changed).is_ok_and(|signature| signature.covers(&keys(), rows));
        assert!(!good, "{at}: {changed}");
    }
    for text in ["", "v1", "v1...", "v1.a.b.c", "v1.a.b.c.d", "v2.x.y.z", "v1.\u{e9}.y.z"] {
        assert!(Signature::open(&keys(), text).is_err(), "{text}");
    }
    assert!(Signature::open(&keys(), &format!("v1.{}..", keys().id())).is_err());
}

#[test]
fn the_parts_of_two_signatures_make_no_third() {
    let (ada, rows) = signed();
    let eve = sign(&keys(), account(8), day(20_001), rows);
    let (ada, eve): (Vec<_>, Vec<_>) = (ada.split('.').collect(), eve.split('.').collect());
    let mixed = [ada[0], ada[1], ada[2], eve[3]].join(".");
    let signature = Signature::open(&keys(), &mixed).expect("the seal is Ada's");
    assert!(!signature.covers(&keys(), rows));
}

#[test]
fn keys_never_print() {
    let secret = format!("{:?}", keys());
    assert_eq!(secret, format!("MarkKeys {{ id: {:?}, .. }}", keys().id()));
}
