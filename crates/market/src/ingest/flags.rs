//! What is written beside a bar: a bit a mark.
//!
//! The low bits are the signs of the price rules, as [`Signs::bits`] gives them; these are the rest.

use aspis_core::scenario::price_manipulation::signs::Signs;

/// It does not follow the bar before it: some are missing in between.
pub const GAP: u32 = 1 << 24;
/// It was held until other rows agreed with it.
pub const AGREED: u32 = 1 << 25;
/// It was held until an operator released it.
pub const APPROVED: u32 = 1 << 26;
/// It is a day that was made of hours.
pub const MADE: u32 = 1 << 27;
/// It came with a file that an operator brought.
pub const IMPORTED: u32 = 1 << 28;
/// It took the place of a row that said otherwise.
pub const DIFFERS: u32 = 1 << 29;
/// Its highest price is not the highest, or its lowest not the lowest.
pub const OUT_OF_RANGE: u32 = 1 << 30;

/// All of them.
const OWN: [(u32, &str); 7] = [
    (GAP, "gap"),
    (AGREED, "agreed"),
    (APPROVED, "approved"),
    (MADE, "made_of_hours"),
    (IMPORTED, "imported"),
    (DIFFERS, "differs"),
    (OUT_OF_RANGE, "out_of_range"),
];

/// The words of a bar's marks, comma separated.
pub fn words(flags: u32) -> String {
    let signs =
        Signs::from_bits(flags).iter().map(aspis_core::scenario::price_manipulation::signs::Sign::word);
    let own = OWN.into_iter().filter(|(bit, _)| flags & bit != 0).map(|(_, word)| word);
    signs.chain(own).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use aspis_core::scenario::price_manipulation::signs::Sign;

    use super::*;

    #[test]
    fn marks_of_both_kinds_have_bits_of_their_own() {
        let all: Signs = Sign::ALL.into_iter().collect();
        assert_eq!(all.bits() & OWN.iter().fold(0, |bits, (bit, _)| bits | bit), 0);
        assert_eq!(words(Signs::of(&[Sign::Step]).bits() | GAP | AGREED), "step,gap,agreed");
        assert_eq!(words(0), "");
    }
}
