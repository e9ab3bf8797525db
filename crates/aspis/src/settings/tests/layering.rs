use super::*;

#[test]
fn what_is_shipped_is_right() {
    let shipped = Settings::default();
    assert_eq!(loaded(&Sources::default()), shipped);
    assert_eq!(loaded(&file(DEFAULTS)), shipped, "the file laid over itself changes nothing");
    assert_eq!(shipped.rate.login.to_string(), "5/minute");
    assert_eq!(shipped.rate.statics.to_string(), "600/minute");
    assert_eq!(shipped.server.listen.to_string(), "127.0.0.1:8001");
    assert_eq!(shipped.password.argon2_memory_kib.get(), 19_456);
    assert_eq!(shipped.portfolio.starting_cash.get().to_string(), "100000");
}

#[test]
fn later_layers_win() {
    let mut sources = file("[rate]\nlogin = \"6/minute\"\npredict = \"6/minute\"\nprices = \"6/minute\"\n");
    assert_eq!(loaded(&sources).rate.predict.limit, 6);
    sources = sources
        .environment(variable("ASPIS_RATE__PREDICT", "7/minute"))
        .environment(variable("ASPIS_RATE__PRICES", "7/minute"));
    sources = sources.set("rate.prices=8/minute").set("rate.prices=9/minute");
    let all = Settings::load(&sources).unwrap();
    let rate = &all.settings.rate;
    assert_eq!((rate.login.limit, rate.predict.limit, rate.prices.limit, rate.default.limit), (6, 7, 9, 60));
    assert_eq!(all.origin("rate.login").unwrap().to_string(), "aspis.toml:2");
    assert_eq!(all.origin("rate.predict").unwrap().to_string(), "environment variable ASPIS_RATE__PREDICT");
    assert_eq!(all.origin("rate.prices").unwrap().to_string(), "--set rate.prices=…");
    assert_eq!(all.origin("rate.default"), None);
    assert_eq!(all.origins().count(), 3);
}

#[test]
fn a_shell_needs_no_toml_quotes() {
    let all = loaded(
        &Sources::default()
            .set("log.level=debug")
            .set("predict.model=\"fhs\"")
            .set("portfolio.starting_cash=500")
            .set("market.page_max = 500")
            .set("predict.warn_below=0.5")
            .set("market.trusted_sources=[\"a\", \"b\"]")
            .set("server.public_url=")
            .environment(variable("ASPIS_SERVER__TRUSTED_PROXIES", "10.0.0.0/8, 192.168.1.7")),
    );
    assert_eq!(all.log.level, Level::Debug);
    assert_eq!(all.portfolio.starting_cash.get().to_string(), "500");
    assert_eq!(all.market.page_max.get(), 500);
    assert_eq!(all.market.trusted_sources.as_slice(), ["a", "b"]);
    assert_eq!(all.server.public_url.get(), None);
    assert_eq!(all.server.trusted_proxies.as_slice().len(), 2);
}

#[test]
fn other_variables_are_none_of_ours() {
    let sources = Sources::default()
        .environment(variable("ASPIS_TEST_SEED", "1"))
        .environment(variable("PATH", "/bin"));
    assert_eq!(loaded(&sources), Settings::default());
    assert_eq!(format!("{sources:?}"), "Sources { .. }");
}

#[test]
fn the_key_that_seals_has_a_short_name() {
    let key = "A".repeat(43) + "=";
    let all = loaded(&Sources::default().environment(variable("ASPIS_SECRETS_KEY", &key)));
    assert_eq!(all.store.secrets_key.get().map(|key| key.expose().to_vec()), Some(vec![0; 32]));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let file = loaded(&Sources::default().environment(variable("ASPIS_SECRETS_KEY_FILE", path)));
    assert_eq!(file.store.secrets_key_file.get(), Some(std::path::Path::new(path)));
    let wrong = Settings::load(&Sources::default().environment(variable("ASPIS_SECRETS_KEY", "hunter2")));
    let said = wrong.expect_err("it is no key").to_string();
    assert!(
        said.contains("ASPIS_SECRETS_KEY") && said.contains("openssl rand") && !said.contains("hunter2"),
        "{said}"
    );
}

#[test]
fn every_setting_can_be_set_by_variable_and_by_flag() {
    for (name, value) in scalars() {
        let flag = Sources::default().set(format!("{name}={value}"));
        let variable = format!("ASPIS_{}", name.replace('.', "__").to_uppercase());
        let environment = Sources::default().environment([(variable, value)]);
        for sources in [flag, environment] {
            let all = Settings::load(&sources).unwrap_or_else(|problems| panic!("{name}: {problems}"));
            assert_eq!(all.settings, Settings::default(), "{name}");
            assert!(all.origin(&name).is_some(), "{name}");
        }
    }
}

/// Every key with its default as a shell would write it.
fn scalars() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (section, inner) in shipped() {
        match inner {
            Value::Table(keys) => {
                let keys = keys.into_iter().filter(|(_, value)| !value.is_table());
                found.extend(keys.map(|(key, value)| (format!("{section}.{key}"), bare(&value))));
            }
            value => found.push((section, bare(&value))),
        }
    }
    found
}

fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn a_route_can_have_its_own_modes() {
    let text = "[safeguards]\nrate = \"observe\"\n[safeguards.routes.\"GET /a/{b}\"]\ninspect = \"off\"\n";
    let all = loaded(&file(text).set("safeguards.routes.\"GET /a/{b}\".rate=enforce"));
    let own = all.safeguards.of("GET /a/{b}");
    assert_eq!((own.https, own.inspect, own.rate), (Stance::Enforce, Stance::Off, Stance::Enforce));
    let other = all.safeguards.of("GET /");
    assert_eq!((other.inspect, other.rate), (Stance::Enforce, Stance::Observe));
}

#[test]
fn settings_come_back_as_they_went() {
    let first = loaded(
        &file("safeguards.routes.\"GET /a\".rate = \"off\"")
            .set("edge.header_timeout=90s")
            .set("server.trusted_proxies=10.1.0.0/16,::1")
            .set("rate.default=9/hour"),
    );
    let written = toml::to_string(&first).unwrap();
    assert_eq!(loaded(&file(&written)), first, "{written}");
}
