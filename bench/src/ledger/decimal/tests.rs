use super::*;

fn decimal(text: &str) -> Decimal {
    Decimal::try_from(text.to_owned()).unwrap()
}

#[test]
fn decimals_are_read_and_written_exactly() {
    assert_eq!(decimal("100000"), Decimal(100_000 * ONE));
    assert_eq!(decimal("0.00000001"), Decimal(1));
    assert_eq!(decimal("1.5").to_string(), "1.50000000");
    for wrong in ["", "-1", ".5", "1.123456789", "1e3", "1,0"] {
        assert!(Decimal::try_from(wrong.to_owned()).is_err(), "{wrong}");
    }
}

#[test]
fn products_are_rounded_as_told() {
    assert_eq!(decimal("0.00000001").times_up(decimal("0.3")), Decimal(1));
    assert_eq!(decimal("0.00000001").times_down(decimal("0.3")), Decimal(0));
    assert_eq!(decimal("2").times_up(decimal("1.5")), decimal("3"));
    assert_eq!(decimal("2").times_down(decimal("1.5")), decimal("3"));
    assert_eq!(decimal("10").bought_at(decimal("3")), decimal("3.33333333"));
}
