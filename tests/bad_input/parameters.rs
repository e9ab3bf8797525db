//! Query parameters: unknown, repeated, of the wrong type, out of range, or in each other's way.

use super::Site;

const HISTORY: &str = "/api/v1/history/BTC";
const BULK: &str = "/api/v1/bulk/prices";
const TRADES: &str = "/api/v1/portfolio/transactions";

/// What no whole number is written like.
const NO_NUMBER: [&str; 17] = [
    "",
    "-1",
    "-0",
    "+1",
    "%2B1",
    "1.0",
    "1e3",
    "0x10",
    "ten",
    "1,000",
    "1_000",
    "%201",
    "1%20",
    "NaN",
    "%D9%A1",
    "99999999999999999999999",
    "18446744073709551616",
];

/// What no moment is written like.
const NO_MOMENT: [&str; 14] = [
    "",
    "yesterday",
    "2020",
    "2020-13-01",
    "2020-02-30",
    "2020-1-1",
    "20200117",
    "1579219200",
    "2020-01-17T25:00:00Z",
    "2020-01-17T00:00:00",
    "%002020-01-17",
    "2020-01-17%20",
    "99999-01-01",
    "2020-01-17T00:00:00%2B99:00",
];

async fn all_named(site: &Site, path: &str, name: &str, values: &[&str]) {
    for value in values {
        let url = format!("{path}?{name}={value}");
        let reply = site.keeper().get(&url).await;
        site.judge(&reply, &url);
        assert_eq!(reply.status(), 400, "{url}: {}", reply.text());
        // A control byte is an attack on any parameter, and is called that.
        if reply.code() != "control_bytes" {
            assert_eq!(
                (reply.code().as_str(), reply.fields()),
                ("invalid_query", vec![name.to_owned()]),
                "{url}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_no_number_is_named() {
    let site = Site::open().await;
    for (path, name) in [(HISTORY, "limit"), (HISTORY, "offset"), (TRADES, "limit")] {
        all_named(&site, path, name, &NO_NUMBER).await;
    }
}

#[tokio::test]
async fn what_is_out_of_range_is_named() {
    let site = Site::open().await;
    all_named(&site, HISTORY, "limit", &["0", "00", "1001", "4294967297", "18446744073709551615"]).await;
    all_named(&site, HISTORY, "offset", &["1000001", "18446744073709551615"]).await;
    all_named(&site, TRADES, "limit", &["0", "1001", "18446744073709551615"]).await;
    for good in ["1", "1000", "%31%30", "0007"] {
        assert_eq!(site.keeper().get(&format!("{HISTORY}?limit={good}")).await.status(), 200, "{good}");
    }
}

#[tokio::test]
async fn what_is_no_moment_is_named() {
    let site = Site::open().await;
    for (path, name) in [(HISTORY, "from"), (HISTORY, "to"), (BULK, "from"), (BULK, "to")] {
        all_named(&site, path, name, &NO_MOMENT).await;
    }
    for good in ["2020-01-17", "2020-01-17T00:00:00Z", "2020-01-17T01:00:00%2B01:00"] {
        assert_eq!(site.keeper().get(&format!("{HISTORY}?from={good}")).await.status(), 200, "{good}");
    }
}

#[tokio::test]
async fn a_range_the_wrong_way_round_is_named() {
    let site = Site::open().await;
    for path in [HISTORY, BULK] {
        let reply = site.keeper().get(&format!("{path}?from=2020-01-02&to=2020-01-01")).await;
        site.names(&reply, "from", path);
        let reply = site.keeper().get(&format!("{path}?to=2020-01-01&from=2020-01-01T00:00:01Z")).await;
        site.names(&reply, "from", path);
        assert_eq!(
            site.keeper().get(&format!("{path}?from=2020-01-01&to=2020-01-01")).await.status(),
            200,
            "{path}"
        );
    }
}

#[tokio::test]
async fn words_that_are_not_listed_are_named() {
    let site = Site::open().await;
    all_named(&site, HISTORY, "interval", &["", "1D", "1m", "1w", "day", "86400", "1d,1h"]).await;
    all_named(&site, BULK, "format", &["", "xml", "CSV", "csv%20", "json,csv"]).await;
}

#[tokio::test]
async fn cursors_that_were_not_given_out_are_named() {
    let site = Site::open().await;
    let long = "9".repeat(3000);
    let values = [
        "",
        ".",
        "0",
        "1579219200000000",
        "1579219200000000.",
        "1579219200000000.000000000000000000000000",
        "next",
        &long,
    ];
    for path in [HISTORY, TRADES] {
        all_named(&site, path, "cursor", &values).await;
    }
    let page = site.keeper().get(&format!("{HISTORY}?limit=5")).await.json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let both = site.keeper().get(&format!("{HISTORY}?limit=5&offset=5&cursor={cursor}")).await;
    site.names(&both, "offset", "a cursor beside an offset");
}

#[tokio::test]
async fn an_unknown_parameter_is_refused_by_name_on_every_route() {
    let site = Site::open().await;
    for row in aspis::surface::rows() {
        let path = row.path.replace("{asset}", "BTC").replace("{code}", "not_found").replace("{token}", "x");
        for (query, name) in [
            ("zzz=1", "zzz"),
            ("zzz", "zzz"),
            ("Limit=1", "Limit"),
            ("=1", "(a name that is not repeated)"),
            ("limit%00=1", ""),
            ("%6Cimit2=1", "limit2"),
        ] {
            let reply = site.keeper().call(row.method.as_str(), &format!("{path}?{query}"), "").await;
            site.judge(&reply, &format!("{row}?{query}"));
            assert_eq!(reply.status(), 400, "{row}?{query}");
            if reply.code() != "control_bytes" {
                assert_eq!(
                    (reply.code().as_str(), reply.fields()),
                    ("invalid_query", vec![name.to_owned()]),
                    "{row}?{query}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_repeated_parameter_is_refused_by_name() {
    let site = Site::open().await;
    for (path, name, value) in [
        (HISTORY, "limit", "5"),
        (HISTORY, "interval", "1d"),
        (HISTORY, "from", "2020-01-01"),
        (BULK, "format", "csv"),
        (BULK, "asset", "BTC"),
        (TRADES, "limit", "5"),
    ] {
        for again in [format!("{name}={value}"), format!("{name}="), name.to_owned(), encoded(name)] {
            let url = format!("{path}?{name}={value}&{again}");
            let reply = site.keeper().get(&url).await;
            site.names(&reply, name, &url);
            assert_eq!(reply.json()["errors"][0]["code"], "repeated", "{url}");
        }
    }
}

/// A name with its first letter escaped is the same name.
fn encoded(name: &str) -> String {
    format!("%{:02x}{}=1", name.as_bytes()[0], &name[1..])
}

#[tokio::test]
async fn an_asset_that_is_no_name_is_refused_in_path_and_query() {
    let site = Site::open().await;
    for name in
        ["BTC-USD", "ABCDEFGHIJKLM", "%C3%A9", "B%20C", "%EF%BC%A2", "b_c", "B.C", "$USD", "BTC,ETH", "*"]
    {
        for path in ["price", "history"] {
            let reply = site.keeper().get(&format!("/api/v1/{path}/{name}")).await;
            assert_eq!(reply.refusal(), (400, "invalid_asset".into()), "{path} {name}");
        }
        let reply = site.keeper().call("POST", &format!("/api/v1/predict/{name}"), "").await;
        assert_eq!(reply.refusal(), (400, "invalid_asset".into()), "predict {name}");
        let reply = site.keeper().get(&format!("{BULK}?asset={name}")).await;
        assert_eq!(reply.refusal(), (400, "invalid_asset".into()), "bulk {name}");
    }
    for path in ["/api/v1/price/ZZZZ", "/api/v1/history/ZZZZ", "/api/v1/bulk/prices?asset=ZZZZ"] {
        assert_eq!(site.keeper().get(path).await.refusal(), (404, "unknown_asset".into()), "{path}");
    }
    assert_eq!(site.keeper().get(&format!("{BULK}?asset=")).await.status(), 400);
}

#[tokio::test]
async fn a_url_beyond_its_limit_is_too_long() {
    let site = Site::open().await;
    let url = |length: usize| format!("/{}", "a".repeat(length - 1));
    assert_eq!(site.keeper().get(&url(8193)).await.refusal(), (414, "url_too_long".into()));
    assert_eq!(site.keeper().get(&url(8192)).await.refusal(), (404, "not_found".into()));
    let long = format!("{HISTORY}?limit={}", "1".repeat(9000));
    assert_eq!(site.keeper().get(&long).await.refusal(), (414, "url_too_long".into()));
}

#[tokio::test]
async fn a_thousand_parameters_are_refused_at_the_first() {
    let site = Site::open().await;
    let many = vec!["a"; 3000].join("&");
    let reply = site.keeper().get(&format!("{HISTORY}?{many}")).await;
    site.names(&reply, "a", "3000 parameters");
}
