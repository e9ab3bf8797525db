use super::*;

#[test]
fn the_name_of_a_process_does_not_move_the_fields() {
    let stat = "42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 250 30 0 0 20 0";
    assert_eq!(ticks(stat), Some(280));
    assert_eq!(ticks("42 (short) S 1"), None);
}

#[test]
fn this_process_can_be_read() {
    assert!(resident(std::process::id()).unwrap() > 0);
    assert!(cpu(std::process::id()).is_ok());
}
