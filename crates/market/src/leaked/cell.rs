//! Numbers and moments as other programs write them.

use aspis_core::clock::Timestamp;

/// What a single comma in a number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comma {
    /// It parts thousands.
    Thousands,
    /// It is the decimal point: files with semicolons are written where that is so.
    Decimal,
}

/// Digits of a number that is looked at; no value of ours has more.
const LONGEST: usize = 60;
/// What is no finer than this is exact.
const DECIMALS: i32 = 8;

/// A number, not below zero, as units of 10⁻⁸; finer parts are rounded.
pub(super) fn units(text: &str, comma: Comma) -> Option<u128> {
    let bare: String = text.chars().filter(|c| !is_filling(*c)).collect();
    let bare = bare.strip_prefix('+').unwrap_or(&bare);
    let (mantissa, exponent) = match bare.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (bare, 0),
    };
    let (whole, fraction) = mantissa.split_at(point(mantissa, comma));
    let digits: String = whole.chars().filter(|c| !matches!(c, ',' | '.')).collect();
    let fraction = fraction.get(1..).unwrap_or("");
    let digits = digits + fraction;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let digits =
        Some(digits.trim_start_matches('0')).filter(|digits| is_number && digits.len() <= LONGEST)?;
    let finer = i32::try_from(fraction.len()).ok()?;
    shift(digits, exponent.checked_add(DECIMALS)?.checked_sub(finer)?)
}

/// What people put between thousands.
const fn is_filling(c: char) -> bool {
    matches!(c, ' ' | '_' | '\'' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\u{2019}')
}

/// Where the decimal point stands, or the end. Of points and commas the last is it; what comes more than once parts
/// thousands.
fn point(number: &str, comma: Comma) -> usize {
    let last = |mark: char| number.rfind(mark).filter(|_| number.matches(mark).count() == 1);
    let at = match (number.contains('.'), number.contains(',')) {
        (true, true) => number.rfind(['.', ',']),
        (true, false) => last('.'),
        (false, true) if comma == Comma::Decimal => last(','),
        _ => None,
    };
    at.unwrap_or(number.len())
}

/// Digits times a power of ten, rounded to the nearest.
fn shift(digits: &str, power: i32) -> Option<u128> {
    if digits.is_empty() {
        return Some(0);
    }
    if let Ok(zeros) = u32::try_from(power) {
        return digits.parse::<u128>().ok()?.checked_mul(10_u128.checked_pow(zeros)?);
    }
    let cut = usize::try_from(power.unsigned_abs()).ok()?;
    if cut > digits.len() {
        return Some(0);
    }
    let (kept, rest) = digits.split_at(digits.len() - cut);
    let kept: u128 = if kept.is_empty() { 0 } else { kept.parse().ok()? };
    kept.checked_add(u128::from(rest.as_bytes().first().is_some_and(|digit| *digit >= b'5')))
}

/// A moment: RFC 3339, a date, a date and a time without a zone (UTC), or seconds, milliseconds, microseconds or
/// nanoseconds since 1970.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim().trim_end_matches(" UTC").trim_end_matches(" GMT");
    if !text.is_ascii() || text.len() > 40 {
        return None;
    }
    if let Some(moment) = Timestamp::parse(text) {
        return Some(moment);
    }
    let whole = text.strip_suffix(".0").unwrap_or(text);
    if whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return counted(whole);
    }
    let dashed = text.replace('/', "-");
    if let Some(moment) = Timestamp::parse(&dashed) {
        return Some(moment);
    }
    let civil: jiff::civil::DateTime = dashed.parse().ok()?;
    let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp(zoned.timestamp().as_microsecond()))
}

/// Digits alone: a date without dashes, or a count since 1970 whose length says of what.
fn counted(digits: &str) -> Option<Timestamp> {
    if digits.len() == 8 {
        let dashed = format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]);
        return Timestamp::parse(&dashed);
    }
    let count: i64 = digits.parse().ok()?;
    match digits.len() {
        0 => None,
        1..=11 => Some(Timestamp::from_seconds(count)),
        12..=14 => Some(Timestamp(count.checked_mul(1000)?)),
        15..=17 => Some(Timestamp(count)),
        _ => Some(Timestamp(count / 1000)),
    }
}
