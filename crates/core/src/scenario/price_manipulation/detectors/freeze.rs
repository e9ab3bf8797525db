//! The same price again and again.

/// The run of one source.
#[derive(Debug, Clone, Copy, Default)]
pub struct Freeze {
    price: f64,
    run: u32,
}

impl Freeze {
    /// Takes one price; true when there were at least `enough` equal ones in a row.
    pub fn look(&mut self, price: f64, enough: u32) -> bool {
        // Equal to the last bit: what is frozen repeats itself, it does not come close.
        self.run = if price.to_bits() == self.price.to_bits() { self.run.saturating_add(1) } else { 1 };
        self.price = price;
        self.is_frozen(enough)
    }

    /// True while the run lasts.
    pub fn is_frozen(self, enough: u32) -> bool {
        self.run >= enough.max(2)
    }

    /// The run goes on at another scale.
    pub fn rescale(&mut self, price: f64) {
        self.price = price;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_equal_prices_are_frozen_until_it_moves() {
        let mut freeze = Freeze::default();
        let seen: Vec<bool> = (0..6).map(|_| freeze.look(5.0, 6)).collect();
        assert_eq!(seen, [false, false, false, false, false, true]);
        assert!(freeze.look(5.0, 6) && !freeze.look(5.000_000_1, 6));
    }
}
