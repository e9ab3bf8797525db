//! What a far-off price looks like: a slipped decimal point, another asset, a name that is not the one asked for.

use super::super::rules::Rules;

/// True when a move of `step` (a logarithm) is about a factor of 10 or 100, up or down.
pub fn decimal_shift(rules: &Rules, step: f64) -> bool {
    let margin = (1.0 + rules.decimal_margin).ln();
    [1.0, 2.0].iter().any(|power| (step.abs() - power * std::f64::consts::LN_10).abs() <= margin)
}

/// True when a price is near another asset's and far from its own, `last`; all three are logarithms but `elsewhere`.
pub fn swapped(rules: &Rules, price: f64, last: f64, elsewhere: &[(&str, f64)]) -> bool {
    if (price - last).abs() <= (1.0 + rules.swap_far).ln() {
        return false;
    }
    let near = (1.0 + rules.swap_near).ln();
    elsewhere.iter().any(|(_, other)| *other > 0.0 && (price - other.ln()).abs() <= near)
}

/// True when the symbol a source echoes is the one it was asked for. Two assets of nearly one price cannot be told
/// apart by it; their names can. Case and the usual separators do not count.
pub fn same_symbol(asked: &str, echoed: &str) -> bool {
    let letters = |name: &str| -> Vec<u8> {
        name.bytes().filter(|byte| !b"-/_ ".contains(byte)).map(|byte| byte.to_ascii_uppercase()).collect()
    };
    letters(asked) == letters(echoed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slipped_decimal_is_known_even_on_a_wild_day() {
        let rules = Rules::default();
        for factor in [10.0, 0.1, 100.0, 0.01, 13.3, 7.5, 0.055, 5.1] {
            assert!(decimal_shift(&rules, f64::ln(factor)), "{factor}");
        }
        for factor in [1.0, 0.481, 2.1, 4.9, 30.0, 1000.0] {
            assert!(!decimal_shift(&rules, f64::ln(factor)), "{factor}");
        }
        assert!(!decimal_shift(&rules, f64::NAN));
    }

    #[test]
    fn another_assets_price_is_known_where_it_differs() {
        let rules = Rules::default();
        let others = [("ETH", 170.0), ("BAD", f64::NAN), ("ZERO", 0.0)];
        assert!(swapped(&rules, f64::ln(171.0), f64::ln(8000.0), &others));
        assert!(!swapped(&rules, f64::ln(171.0), f64::ln(180.0), &others));
        assert!(!swapped(&rules, f64::ln(300.0), f64::ln(8000.0), &others));
    }

    #[test]
    fn a_symbol_is_its_letters() {
        assert!(same_symbol("BTC-USD", "btc/usd") && same_symbol("BTCUSDT", "BTCUSDT"));
        assert!(!same_symbol("BTCUSDT", "ETHUSDT") && !same_symbol("EURUSD=X", "EURUSD"));
    }
}
