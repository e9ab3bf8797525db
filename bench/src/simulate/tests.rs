//! A small run, the same run again, and one that breaks its bound.

use super::{case::Case, lanes, row::Row, shape::Shape, *};

fn case(shape: Shape, nodes: u32, cut: u32, part: f64) -> Case {
    Case { floods: 4, ..Case::new(shape, (nodes, cut), part, "20/minute".parse().unwrap(), 300) }
}

fn row(case: &Case) -> Row {
    lanes::run(case, 7).unwrap()
}

#[test]
fn everybody_within_is_served_and_a_flood_gets_exactly_the_limit() {
    for nodes in [1, 3, 40] {
        let within = row(&Case { floods: 0, ..case(Shape::Within, nodes, 0, 0.5) });
        assert!(within.holds() && within.most < 20, "{within:?}");
        assert!((within.trips - 1.0).abs() < f64::EPSILON, "one round trip a request: {within:?}");
        let flooded = row(&case(Shape::Floods, nodes, 0, 0.5));
        assert!(flooded.holds() && flooded.most == 20, "{flooded:?}");
        assert!(flooded.flood_trips < 0.7, "who is over is refused from memory: {flooded:?}");
    }
}

#[test]
fn nodes_that_are_cut_off_take_their_share_and_no_more() {
    for (shape, part) in
        [(Shape::Cut, 0.25), (Shape::CutAndEmpty, 0.25), (Shape::Emptied, 0.25), (Shape::Cut, 1.0)]
    {
        let row = row(&case(shape, 4, 4, part));
        assert!(row.holds() && row.most > 20, "{row:?}");
    }
}

#[test]
fn a_flood_that_knows_when_it_is_cut_gets_all_that_the_bound_allows() {
    let row = row(&case(Shape::Cut, 4, 4, 0.25));
    assert!((f64::from(row.most) - row.bound).abs() < f64::EPSILON, "{row:?}");
}

#[test]
fn a_node_that_starts_anew_has_its_share_anew() {
    let (steady, restarted) =
        (row(&case(Shape::Cut, 4, 4, 0.25)), row(&case(Shape::CutAndRestarted, 4, 4, 0.25)));
    assert!(restarted.holds() && restarted.most > steady.most, "{restarted:?}");
}

#[test]
fn the_same_seed_gives_the_same_numbers() {
    let case = case(Shape::CutAndEmpty, 3, 2, 0.4);
    let same = |row: Row| Row { rate: 0.0, resident: 0, ..row };
    assert_eq!(same(row(&case)), same(row(&case)));
    assert_ne!(same(row(&case)), same(lanes::run(&case, 8).unwrap()));
}

#[test]
fn a_bound_that_is_broken_is_told() {
    let good = row(&case(Shape::Cut, 4, 4, 1.0));
    let of = |row: Row| Report { rate: String::new(), clients: 300, seed: 7, rows: vec![row] };
    assert!(of(good.clone()).holds());
    // As if each node were meant to take a quarter, and took all.
    let broken = of(Row { bound: case(Shape::Cut, 4, 4, 0.25).bound(), ..good.clone() });
    assert!(!broken.holds() && broken.to_string().contains("BROKEN"), "{broken}");
    assert!(!of(Row { wronged: 1, ..good.clone() }).holds());
    assert!(!of(Row { most: 19, ..good }).holds(), "less than the limit is not the limit");
}
