//! A small sum in words: read aloud as easily as seen.

use aspis_core::secret::Secret;

use super::{
    ChallengeError, Id,
    seal::{self, Kind},
};

const WORDS: [&str; 21] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// Two small numbers and what to do with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sum {
    /// The two together.
    Plus(u8, u8),
    /// The first without the second, which is not larger.
    Minus(u8, u8),
    /// The first as often as the second says.
    Times(u8, u8),
}

/// The sum of challenge `id`: always the same one, and known only to who has the key.
pub(super) fn of(key: &Secret, id: &Id) -> Sum {
    let [kind, a, b, ..] = seal::derive(key, Kind::Numbers, id);
    let up_to_twenty = |byte: u8| byte % 20 + 1;
    let one_digit = |byte: u8| byte % 8 + 2;
    let (one, other) = (up_to_twenty(a), up_to_twenty(b));
    match kind % 3 {
        0 => Sum::Plus(one, other),
        1 => Sum::Minus(one.max(other), one.min(other)),
        _ => Sum::Times(one_digit(a), one_digit(b)),
    }
}

impl Sum {
    /// As a person reads it.
    pub(super) fn question(self) -> String {
        let (Self::Plus(a, b) | Self::Minus(a, b) | Self::Times(a, b)) = self;
        let word = match self {
            Self::Plus(..) => "plus",
            Self::Minus(..) => "minus",
            Self::Times(..) => "times",
        };
        format!("What is {} {word} {}?", WORDS[usize::from(a)], WORDS[usize::from(b)])
    }

    /// What comes out.
    pub(super) fn answer(self) -> u16 {
        match self {
            Self::Plus(a, b) => u16::from(a) + u16::from(b),
            Self::Minus(a, b) => u16::from(a.saturating_sub(b)),
            Self::Times(a, b) => u16::from(a) * u16::from(b),
        }
    }
}

/// Reads an answer: one to four digits, with spaces around them if need be.
pub(super) fn read(answer: &str) -> Result<u16, ChallengeError> {
    let digits = answer.trim();
    let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten().ok_or(ChallengeError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_in_words() {
        assert_eq!(Sum::Plus(7, 12).question(), "What is seven plus twelve?");
        assert_eq!(Sum::Minus(20, 1).question(), "What is twenty minus one?");
        assert_eq!(Sum::Times(9, 2).question(), "What is nine times two?");
    }

    #[test]
    fn every_kind_comes_up_and_no_result_is_negative() {
        let key = Secret::new(*b"key");
        let sums: Vec<Sum> = (0..2000_u128).map(|n| of(&key, &n.to_be_bytes())).collect();
        assert!(sums.iter().any(|sum| matches!(sum, Sum::Plus(..))));
        assert!(sums.iter().any(|sum| matches!(sum, Sum::Times(..))));
        assert!(sums.iter().any(|sum| matches!(sum, Sum::Minus(..))));
        assert!(sums.iter().all(|sum| !matches!(sum, Sum::Minus(a, b) if a < b) && sum.answer() <= 81));
    }

    #[test]
    fn an_answer_is_digits_and_spaces_around_them() {
        assert_eq!((read("19"), read(" 19 "), read("019")), (Ok(19), Ok(19), Ok(19)));
        for text in ["", " ", "+19", "-1", "1 9", "nineteen", "19.0", "00019", "１９", "99999999999999999999"]
        {
            assert_eq!(read(text), Err(ChallengeError::Malformed), "{text}");
        }
    }
}
