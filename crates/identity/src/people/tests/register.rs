//! Getting an account.

use super::*;

#[tokio::test]
async fn a_name_is_kept_byte_for_byte_and_an_address_in_lower_case() {
    let town = Town::open().await;
    let names = [
        "O'Brien",
        "Zoë \"Zed\" Ångström",
        "  李 小龍 ",
        "Robert'); DROP TABLE users;--",
        "a & b",
        "e\u{301}",
        "١",
    ];
    for (index, name) in names.iter().enumerate() {
        let email = format!("Person.{index}+News@Example.ORG");
        let made = town.registers(&email, name, PASSWORD).await.expect(name);
        assert_eq!(made.full_name, *name);
        assert_eq!(made.email, email.to_lowercase());
        assert_eq!(made.created, START);
        let stored = town.store.accounts.by_id(made.id).await.expect("read").expect("stored");
        assert_eq!((stored.full_name.as_str(), stored.role), (*name, Role::User));
        assert!(stored.password_hash.starts_with("$argon2id$") && !stored.password_hash.contains(PASSWORD));
    }
    assert_eq!(town.times(Kind::Registered), names.len());
}

#[tokio::test]
async fn an_address_is_taken_in_every_spelling() {
    let town = Town::open().await;
    town.ada_registers().await;
    for email in ["ada@example.org", "ADA@example.org", "Ada@Example.Org"] {
        let answer = town.registers(email, "Another Ada", "quiet copper meadow 55").await;
        assert_eq!(code(answer), Some(Code::EmailTaken), "{email}");
    }
    assert_eq!(town.times(Kind::Registered), 1);
    let account = town.store.accounts.by_email(ADA).await.expect("read").expect("stored");
    assert_eq!(account.full_name, "Ada Lovelace", "the first one is untouched");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_one_gets_the_address() {
    let town = Town::open().await;
    let mut set = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let people = Arc::clone(&town.people);
        set.spawn(async move { code(people.make(person(ADA, "Ada", PASSWORD), Source::SERVER).await) });
    }
    let answers = set.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.is_none()).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| **answer == Some(Code::EmailTaken)).count(), 7, "{answers:?}");
}

#[tokio::test]
async fn an_account_starts_with_its_money() {
    let town = Town::open().await;
    let ada = town.ada_registers().await;
    let balances = town.store.ledger.balances(ada.id).await.expect("read");
    assert_eq!(balances.cash, rules().opening_cash);
}

#[tokio::test]
async fn weak_passwords_are_refused_by_field_and_never_echoed() {
    let town = Town::open().await;
    let long = "correct horse battery staple ".repeat(5);
    for weak in
        ["", "short1!", "12345678", "password1", "qwertyuiop", "ada@example.org", "Ada Lovelace", &long]
    {
        let refusal = town.registers(ADA, "Ada Lovelace", weak).await.expect_err(weak);
        assert_eq!(refusal.code(), Code::WeakPassword, "{weak}");
        let error = &refusal.facts().errors[0];
        assert_eq!((error.field.as_str(), error.code.as_ref()), ("password", "weak_password"));
        assert!(weak.is_empty() || !refusal.facts().detail.contains(weak), "{weak} is echoed");
    }
    assert_eq!(town.times(Kind::Registered), 0);
    town.registers(ADA, "Ada Lovelace", PASSWORD).await.expect("a refusal leaves the address free");
}

#[tokio::test]
async fn a_password_may_be_as_long_as_allowed_and_is_never_cut() {
    let town = Town::open().await;
    let password: String = ('a'..='z').cycle().step_by(7).take(128).collect();
    town.registers(ADA, "Ada Lovelace", &password).await.expect("128 characters");
    assert!(town.logs_in(ADA, &password).await.is_ok());
    for near in [&password[..127], &format!("{password}a"), &password[..72]] {
        assert_eq!(code(town.logs_in(ADA, near).await), Some(Code::InvalidCredentials));
    }
}

#[tokio::test]
async fn markup_and_control_characters_are_no_name() {
    let town = Town::open().await;
    for name in
        ["<script>alert(1)</script>", "a<b", "b>a", "line\nbreak", "nul\0", "esc\u{1b}[2J", "c1\u{85}"]
    {
        assert_eq!(code(town.registers(ADA, name, PASSWORD).await), Some(Code::MarkupInName), "{name:?}");
    }
    for name in ["", &"x".repeat(101)] {
        assert_eq!(code(town.registers(ADA, name, PASSWORD).await), Some(Code::InvalidInput), "{name:?}");
    }
    assert!(town.registers(ADA, &"é".repeat(100), PASSWORD).await.is_ok(), "100 code points, 200 bytes");
}

#[tokio::test]
async fn what_is_no_address_is_named() {
    let town = Town::open().await;
    for email in
        ["", "ada", "ada@localhost", "a b@example.org", "ada@example.org\r\nBcc: x@example.org", "<a@b.cd>"]
    {
        let refusal = town.registers(email, "Ada", PASSWORD).await.expect_err(email);
        assert_eq!(refusal.code(), Code::InvalidInput);
        assert_eq!(refusal.facts().errors[0].field, "email");
    }
}
