//! Finding the first byte of a kind in text that mostly has none: many bytes at a time, as far as none of them is one.

/// How much is looked at together.
const WIDTH: usize = 64;

/// Where the first byte stands of which `odd` is true. It is asked about bytes in any order, and should not branch.
pub(crate) fn first(text: &[u8], odd: impl Fn(u8) -> bool) -> Option<usize> {
    let (chunks, _) = text.as_chunks::<WIDTH>();
    let clean = |chunk: &&[u8; WIDTH]| chunk.iter().fold(0, |any, byte| any | u8::from(odd(*byte))) == 0;
    let from = chunks.iter().take_while(clean).count() * WIDTH;
    text[from..].iter().position(|byte| odd(*byte)).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_found_wherever_it_stands() {
        for length in [1, 63, 64, 65, 200] {
            let mut text = vec![b'a'; length];
            assert_eq!(first(&text, |byte| byte == b'b'), None);
            for at in (0..length).rev() {
                text[at] = b'b';
                assert_eq!(first(&text, |byte| byte == b'b'), Some(at));
            }
        }
    }
}
