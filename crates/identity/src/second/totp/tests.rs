use aspis_core::chance::SeededChance;

use super::*;

/// The secret of RFC 6238, appendix B.
const RFC: &[u8] = b"12345678901234567890";

fn step(code: &str, seconds: i64) -> Option<i64> {
    matching_step(RFC, code, Timestamp::from_seconds(seconds))
}

#[test]
fn the_vectors_of_the_rfc_hold() {
    // The RFC prints eight digits; six are the last six of them.
    for (seconds, code) in [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ] {
        assert_eq!(step(code, seconds), Some(seconds / 30), "{seconds}");
    }
}

#[test]
fn a_code_is_good_one_step_early_and_one_step_late() {
    for (seconds, good) in
        [(1_111_111_049, false), (1_111_111_079, true), (1_111_111_139, true), (1_111_111_140, false)]
    {
        assert_eq!(step("081804", seconds), good.then_some(1_111_111_109 / 30), "{seconds}");
    }
}

#[test]
fn spaces_are_passed_over_and_nothing_else_is() {
    assert_eq!(step(" 287 082 ", 59), Some(1));
    for code in ["", "28708", "2870820", "287-082", "+87082", "287082\n", "２８７０８２", "28708a", "-28708"]
    {
        assert_eq!(step(code, 59), None, "{code:?}");
    }
    assert_eq!(step(&"0".repeat(100_000), 59), None);
}

#[test]
fn a_time_before_the_epoch_or_a_short_secret_fits_nothing() {
    assert_eq!(step("287082", -59), None);
    assert_eq!(matching_step(b"short", "287082", Timestamp::from_seconds(59)), None);
}

#[test]
fn an_app_can_read_the_address() {
    let secret = Secret::new(RFC);
    assert_eq!(base32(&secret).expose(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let url = url(&secret, "Aspis: the API", "ada+x@example.org");
    assert_eq!(
        url.expose(),
        "otpauth://totp/Aspis%20%20the%20API:ada%2Bx%40example%2Eorg\
         ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Aspis%20%20the%20API"
    );
}

#[test]
fn secrets_are_twenty_bytes_and_never_the_same() {
    let chance = SeededChance::new(1);
    let (one, other) = (fresh_secret(&chance), fresh_secret(&chance));
    assert_eq!(one.expose().len(), 20);
    assert_ne!(one, other);
}
