//! `_signature`: it covers the rows whatever becomes of their form, and nothing else.

use std::fs;

use serde_json::{Value, json};

use crate::{
    server::{run, text},
    shop::{Caller, Shop},
};

const BULK: &str = "/api/v1/bulk/prices?asset=BTC&format=";

/// What `aspis trace` says of a file, beside the server that gave it out: the exit code and the report.
pub(super) fn trace(shop: &Shop, file: &str, more: &[&str]) -> (i32, Value) {
    let path = shop.folder().join("found");
    fs::write(&path, file).unwrap();
    let (data, path) = (shop.folder().display().to_string(), path.display().to_string());
    let output = run(&[&["--json", "--data", &data, "trace", &path], more].concat());
    let said = text(&output.stdout);
    let report = serde_json::from_str(&said).unwrap_or_else(|_| json!(text(&output.stderr)));
    (output.status.code().unwrap(), report)
}

/// Whom the marks name.
pub(super) fn whose(report: &Value) -> Vec<&str> {
    report["marks"]["named"].as_array().unwrap().iter().map(|one| one["email"].as_str().unwrap()).collect()
}

/// What each signature covers, and whose it is.
fn covers(report: &Value) -> Vec<(&str, &str)> {
    let all = report["signatures"].as_array().unwrap().iter();
    all.map(|one| (one["covers"].as_str().unwrap(), one["email"].as_str().unwrap_or(""))).collect()
}

const ADA: &str = "ada@example.org";

async fn member<'a>(shop: &'a Shop, email: &str) -> Caller<'a> {
    shop.caller().token(&shop.member(email).await)
}

async fn taken(caller: &Caller<'_>, path: &str) -> String {
    let reply = caller.get(path).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    reply.text()
}

#[tokio::test]
async fn every_form_of_an_answer_is_covered() {
    let shop = Shop::endless(&["marks.volumes=true"]).await;
    let ada = member(&shop, ADA).await;
    for path in [
        &format!("{BULK}csv"),
        &format!("{BULK}ndjson"),
        &format!("{BULK}json"),
        "/api/v1/bulk/prices",
        "/api/v1/history/AAPL?limit=1000",
        "/api/v1/history/EURUSD?interval=1h&limit=7",
    ] {
        let (code, report) = trace(&shop, &taken(&ada, path).await, &[]);
        assert_eq!((code, covers(&report)), (0, vec![("whole", ADA)]), "{path}: {report}");
        assert_eq!(report["matched"], report["rows"], "{path}");
        assert_eq!(report["signatures"][0]["rows"], report["rows"], "{path}");
        assert_eq!(report["signatures"][0]["at"], "2026-11-21T12:00:00Z");
    }
}

#[tokio::test]
async fn another_form_is_still_covered() {
    let shop = Shop::endless(&[]).await;
    let ada = member(&shop, ADA).await;
    let table = taken(&ada, &format!("{BULK}csv")).await;
    let document: Value = serde_json::from_str(&taken(&ada, &format!("{BULK}json")).await).unwrap();
    let (signature, rows) = (&document["_signature"], document["rows"].as_array().unwrap());
    // The signature first, as tools that sort members put it; rows the other way round; indented.
    let turned: Vec<_> = rows.iter().rev().collect();
    let sorted = serde_json::to_string_pretty(&json!({"_signature": signature, "rows": turned})).unwrap();
    // A table: other order of columns, other numbers and moments, semicolons, its signature on top.
    let cell = |row: &Value, name: &str| row[name].as_str().unwrap_or("").replace('.', ",");
    let line = |row: &Value| {
        let date = &row["timestamp"].as_str().unwrap()[..10];
        let [low, high, open, close, volume] =
            ["low", "high", "open", "close", "volume"].map(|name| cell(row, name));
        format!("{low};{high};{open};{volume};{close};{date} 00:00:00;BTC-USD\r\n")
    };
    let lines: String = rows.iter().map(line).collect();
    let table_of_another = format!(
        "# _signature;{}\r\nLow;High;Open;Vol;Close;Time;Symbol\r\n{lines}",
        signature.as_str().unwrap()
    );
    // Two columns that are the same in every row are left away, and the asset is told by hand or by nobody.
    let narrow: String = table
        .lines()
        .map(|line| match line.split_once(",1d,").or_else(|| line.split_once(",interval,")) {
            Some((_, rest)) => rest.rsplit_once(',').unwrap().0.to_owned() + "\n",
            None => line.to_owned() + "\n",
        })
        .collect();
    assert!(narrow.starts_with("timestamp,open,high,low,close,volume\n"), "{}", &narrow[..100]);
    for (text, more) in [
        (&sorted, &[][..]),
        (&table_of_another, &[]),
        (&narrow, &["--asset", "btc"]),
        (&narrow, &[]),
        (&table.replace("\r\n", "\n\n"), &[]),
    ] {
        let (code, report) = trace(&shop, text, more);
        assert_eq!((code, covers(&report)), (0, vec![("whole", ADA)]), "{report}");
    }
}

#[tokio::test]
async fn rows_that_were_cut_or_changed_are_told_and_prove_nothing() {
    let shop = Shop::endless(&[]).await;
    let table = taken(&member(&shop, ADA).await, &format!("{BULK}csv")).await;
    let lines: Vec<&str> = table.lines().collect();
    let cut = [&lines[..1], &lines[500..]].concat().join("\n");
    let doubled = [&lines[..2], &lines[1..]].concat().join("\n");
    let mut cells: Vec<&str> = lines[7].split(',').collect();
    cells[6] = "1";
    let line = cells.join(",");
    let changed = [&lines[..7], &[line.as_str()], &lines[8..]].concat().join("\n");
    for (text, says) in [(cut, "cut"), (doubled, "altered"), (changed, "altered")] {
        let (code, report) = trace(&shop, &text, &[]);
        assert_eq!((code, covers(&report)), (1, vec![(says, ADA)]), "{report}");
    }
}

/// Nobody is framed by what somebody without the key can write.
#[tokio::test]
async fn a_signature_that_was_moved_or_made_up_accuses_nobody() {
    let shop = Shop::endless(&[]).await;
    let (ada, eve) = (member(&shop, ADA).await, member(&shop, "eve@example.org").await);
    let hers = taken(&ada, &format!("{BULK}csv")).await;
    let (_, signature) = hers.rsplit_once("# _signature,").unwrap();
    let leaked = taken(&eve, "/api/v1/bulk/prices?asset=ETH&format=csv").await;
    let (rows, own) = leaked.rsplit_once("# _signature,").unwrap();
    let (body, tag) = signature.trim().rsplit_once('.').unwrap();
    let (own_body, own_tag) = own.trim().rsplit_once('.').unwrap();
    let (head, seal) = body.rsplit_once('.').unwrap();
    let turned: String = seal.chars().rev().collect();
    for (forged, says) in [
        // There are fewer rows than she got, and all as they are stored: more cannot be said.
        (signature.trim().to_owned(), "cut"),
        (format!("{body}.{own_tag}"), "cut"),
        (format!("{own_body}.{tag}"), "altered"),
    ] {
        let (code, report) = trace(&shop, &format!("{rows}# _signature,{forged}\r\n"), &[]);
        assert_eq!((code, covers(&report)[0].0), (1, says), "{forged}: {report}");
    }
    for (forged, says) in [
        (format!("{head}.{turned}.{tag}"), "forged"),
        (format!("v1.AAAAAAAA.{seal}.{tag}"), "foreign"),
        ("v1.x.y.z".to_owned(), "forged"),
    ] {
        let line = format!("# _signature,{forged}\r\n");
        let (code, report) = trace(&shop, &(rows.to_owned() + &line.repeat(30_000)), &[]);
        assert!(code == 1 && report["other_signatures"][says] == 30_000, "{forged}: {report}");
        let (code, report) = trace(&shop, &(line.repeat(30_000) + &leaked), &[]);
        assert_eq!(
            (code, covers(&report)),
            (0, vec![("whole", "eve@example.org")]),
            "found among them: {report}"
        );
    }
    let (code, report) = trace(&shop, &format!("time,close\n# _signature,{signature}"), &[]);
    assert_eq!(code, 1, "a signature without rows: {report}");
}

#[tokio::test]
async fn pages_put_together_are_judged_each_by_itself() {
    let shop = Shop::endless(&[]).await;
    let (ada, eve) = (member(&shop, ADA).await, member(&shop, "eve@example.org").await);
    let pages = [
        taken(&ada, "/api/v1/history/BTC?limit=10").await,
        taken(&eve, "/api/v1/history/ETH?limit=20&offset=5").await.replacen(
            "\"close\":\"",
            "\"close\":\"9",
            1,
        ),
        taken(&eve, "/api/v1/history/BTC?limit=30&offset=10").await,
    ];
    let (code, report) = trace(&shop, &pages.join("\n"), &[]);
    let eve = "eve@example.org";
    assert_eq!(
        (code, covers(&report)),
        (1, vec![("part", ADA), ("altered", eve), ("part", eve)]),
        "{report}"
    );
    assert_eq!((&report["covered"], &report["uncovered"]), (&json!(40), &json!(20)));
    let (code, report) = trace(&shop, &[&*pages[0], &*pages[2]].join("\n"), &[]);
    assert_eq!((code, covers(&report)), (0, vec![("whole", ADA), ("whole", eve)]), "{report}");
}

/// Whoever has somebody's small file must not be able to put a large one of their own on them.
#[tokio::test]
async fn a_whole_file_beside_other_rows_accuses_nobody() {
    let shop = Shop::endless(&[]).await;
    let (ada, eve) = (member(&shop, ADA).await, member(&shop, "eve@example.org").await);
    let hers = taken(&ada, "/api/v1/bulk/prices?format=csv&asset=BTC&from=2020-01-15").await;
    let own = taken(&eve, &format!("{BULK}csv")).await;
    let (own, _) = own.rsplit_once("# _signature").unwrap();
    let lines = taken(&ada, "/api/v1/bulk/prices?format=ndjson&asset=BTC&from=2020-01-15").await;
    let others = taken(&eve, &format!("{BULK}ndjson")).await;
    let (others, _) = others.trim_end().rsplit_once('\n').unwrap();
    let page = taken(&ada, "/api/v1/bulk/prices?format=json&asset=BTC&from=2020-01-15").await;
    let array = format!("[{page},{}]", others.replace('\n', ","));
    let torn = hers.replace('\n', "\r") + &own.replace('\n', "\r");
    for file in [hers.clone() + own, torn, lines.clone() + others, array] {
        let (code, report) = trace(&shop, &file, &[]);
        assert_eq!((code, covers(&report)), (1, vec![("part", ADA)]), "{report}");
        let rows = own.lines().count() - 1;
        assert_eq!((&report["covered"], &report["uncovered"]), (&json!(3), &json!(rows)), "{report}");
        assert_eq!(report["found"], false);
    }
    let path = shop.folder().join("found").display().to_string();
    let said = text(&run(&["--data", &shop.folder().display().to_string(), "trace", &path]).stdout);
    assert!(said.contains("partly: 3 of ") && said.contains("are covered by no signature"), "{said}");
}

#[tokio::test]
async fn what_is_not_ours_may_hold_anything() {
    let shop = Shop::endless(&[]).await;
    let page = taken(&member(&shop, ADA).await, &format!("{BULK}ndjson")).await;
    let deep = "[".repeat(200) + &"]".repeat(200);
    for odd in ["1e999", &deep] {
        let noted = page.replacen('{', &format!("{{\"x\":{odd},"), 1);
        let (code, report) = trace(&shop, &noted, &[]);
        assert_eq!((code, covers(&report)), (0, vec![("whole", ADA)]), "{report}");
    }
}

#[tokio::test]
async fn strangers_get_none_and_nobody_reads_whose_it_is() {
    let shop = Shop::endless(&[]).await;
    let plain = shop.caller().get("/api/v1/history/BTC").await.json();
    assert!(plain.get("_signature").is_none(), "{plain}");
    let ada = member(&shop, ADA).await;
    let me = ada.get("/api/v1/auth/me").await.json();
    let page = taken(&ada, "/api/v1/history/BTC").await;
    assert!(page.ends_with("\"}") && page.rsplit_once("\",\"_signature\":\"v1.").is_some(), "{page}");
    let id = me["id"].as_str().or(me["account_id"].as_str()).unwrap();
    assert!(!page.contains(id) && !page.contains(ADA));
}

#[tokio::test]
async fn a_server_that_gave_nothing_out_or_a_file_that_is_none_is_told() {
    let shop = Shop::endless(&[]).await;
    for (text, says) in [("", "no header line"), ("hello", "no header line"), ("{\"a\" 1}", "no JSON")] {
        let (code, said) = trace(&shop, text, &[]);
        assert!(code == 2 && said.as_str().unwrap().contains(says), "{said}");
    }
    let (code, said) = trace(&shop, "time,close\n2020-01-17,1\n", &["--asset", "NOPE"]);
    assert!(code == 2 && said.as_str().unwrap().contains("NOPE"), "{said}");
    let (code, report) = trace(&shop, "time,close\n2020-01-17,1\nyesterday,2\n", &[]);
    assert_eq!(
        (code, &report["rows"], &report["matched"], &report["unreadable"]),
        (1, &json!(1), &json!(0), &json!(1))
    );
}
