use std::io::{BufReader, Cursor, Read};

use aspis_core::chance::SeededChance;
use base64::{Engine, engine::general_purpose::STANDARD};

use super::*;

/// Written by the tool `age` 1.1.1, with `age -p`.
const FOREIGN: &str = "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBnNnphSVB1bVB2TGVEM00rdWg4YWRnIDE4CjZkdTRqQnc0T2JmUnNhS\
    VE3REVXMk9oYnN3MVduMElMMWx5c2dJZzdCNDgKLS0tIHNqSzVNQWRrK1ZBNHdUa2w4NnQyLzM5Ri9XK2dkakFOdVhuV0lqbHRKNEEKX8ObIr+O\
    Nc2XU07OZ02ER4+Kq625B+sORJFKxfVHW+aqfR4CNcvax7zx+ART4gY=";

fn seal(passphrase: &str) -> Seal {
    Seal { passphrase: SecretText::new(passphrase), cost: Cost(4), chance: Arc::new(SeededChance::new(3)) }
}

fn sealed(bytes: &[u8]) -> Vec<u8> {
    let mut writer = seal("a phrase").writer(Vec::new()).expect("begun");
    writer.write_all(bytes).expect("written");
    writer.finish().expect("ended")
}

fn opened(bytes: &[u8], passphrase: &str) -> Result<Vec<u8>, String> {
    let reader = seal(passphrase).reader(BufReader::new(Cursor::new(bytes)));
    let mut reader = reader.map_err(|error| match error {
        OpenError::Passphrase => "passphrase".to_owned(),
        OpenError::Io(error) => error.to_string(),
    })?;
    let mut read = Vec::new();
    reader.read_to_end(&mut read).map_err(|error| error.to_string())?;
    Ok(read)
}

#[test]
fn what_another_tool_of_the_form_wrote_is_opened() {
    let bytes = STANDARD.decode(FOREIGN).expect("base64");
    assert_eq!(opened(&bytes, "several unrelated words 42").as_deref(), Ok(&b"ledger and log\n"[..]));
    assert_eq!(opened(&bytes, "several unrelated words 43"), Err("passphrase".to_owned()));
}

#[test]
fn every_length_comes_back() {
    for length in [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000] {
        let bytes: Vec<u8> = (0..length).map(|at: u32| at.to_le_bytes()[0] ^ at.to_le_bytes()[1]).collect();
        let file = sealed(&bytes);
        assert!(is_sealed(&file) && (length == 0 || !file.ends_with(&bytes)));
        assert_eq!(opened(&file, "a phrase").as_deref(), Ok(&bytes[..]), "{length}");
    }
}

#[test]
fn what_was_changed_cut_or_lengthened_is_not_opened() {
    let file = sealed(b"what nobody else is to read");
    for at in 0..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(opened(&changed, "a phrase").is_err(), "byte {at}");
        assert!(opened(&file[..at], "a phrase").is_err(), "cut at {at}");
    }
    let longer = [&file[..], b"x"].concat();
    assert!(opened(&longer, "a phrase").is_err());
    assert_eq!(opened(&file, "another"), Err("passphrase".to_owned()));
}

#[test]
fn chunks_cannot_be_left_out_or_change_places() {
    let bytes = vec![7; 3 * 65_536];
    let file = sealed(&bytes);
    let body = file.len() - 3 * (65_536 + 16);
    let (head, chunks) = file.split_at(body);
    let chunks: Vec<&[u8]> = chunks.chunks(65_536 + 16).collect();
    for order in [&[0, 1][..], &[1, 0, 2], &[0, 2], &[2], &[0, 1, 2, 2], &[]] {
        let made: Vec<u8> =
            head.iter().copied().chain(order.iter().flat_map(|at| chunks[*at].iter().copied())).collect();
        assert!(opened(&made, "a phrase").is_err(), "{order:?}");
    }
}

#[test]
fn a_file_cannot_ask_for_all_memory_there_is() {
    let file = String::from_utf8_lossy(&sealed(b"")).into_owned();
    for cost in ["21", "63", "0", "04", "+4", "999"] {
        let asks = file.replacen(" 4\n", &format!(" {cost}\n"), 1);
        assert!(opened(asks.as_bytes(), "a phrase").is_err(), "{cost}");
    }
}
