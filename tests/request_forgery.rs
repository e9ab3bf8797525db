//! Scenario 10, forged requests: a cookie comes along by itself, so it alone is never enough.

mod cors;
mod kinds;
mod pages;
mod sign_in;
mod tokens;

use aspis_guard::surface::{Access, Row};

use crate::shop::{Browser, Reply, Shop};

/// Every route where a session counts and a request changes something.
fn changing() -> Vec<Row> {
    let speaks = |row: &Row| !matches!(row.access, Access::Public | Access::Operator);
    let rows: Vec<Row> =
        aspis::surface::rows().into_iter().filter(|row| !row.method.is_safe() && speaks(row)).collect();
    assert!(rows.len() > 15, "{}", rows.len());
    rows
}

fn path(row: &Row) -> String {
    row.path.replace("{asset}", "BTC").replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057")
}

/// True for what the forgery door says.
fn is_forged(reply: &Reply) -> bool {
    reply.status() == 403 && ["forged_request", "invalid_csrf_token"].contains(&reply.code().as_str())
}

/// The rules by which the forgery door refused, in their order.
fn rules(shop: &Shop) -> Vec<String> {
    let events = shop.event_log().into_iter();
    let names = events.filter_map(|event| event.rule.map(|rule| rule.name.into_owned()));
    names.filter(|name| name.starts_with("forgery.")).collect()
}

/// Somebody with a session in a shop whose budgets nobody spends.
async fn shop_with_ada() -> (Shop, Browser) {
    let shop = Shop::endless(&[]).await;
    let ada = Browser::of(&shop, "ada@example.org").await;
    (shop, ada)
}
