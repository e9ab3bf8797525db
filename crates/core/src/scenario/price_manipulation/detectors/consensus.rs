//! What several sources say together: the one farthest off is left out, again and again, until the rest agree.
//!
//! Only a majority of all that spoke is a consensus: one liar of three, two of five. Who is left out is judged against
//! the median of the others, by a limit of its own.

use super::scale::middle;

/// One source's word on a bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Voice {
    /// The caller's name for it.
    pub who: usize,
    /// The logarithm of its price.
    pub price: f64,
    /// How far it may be from the others.
    pub limit: f64,
}

/// Leaves those who agree, or nobody: fewer than two of them, or no majority, agree with each other.
pub fn agreed(mut voices: Vec<Voice>) -> Vec<Voice> {
    let majority = voices.len() / 2 + 1;
    // By price, so that the order in which they came decides nothing.
    voices.sort_by(|a, b| a.price.total_cmp(&b.price).then(a.limit.total_cmp(&b.limit)));
    while voices.len() >= majority.max(2) {
        let Some(off) = farthest(&voices) else { return voices };
        voices.remove(off);
    }
    Vec::new()
}

/// The distance of one voice from the median of the others.
pub fn deviation(voices: &[Voice], who: usize) -> Option<f64> {
    let own = voices.iter().find(|voice| voice.who == who)?.price;
    let mut others: Vec<f64> =
        voices.iter().filter(|voice| voice.who != who).map(|voice| voice.price).collect();
    others.sort_by(f64::total_cmp);
    Some(own - middle(&others)?)
}

/// The place of the voice farthest from all, where it is too far from the others.
fn farthest(voices: &[Voice]) -> Option<usize> {
    let prices: Vec<f64> = voices.iter().map(|voice| voice.price).collect();
    let median = middle(&prices)?;
    let distance = |at: &usize| (prices[*at] - median).abs();
    let off = (0..voices.len()).max_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    let limit = match voices {
        // Of two, neither is the measure of the other: the more tolerant of both decides.
        [one, other] => one.limit.max(other.limit),
        _ => voices[off].limit,
    };
    (deviation(voices, voices[off].who)?.abs() > limit).then_some(off)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn voices(prices: &[f64]) -> Vec<Voice> {
        prices.iter().enumerate().map(|(who, price)| Voice { who, price: price.ln(), limit: 0.01 }).collect()
    }

    fn who(prices: &[f64]) -> Vec<usize> {
        let mut who: Vec<usize> = agreed(voices(prices)).iter().map(|voice| voice.who).collect();
        who.sort_unstable();
        who
    }

    #[test]
    fn a_majority_is_believed_and_nothing_less() {
        assert_eq!(who(&[100.0, 130.0, 100.2]), [0, 2]);
        assert_eq!(who(&[100.0, 100.2]), [0, 1]);
        assert_eq!(who(&[100.0, 102.0]), [0usize; 0]);
        assert_eq!(who(&[100.0, 130.0, 160.0]), [0usize; 0]);
        assert_eq!(who(&[130.0, 100.0, 130.0, 100.1, 99.9]), [1, 3, 4]);
        assert_eq!(who(&[100.0, 100.0, 130.0, 130.0]), [0usize; 0], "two against two");
        assert_eq!(who(&[100.0]), [0usize; 0]);
    }

    proptest! {
        #[test]
        fn one_liar_of_three_or_two_of_five_never_moves_the_rest(
            noise in prop::collection::vec(-0.003f64..0.003, 3), lies in prop::collection::vec(-5f64..5.0, 0..3),
        ) {
            let honest = if lies.len() < 2 { &noise[..2] } else { &noise[..] };
            let prices: Vec<f64> = honest.iter().chain(&lies).map(|log| log.exp()).collect();
            let survivors = who(&prices);
            prop_assert!((0..honest.len()).all(|at| survivors.contains(&at)), "{survivors:?}");
        }
    }
}
