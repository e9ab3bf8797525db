//! The examples of RFC 9449: others' proofs, which were made once and are judged at their time.

use super::{DpopError, Timestamp, at, proofs};

/// Section 4.1, for the token endpoint.
const FOR_TOKENS: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMz\
    R0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSI\
    sImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGU\
    uY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70\
    nfbV37xRZT3Lg";
/// Section 7.1, for a resource, with a token.
const FOR_A_RESOURCE: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHg\
    tMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1J\
    EQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leG\
    FtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OU\
    lpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
const TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
const THUMBPRINT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
const TOKENS_URL: &str = "https://server.example.com/token";
const RESOURCE_URL: &str = "https://resource.example.org/protectedresource";

#[test]
fn the_examples_of_the_rfc_are_good_at_their_time() {
    let proofs = proofs();
    let judge = |proof: &str, method: &str, url: &str, token, now: Timestamp| {
        proofs.verify(proof, method, url, token, now).map(|shown| shown.key.to_string())
    };
    let (then, known) = (at(1_562_262_618), Ok(THUMBPRINT.to_owned()));
    assert_eq!(judge(FOR_TOKENS, "POST", TOKENS_URL, None, then), known);
    assert_eq!(judge(FOR_A_RESOURCE, "GET", RESOURCE_URL, Some(TOKEN), then), known);
    assert_eq!(judge(FOR_TOKENS, "POST", TOKENS_URL, None, then), Err(DpopError::Replayed));
    assert_eq!(judge(FOR_TOKENS, "POST", TOKENS_URL, Some(TOKEN), then), Err(DpopError::Token));
    assert_eq!(judge(FOR_A_RESOURCE, "GET", TOKENS_URL, Some(TOKEN), then), Err(DpopError::Url));
}
