//! Which RSA keys are too weak to believe.

use super::JwkError;

/// The modulus, in bytes: 2048 to 8192 bits.
const LENGTH: std::ops::RangeInclusive<usize> = 256..=1024;
/// The smallest exponent allowed (FIPS 186-5, A.1.1).
const EXPONENT: u64 = 65_537;

/// Judges a public key by its size, its exponent and the marks of ROCA.
pub(super) fn judge(modulus: &[u8], exponent: &[u8]) -> Result<(), JwkError> {
    let whole = |bytes: &[u8]| bytes.first().is_some_and(|first| *first != 0);
    if !whole(modulus) || !whole(exponent) {
        return Err(JwkError::Form);
    }
    let small = exponent.len() <= 8;
    let e = exponent.iter().take(8).fold(0_u64, |e, byte| (e << 8) | u64::from(*byte));
    let odd = |bytes: &[u8]| bytes.last().is_some_and(|last| last % 2 == 1);
    // 257 bytes whose first is 1 hold 2049 bits; 256 whose first is below 128 hold fewer than 2048.
    let long = LENGTH.contains(&modulus.len()) && (modulus.len() > 256 || modulus[0] >= 0x80);
    let strong = long && odd(modulus) && small && e >= EXPONENT && odd(exponent) && !is_roca(modulus);
    strong.then_some(()).ok_or(JwkError::Weak)
}

/// Primes that divide the generator's product for every key size.
const PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
    107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// True for a modulus made by the generator of CVE-2017-15361 (Nemec et al., CCS 2017): modulo each small prime
/// it is a power of 65537. A sound key is taken for one with a chance of about 2⁻²⁸.
fn is_roca(modulus: &[u8]) -> bool {
    PRIMES.iter().all(|prime| {
        let residue = modulus.iter().fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % prime);
        let powers = std::iter::successors(Some(1), |power| Some(power * 65_537 % prime));
        powers.take(*prime as usize).any(|power| power == residue)
    })
}
