//! Where the last digit of a series' volumes stands, and how it is changed.
//!
//! The place belongs to the series, not to the row: a volume of 12.5 in a series of hundredths is 12.50. So the
//! digits of marked rows are as even as those of unmarked ones, and no statistics of a file show that it is marked.

use crate::money::Volume;

/// The power of ten, in units of 10⁻⁸, of a series' last digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(u8);

/// The highest power of ten in a volume.
const HIGHEST: u8 = 37;
/// Rows that have to be there before a place is told.
const ENOUGH: usize = 50;
/// Digits that stay as they are above the one that changes: the volume moves by less than a thousandth.
const ABOVE: u128 = 10_000;

impl Place {
    /// The place at which most volumes of a series end; none where there are too few to tell.
    pub fn of(volumes: impl IntoIterator<Item = Volume>) -> Option<Self> {
        let mut counts = [0_usize; HIGHEST as usize + 1];
        for volume in volumes.into_iter().filter(|volume| *volume != Volume::ZERO) {
            counts[usize::from(zeros(volume.units()).min(HIGHEST))] += 1;
        }
        let most = *counts.iter().max()?;
        let place = counts.iter().position(|count| *count == most)?;
        (counts.iter().sum::<usize>() >= ENOUGH).then(|| Self(u8::try_from(place).unwrap_or(HIGHEST)))
    }

    /// From [`Place::power`].
    pub const fn from_power(power: u8) -> Option<Self> {
        if power <= HIGHEST { Some(Self(power)) } else { None }
    }

    /// The power of ten, in units of 10⁻⁸.
    pub const fn power(self) -> u8 {
        self.0
    }

    const fn ten(self) -> u128 {
        10_u128.pow(self.0 as u32)
    }

    /// True where a volume has five digits or more, this place being the last: fewer are left as they are.
    pub const fn takes(self, volume: Volume) -> bool {
        volume.units() / self.ten() >= ABOVE
    }

    /// The digit at this place.
    pub const fn digit(self, volume: Volume) -> u8 {
        (volume.units() / self.ten() % 10) as u8
    }

    /// The volume with another digit at this place, where it takes one.
    pub fn with(self, volume: Volume, digit: u8) -> Volume {
        if !self.takes(volume) {
            return volume;
        }
        let rest = volume.units() - u128::from(self.digit(volume)) * self.ten();
        Volume::from_units(rest.saturating_add(u128::from(digit.min(9)) * self.ten()))
    }

    /// The digit that a volume has at this place, if all others are those of the stored one.
    pub fn seen(self, stored: Volume, found: Volume) -> Option<u8> {
        let digit = self.digit(found);
        (self.takes(stored) && self.with(stored, digit) == found).then_some(digit)
    }
}

/// How many zeros a number ends with.
const fn zeros(mut units: u128) -> u8 {
    let mut zeros = 0;
    while units != 0 && units.is_multiple_of(10) {
        units /= 10;
        zeros += 1;
    }
    zeros
}
