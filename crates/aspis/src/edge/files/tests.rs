use super::*;

#[test]
fn connections_fit_into_the_files() {
    assert_eq!(places(1_048_576, 10_000), 10_000);
    assert_eq!(places(4096, 10_000), 3584);
    assert_eq!(places(256, 10_000), 128);
}

#[test]
fn reserved_places_shrink_with_the_rest() {
    let lowered = lower(Limits::default(), 500);
    assert_eq!((lowered.connections, lowered.reserved), (500, 50));
}
