//! One value of a foreign table, whatever it is: what is not expected there costs its row and no other.

use std::fmt;

use aspis_core::money::{Fixed, Volume};
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Nothing.
    Null,
    /// A short text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number with a fraction, or a large one.
    Real(f64),
    /// Anything else.
    Other,
}

/// No number that is meant as a price, a volume or a time is written longer.
const LONGEST: usize = 48;

impl Cell {
    /// A decimal text above zero.
    pub(super) fn text_price(&self) -> Option<Fixed> {
        let Self::Text(text) = self else { return None };
        text.parse().ok().filter(|price: &Fixed| price.is_positive())
    }

    /// A decimal text of zero or more.
    pub(super) fn text_volume(&self) -> Option<Volume> {
        let Self::Text(text) = self else { return None };
        text.parse().ok()
    }

    /// A whole number.
    pub(super) const fn whole(&self) -> Option<i64> {
        if let Self::Whole(whole) = self { Some(*whole) } else { None }
    }

    /// A binary number above zero as the decimal that was meant.
    pub(super) fn price(&self) -> Option<Fixed> {
        self.decimal()?.parse().ok().filter(|price: &Fixed| price.is_positive())
    }

    /// A binary number of zero or more as the decimal that was meant.
    pub(super) fn volume(&self) -> Option<Volume> {
        self.decimal()?.parse().ok()
    }

    fn decimal(&self) -> Option<String> {
        match self {
            Self::Whole(whole) => Some(whole.to_string()),
            Self::Real(real) => Some(shortest(*real)),
            _ => None,
        }
    }
}

/// The shortest decimal that reads back as the same number, of up to eight decimals. Sources that keep single precision
/// print its noise in double: 129.0399932861328 is 129.04.
#[expect(clippy::cast_possible_truncation, reason = "whether it fits is what is asked")]
fn shortest(real: f64) -> String {
    let single = real as f32;
    // As near as the reading of decimals is: its last bit is not sure.
    let same = (f64::from(single) - real).abs() <= real.abs() * 1e-15;
    let written = if same { single.to_string() } else { real.to_string() };
    match written.split_once('.') {
        Some((_, fraction)) if fraction.len() > 8 => format!("{real:.8}"),
        _ => written,
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Cell, E> {
        Ok(Cell::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Cell, E> {
        Ok(Cell::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Cell, E> {
        Ok(if text.len() <= LONGEST { Cell::Text(text.to_owned()) } else { Cell::Other })
    }

    fn visit_i64<E>(self, whole: i64) -> Result<Cell, E> {
        Ok(Cell::Whole(whole))
    }

    #[expect(clippy::cast_precision_loss, reason = "beyond an i64 nobody counts one by one")]
    fn visit_u64<E>(self, whole: u64) -> Result<Cell, E> {
        Ok(i64::try_from(whole).map_or(Cell::Real(whole as f64), Cell::Whole))
    }

    fn visit_f64<E>(self, real: f64) -> Result<Cell, E> {
        Ok(Cell::Real(real))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Cell, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Cell::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Cell::Other)
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Any)
    }
}

/// A list of at most so many items; a longer one is an error before it takes memory. Nothing is an empty list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Few<T, const MOST: usize>(pub(super) Vec<T>);

impl<T, const MOST: usize> Default for Few<T, MOST> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

struct Items<T, const MOST: usize>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for Items<T, MOST> {
    type Value = Few<T, MOST>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {MOST}")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Few::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            if items.len() == MOST {
                return Err(A::Error::custom("too many"));
            }
            items.push(item);
        }
        Ok(Few(items))
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for Few<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Items(std::marker::PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(json: &str) -> Option<String> {
        serde_json::from_str::<Cell>(json).expect(json).price().map(|price| price.to_string())
    }

    #[test]
    fn a_binary_number_is_the_decimal_that_was_meant() {
        let meant = [
            ("129.0399932861328", "129.04"),
            ("127.58000183105469", "127.58"),
            ("131", "131"),
            ("58941.695", "58941.695"),
            ("0.1", "0.1"),
            ("1.1", "1.1"),
            ("0.30000000000000004", "0.3"),
            ("1.0950000286102295", "1.095"),
            ("0.00000001", "0.00000001"),
            ("90000000000.5", "90000000000.5"),
        ];
        for (json, decimal) in meant {
            assert_eq!(price(json).as_deref(), Some(decimal), "{json}");
        }
        for json in
            ["0", "-1", "-0.0", "1e-9", "1e300", "99999999999999999999", "null", "\"7\"", "[1]", "{}", "true"]
        {
            assert_eq!(price(json), None, "{json}");
        }
    }

    #[test]
    fn a_list_is_refused_before_it_takes_memory() {
        let read = |json: &str| serde_json::from_str::<Few<Cell, 3>>(json).map(|few| few.0.len());
        assert_eq!(read("[1,null,{\"a\":[[]]}]").expect("three"), 3);
        assert_eq!(read("null").expect("none"), 0);
        assert!(read("[1,2,3,4]").is_err() && read("{}").is_err());
    }
}
