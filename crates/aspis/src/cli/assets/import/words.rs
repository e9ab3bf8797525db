//! The values of the flags.

use aspis_store::prices::Interval;

/// An asset's name, in capitals.
pub(super) fn asset(text: &str) -> Result<String, String> {
    if (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(text.to_ascii_uppercase());
    }
    Err("must be 1 to 12 letters and digits, such as BTC".to_owned())
}

/// A source's name.
pub(super) fn source(text: &str) -> Result<String, String> {
    let is_good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.-".contains(&byte);
    if (1..=40).contains(&text.len()) && text.bytes().all(is_good) {
        return Ok(text.to_owned());
    }
    Err("must be 1 to 40 small letters, digits, `_`, `.` and `-`, such as my_broker".to_owned())
}

pub(super) fn interval(text: &str) -> Result<Interval, String> {
    Interval::parse(text).ok_or_else(|| "must be 1h or 1d".to_owned())
}

/// A code of ISO 4217, in capitals.
pub(super) fn currency(text: &str) -> Result<String, String> {
    if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Ok(text.to_ascii_uppercase());
    }
    Err("must be three letters, such as USD".to_owned())
}

/// What an asset is called for people.
pub(super) fn title(text: &str) -> Result<String, String> {
    let is_good = |c: char| !c.is_control() && c != '<' && c != '>';
    if (1..=100).contains(&text.chars().count()) && text.chars().all(is_good) {
        return Ok(text.to_owned());
    }
    Err("must be 1 to 100 letters without < and >".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_judged_before_anything_is_opened() {
        assert_eq!(asset("eurusd").as_deref(), Ok("EURUSD"));
        assert!(asset("BTC-USD").is_err() && asset("").is_err() && asset("ABCDEFGHIJKLM").is_err());
        assert!(source("my_broker").is_ok() && source("My broker").is_err() && source("").is_err());
        assert_eq!(interval("1h"), Ok(Interval::Hour));
        assert!(interval("1m").is_err());
        assert_eq!(currency("eur").as_deref(), Ok("EUR"));
        assert!(currency("EURO").is_err() && title("<b>").is_err() && title("Größe & Söhne").is_ok());
    }
}
