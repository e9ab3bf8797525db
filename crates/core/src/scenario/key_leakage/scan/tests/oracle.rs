//! Against a reader that asks of every place whether a key is there.

use super::*;

/// What may stand in a stream.
#[derive(Debug, Clone)]
enum Piece {
    Bytes(Vec<u8>),
    Text(String),
    Key(u64),
    Damaged(u64, usize),
    Wide(u64),
    Encoded(u64, usize),
}

fn piece() -> impl Strategy<Value = Piece> {
    let noise = r"(aspis|_live_|_test_|YXNwaXNf|%61%73%70|u0061\\|x61\\|%5F|\n|[ -~]){0,20}";
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300).prop_map(Piece::Bytes),
        noise.prop_map(Piece::Text),
        (0..1000_u64).prop_map(Piece::Key),
        ((0..1000_u64), 0..format::LENGTH).prop_map(|(seed, at)| Piece::Damaged(seed, at)),
        (0..1000_u64).prop_map(Piece::Wide),
        ((0..1000_u64), 0..3_usize).prop_map(|(seed, before)| Piece::Encoded(seed, before)),
    ]
}

impl Piece {
    fn write(&self, stream: &mut Vec<u8>) {
        match self {
            Self::Bytes(bytes) => stream.extend(bytes),
            Self::Text(text) => stream.extend(text.bytes()),
            Self::Key(seed) => stream.extend(live(*seed).bytes()),
            Self::Damaged(seed, at) => {
                let mut key = live(*seed).into_bytes();
                key[*at] = if key[*at] == b'x' { b'y' } else { b'x' };
                stream.extend(key);
            }
            Self::Wide(seed) => stream.extend(live(*seed).bytes().flat_map(|byte| [byte, 0])),
            // What is not of the text ends it on both sides.
            Self::Encoded(seed, before) => {
                stream.push(b'!');
                stream.extend(STANDARD.encode("~".repeat(*before) + &live(*seed)).bytes());
                stream.push(b'!');
            }
        }
    }
}

/// Every place that a plain reader finds.
fn plainly(stream: &[u8]) -> Vec<(u64, Form, String)> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut found = Vec::new();
    for at in 0..stream.len() {
        let rest = &stream[at..];
        if rest.get(..format::LENGTH).is_some_and(format::is_key) {
            found.push((at as u64, Form::Plain, text(&rest[..format::LENGTH])));
        }
        let wide: Vec<u8> = rest.iter().copied().step_by(2).take(format::LENGTH).collect();
        let between = rest.iter().skip(1).step_by(2).take(format::LENGTH - 1);
        if format::is_key(&wide) && between.copied().all(|byte| byte == 0) {
            found.push((at as u64, Form::Wide, text(&wide)));
        }
        for before in 0..3 {
            let length = (format::LENGTH + before).div_ceil(3) * 4;
            let Some(group) = rest.get(..length) else { continue };
            let decoded = STANDARD.decode(group).ok();
            let key = decoded.and_then(|bytes| Some(bytes.get(before..before + format::LENGTH)?.to_vec()));
            if let Some(key) = key.filter(|key| format::is_key(key)) {
                found.push(((at + before) as u64, Form::Base64, text(&key)));
            }
        }
    }
    found.sort_unstable_by_key(|(at, ..)| *at);
    found.dedup();
    found
}

proptest! {
    #[test]
    fn all_is_found_that_a_plain_reader_finds_and_nothing_else(
        pieces in prop::collection::vec(piece(), 0..12),
    ) {
        let mut stream = Vec::new();
        for piece in &pieces {
            piece.write(&mut stream);
        }
        prop_assert_eq!(told(&scan(&stream)), plainly(&stream));
    }

    #[test]
    fn it_does_not_matter_where_a_stream_is_cut(
        pieces in prop::collection::vec(piece(), 0..30), room in 1..3000_usize, piece in 1..2000_usize,
    ) {
        let mut stream = Vec::new();
        for piece in &pieces {
            piece.write(&mut stream);
        }
        let (whole, cut) = (scan(&stream), in_pieces(&stream, room, piece));
        let places = |found: &[Finding]| found.iter().map(|f| (f.line, f.column)).collect::<Vec<_>>();
        prop_assert_eq!(told(&whole), told(&cut));
        prop_assert_eq!(places(&whole), places(&cut));
    }
}
