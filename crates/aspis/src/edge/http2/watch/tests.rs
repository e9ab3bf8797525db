use super::*;

fn frame(kind: u8, flags: u8, stream: u32, len: u32) -> Vec<u8> {
    let mut bytes = len.to_be_bytes()[1..].to_vec();
    bytes.extend_from_slice(&[kind, flags]);
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.resize(9 + len as usize, 0);
    bytes
}

fn watch(proxy: bool) -> Watch {
    let mut watch = Watch::new(&Limits::default(), proxy);
    assert_eq!(watch.feed(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 1), Ok(false));
    watch
}

/// How many of the same frame pass.
fn passing(mut watch: Watch, bytes: &[u8], step: u64) -> (u32, Option<EdgeRefusal>) {
    for count in 0..5000 {
        if let Err(why) = watch.feed(bytes, 1 + u64::from(count) * step) {
            return (count, Some(why));
        }
    }
    (5000, None)
}

#[test]
fn frames_that_ask_for_nothing_are_counted() {
    for (kind, len) in [(4, 0), (6, 8), (8, 4), (2, 5), (0x77, 3), (0, 0), (0, 1)] {
        assert_eq!(
            passing(watch(false), &frame(kind, 0, 1, len), 0),
            (1000, Some(EdgeRefusal::FrameFlood)),
            "{kind}"
        );
        assert_eq!(passing(watch(false), &frame(kind, 0, 1, len), 11), (5000, None), "{kind}, but slowly");
    }
    assert_eq!(passing(watch(false), &frame(0, 0, 1, 16), 0), (5000, None), "data");
}

#[test]
fn who_takes_much_may_say_so_often() {
    let mut watch = watch(false);
    for _ in 0..5000 {
        watch.sent(1024);
        assert_eq!(watch.feed(&frame(8, 0, 0, 4), 1), Ok(true));
    }
}

#[test]
fn resets_are_counted_unless_they_are_those_of_many() {
    assert_eq!(passing(watch(false), &frame(3, 0, 1, 4), 0), (100, Some(EdgeRefusal::StreamsReset)));
    assert_eq!(passing(watch(true), &frame(3, 0, 1, 4), 11), (5000, None));
}

#[test]
fn fields_have_an_end() {
    let mut small = watch(false);
    assert_eq!(small.feed(&frame(1, 0, 5, 100), 1), Ok(true));
    assert!(small.is_amid() && small.in_head());
    assert_eq!(passing(small, &frame(9, 0, 5, 0), 0), (8, Some(EdgeRefusal::FrameFlood)), "many");
    let mut large = watch(false);
    assert_eq!(large.feed(&frame(1, 0, 5, 10_000), 1), Ok(true));
    assert_eq!(passing(large, &frame(9, 0, 5, 10_000), 0), (0, Some(EdgeRefusal::FrameFlood)), "large");
    let mut whole = watch(false);
    assert_eq!(whole.feed(&[frame(1, 0, 5, 100), frame(9, 4, 5, 100)].concat(), 1), Ok(true));
    assert!(!whole.is_amid());
    assert_eq!(whole.last, 5);
}

#[test]
fn only_data_may_take_its_time() {
    for (kind, amid) in [(0, false), (1, true), (6, true)] {
        let mut watch = watch(false);
        assert_eq!(watch.feed(&frame(kind, 4, 1, 100)[..50], 1), Ok(true));
        assert_eq!(watch.is_amid(), amid, "{kind}");
    }
}
