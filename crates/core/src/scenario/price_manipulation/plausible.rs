//! How far a price may be from the last accepted one.

use crate::money::Fixed;

/// The bounds of a plausible price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plausible {
    /// The largest price taken at all.
    pub max: Fixed,
    /// The largest distance from the last accepted price, as a share of it: 0.10 is ten per cent.
    pub distance: f64,
}

/// What is wrong with a price.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum Implausible {
    /// Zero, negative or beyond the largest price taken.
    #[error("must be above 0 and at most {0}")]
    OutOfRange(Fixed),
    /// Too far from the market.
    #[error("must be within {0} % of the last accepted price")]
    TooFar(f64),
}

impl Plausible {
    /// Judges `price` against the last accepted one.
    pub fn judge(self, price: Fixed, last: Fixed) -> Result<(), Implausible> {
        if !price.is_positive() || price > self.max {
            return Err(Implausible::OutOfRange(self.max));
        }
        if self.is_beyond(price, last) {
            return Err(Implausible::TooFar(self.distance * 100.0));
        }
        Ok(())
    }

    /// True when a price is further from the last accepted one than the distance allows, to the last decimal:
    /// |price - last| > last × distance.
    pub fn is_beyond(self, price: Fixed, last: Fixed) -> bool {
        let units = |value: Fixed| i128::from(value.units());
        let share = units(Fixed::from_f64(self.distance).unwrap_or(Fixed::ZERO));
        let one = units(Fixed::from_whole(1).unwrap_or(Fixed::MAX));
        (units(price) - units(last)).abs() * one > units(last) * share
    }

    /// True when `value` is further from `last` than the distance allows.
    pub fn is_far(self, value: f64, last: f64) -> bool {
        // A last price that is not above 0 makes the ratio meaningless: then everything is far.
        !(last > 0.0 && ((value / last) - 1.0).abs() <= self.distance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(text: &str) -> Fixed {
        text.parse().expect("a decimal")
    }

    #[test]
    fn a_price_is_above_nothing_and_near_the_market() {
        let rule = Plausible { max: fixed("1000000"), distance: 0.10 };
        assert_eq!(rule.judge(fixed("109"), fixed("100")), Ok(()));
        assert_eq!(rule.judge(fixed("91"), fixed("100")), Ok(()));
        assert_eq!(
            rule.judge(fixed("9580.439"), fixed("8709.49")),
            Ok(()),
            "ten per cent to the last decimal"
        );
        assert_eq!(rule.judge(fixed("52.092"), fixed("57.88")), Ok(()));
        assert!(rule.judge(fixed("52.09199999"), fixed("57.88")).is_err());
        assert_eq!(rule.judge(fixed("111"), fixed("100")), Err(Implausible::TooFar(10.0)));
        assert_eq!(rule.judge(fixed("0"), fixed("100")), Err(Implausible::OutOfRange(fixed("1000000"))));
        assert_eq!(rule.judge(fixed("-1"), fixed("100")), Err(Implausible::OutOfRange(fixed("1000000"))));
        assert_eq!(
            rule.judge(fixed("1000000.00000001"), fixed("1000000")),
            Err(Implausible::OutOfRange(fixed("1000000")))
        );
        assert!(rule.is_far(f64::NAN, 100.0) && rule.is_far(1.0, 0.0));
    }
}
