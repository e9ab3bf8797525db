//! CRC-32 as in IEEE 802.3, zip and PNG: a sum over text that any scanner can compute.

const TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut at: u32 = 0;
    while at < 256 {
        // A byte and its bits, by the reversed polynomial.
        let (mut left, mut bit) = (at, 0);
        while bit < 8 {
            left = if left & 1 == 1 { 0xedb8_8320 ^ (left >> 1) } else { left >> 1 };
            bit += 1;
        }
        table[at as usize] = left;
        at += 1;
    }
    table
}

/// The sum of a text.
pub(super) fn crc32(text: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| TABLE[usize::from(sum.to_le_bytes()[0] ^ byte)] ^ (sum >> 8);
    !text.iter().fold(!0, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_sums_come_out() {
        assert_eq!(crc32(b""), 0);
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926, "the check value of the catalogue");
    }
}
