use super::{
    super::{decimal::Decimal, market::Position},
    *,
};

fn trade(id: &str, side: Side, quantity: i128, total: i128) -> Traded {
    let (quantity, price, total) = (Decimal(quantity), Decimal(1), Decimal(total));
    Traded { transaction_id: id.to_owned(), side, asset_id: "BTC".to_owned(), quantity, price, total }
}

fn portfolio(cash: i128, btc: i128) -> Portfolio {
    let held = Position { asset_id: "BTC".to_owned(), quantity: Decimal(btc) };
    Portfolio {
        cash: Decimal(cash),
        positions: [held].into_iter().filter(|held| held.quantity.0 != 0).collect(),
    }
}

#[test]
fn books_in_order_have_no_faults() {
    let trades = [trade("a", Side::Buy, 5, 40), trade("b", Side::Sell, 5, 39)];
    assert_eq!(check(&portfolio(100, 0), &portfolio(99, 0), &trades, &trades), Vec::<String>::new());
}

#[test]
fn every_kind_of_fault_is_found() {
    let (a, b) = (trade("a", Side::Buy, 5, 40), trade("b", Side::Buy, 1, 8));
    let (opening, closing) = (portfolio(100, 0), portfolio(60, 5));
    let faults = |listed: &[Traded], answered: &[Traded]| check(&opening, &closing, listed, answered);

    assert!(faults(&[a.clone(), b.clone()], std::slice::from_ref(&a))[0].contains("never answered"));
    assert!(faults(&[a.clone(), a.clone()], std::slice::from_ref(&a))[0].contains("twice"));
    assert!(faults(&[], std::slice::from_ref(&a))[0].contains("not listed"));
    assert!(faults(std::slice::from_ref(&a), &[a.clone(), a.clone()])[0].contains("not listed"));
    let other = Traded { total: Decimal(41), ..a.clone() };
    assert!(faults(&[other], std::slice::from_ref(&a))[0].contains("answered Traded"));
}

#[test]
fn a_missing_hundred_millionth_is_a_fault() {
    let trades = [trade("a", Side::Buy, 5, 40)];
    let faults = check(&portfolio(100, 0), &portfolio(61, 5), &trades, &trades);
    assert_eq!(faults, ["cash: expected Some(60), found Some(61) (10^-8)"]);
    assert_eq!(check(&portfolio(100, 0), &portfolio(60, 0), &trades, &trades).len(), 1);
}
