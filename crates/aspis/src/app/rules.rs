//! What the parts of the application go by, out of the settings.

use aspis_core::scenario::data_scraping::paging::Paging;
use aspis_market::portfolio;

use super::{CURRENCY, quota};
use crate::settings::Settings;

pub(super) fn paging(settings: &Settings) -> Paging {
    let market = &settings.market;
    Paging {
        default: market.page_default.get() as usize,
        max: market.page_max.get() as usize,
        anonymous_rows: market.anonymous_rows.get() as usize,
    }
}

pub(super) fn quota_limits(settings: &Settings) -> quota::Limits {
    let scraping = &settings.scraping;
    quota::Limits {
        account: scraping.quota.get(),
        client: scraping.anonymous_quota.get(),
        table: scraping.table.get(),
    }
}

pub(super) fn order_rules(settings: &Settings) -> portfolio::Rules {
    let portfolio = &settings.portfolio;
    portfolio::Rules {
        currency: CURRENCY.to_owned(),
        keep: portfolio.idempotency.get(),
        wait: portfolio.idempotency_wait.get(),
    }
}
