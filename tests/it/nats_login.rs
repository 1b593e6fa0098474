//! NATS that wants to know who we are, and NATS over TLS: every way that is documented, against a
//! real server.

use std::{fs, path::Path};

use nkeys::KeyPair;
use ostankino::{chain, config::NatsConfig, nats::Nats};
use serde_json::{Value, json};

use crate::{
    startup::refusal,
    support::{World, certificates::Authority, encoding::base64_url, servers},
};

/// Connects with this configuration, as the service does.
async fn connect(urls: &str, change: impl FnOnce(&mut NatsConfig)) -> Result<(), String> {
    let mut config = NatsConfig {
        urls: urls.into(),
        request_timeout_ms: 20_000,
        ..NatsConfig::default()
    };
    change(&mut config);
    match Nats::connect(&config).await {
        Ok(nats) => {
            nats.close().await;
            Ok(())
        }
        Err(error) => {
            let advice = error
                .advice()
                .unwrap_or_else(|| panic!("no advice: {}", chain(&error)));
            Err(format!("{}: {advice}", chain(&error)))
        }
    }
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).expect("written");
    path.to_str().expect("a path in UTF-8").to_owned()
}

#[tokio::test]
async fn a_user_and_password_in_the_url_are_decoded_and_let_in() {
    let users = r#"authorization { users = [ { user: "b@t", password: "p@ss/w#rd,1%" } ] }"#;
    let nats = servers::Nats::configured(users, |_| {}).await;
    let login = "b%40t:p%40ss%2Fw%23rd%2C1%25@";
    let url = nats.url();
    let mut world = World::new().await;
    world.nats_urls = url.replace("//", &format!("//{login}"));
    let service = world.service().start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    assert!(alice.next_message().await.text.contains("Алиса"));
    service.stop().await;

    // Of several servers one may name the user for all, also one that is away.
    let both = format!("nats://{login}127.0.0.1:1,{url}");
    assert_eq!(connect(&both, |_| {}).await, Ok(()));

    // The same server refuses others, and for that reason.
    world.nats_urls = url.replace("//", "//b%40t:wr0ng-secret@");
    let service = world.service().spawn();
    let error = refusal(&service).await;
    assert!(
        error.contains("NATS refuses the user and password"),
        "{error}"
    );
    let advice = "correct them in nats.urls (OSTANKINO__NATS__URLS)";
    assert!(error.ends_with(advice), "{error}");
    let printed = |record: &Value| record.to_string().contains("wr0ng-secret");
    assert!(!service.logs.records().iter().any(printed));
    assert!(!service.stderr().contains("wr0ng-secret"));
    let error = connect(&url, |_| {}).await.expect_err("nobody");
    assert!(
        error.contains("write user and password into nats.urls"),
        "{error}"
    );
}

#[tokio::test]
async fn a_token_in_the_url_is_decoded_and_let_in() {
    let nats = servers::Nats::configured(r#"authorization { token: "t@ken/1" }"#, |_| {}).await;
    let url = |token: &str| nats.url().replace("//", &format!("//{token}@"));
    assert_eq!(connect(&url("t%40ken%2F1"), |_| {}).await, Ok(()));
    let error = connect(&url("wr0ng"), |_| {})
        .await
        .expect_err("a stranger");
    assert!(
        error.contains("NATS refuses the token: correct it in nats.urls"),
        "{error}"
    );
}

#[tokio::test]
async fn an_nkey_in_a_file_is_let_in() {
    let (user, stranger) = (KeyPair::new_user(), KeyPair::new_user());
    let users = format!(
        "authorization {{ users = [ {{ nkey: {} }} ] }}",
        user.public_key()
    );
    let nats = servers::Nats::configured(&users, |_| {}).await;
    let with = async |seed: &str| {
        let path = write(nats.folder(), "seed", seed);
        connect(&nats.url(), |config| config.nkey_seed_file = path).await
    };
    let seed = user.seed().expect("it has one");
    assert_eq!(with(&format!("{seed}\n")).await, Ok(()));
    let framed =
        format!("-----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n");
    assert_eq!(with(&framed).await, Ok(()));

    let error = with(&stranger.seed().expect("it has one"))
        .await
        .expect_err("a stranger");
    assert!(
        error.contains("NATS refuses the key of nats.nkey_seed_file"),
        "{error}"
    );
    for wrong in ["SUnonsense", "nothing"] {
        let error = with(wrong).await.expect_err("no seed");
        assert!(
            error.contains("without the seed of a user") && !error.contains("nonsense"),
            "{error}"
        );
    }
    let missing = |config: &mut NatsConfig| config.nkey_seed_file = "/nowhere/seed".into();
    let error = connect(&nats.url(), missing).await.expect_err("no file");
    assert!(
        error.contains("nats.nkey_seed_file cannot be read: /nowhere/seed"),
        "{error}"
    );
}

/// A claim about `subject`, signed.
fn jwt(issuer: &KeyPair, subject: &KeyPair, nats: &Value) -> String {
    let part = |value: Value| base64_url(value.to_string().as_bytes());
    let head = part(json!({"typ": "JWT", "alg": "ed25519-nkey"}));
    let body = part(json!({
        "jti": fastrand::u64(..).to_string(), "iat": 1_700_000_000, "name": "test",
        "iss": issuer.public_key(), "sub": subject.public_key(), "nats": nats,
    }));
    let signature = issuer
        .sign(format!("{head}.{body}").as_bytes())
        .expect("it is signed");
    format!("{head}.{body}.{}", base64_url(&signature))
}

#[tokio::test]
async fn a_credentials_file_is_let_in() {
    let (operator, system) = (KeyPair::new_operator(), KeyPair::new_account());
    let (account, user) = (KeyPair::new_account(), KeyPair::new_user());
    let limits = json!({"subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1,
        "wildcards": true, "conn": -1, "leaf": -1, "mem_storage": -1, "disk_storage": -1,
        "streams": -1, "consumer": -1});
    let of_account = json!({"type": "account", "version": 2, "limits": limits});
    let of_system = json!({"type": "account", "version": 2, "limits": {"subs": -1, "data": -1,
        "payload": -1, "imports": -1, "exports": -1, "wildcards": true, "conn": -1, "leaf": -1}});
    let configuration = format!(
        "operator: {}\nsystem_account: {}\nresolver: MEMORY\nresolver_preload: {{\n{}: {}\n{}: {}\n}}\n",
        jwt(
            &operator,
            &operator,
            &json!({"type": "operator", "version": 2})
        ),
        system.public_key(),
        system.public_key(),
        jwt(&operator, &system, &of_system),
        account.public_key(),
        jwt(&operator, &account, &of_account),
    );
    let nats = servers::Nats::configured(&configuration, |_| {}).await;
    let of_user = json!({"type": "user", "version": 2, "subs": -1, "data": -1, "payload": -1});
    let with = async |issuer: &KeyPair| {
        let credentials = format!(
            "-----BEGIN NATS USER JWT-----\n{}\n------END NATS USER JWT------\n\n\
             -----BEGIN USER NKEY SEED-----\n{}\n------END USER NKEY SEED------\n",
            jwt(issuer, &user, &of_user),
            user.seed().expect("it has one"),
        );
        let path = write(nats.folder(), "user.creds", &credentials);
        connect(&nats.url(), |config| config.credentials_file = path).await
    };
    assert_eq!(with(&account).await, Ok(()));
    let error = with(&KeyPair::new_account())
        .await
        .expect_err("of another account");
    assert!(
        error.contains("NATS refuses the user of nats.credentials_file"),
        "{error}"
    );
    let path = write(nats.folder(), "user.creds", "nothing");
    let error = connect(&nats.url(), |config| config.credentials_file = path).await;
    assert!(
        error
            .expect_err("empty")
            .contains("without the JWT and seed")
    );
}

#[tokio::test]
async fn tls_with_an_authority_and_a_certificate_of_ours_is_spoken() {
    let tls = "tls { cert_file: {folder}/server.crt, key_file: {folder}/server.key
                     ca_file: {folder}/ca.crt, verify: true }";
    let nats = servers::Nats::configured(tls, |folder| {
        let authority = Authority::new();
        authority.issue(folder, "server", "nats", &["127.0.0.1"]);
        authority.issue(folder, "bot", "bot", &["bot"]);
        authority.write(folder, "ca.crt");
    })
    .await;
    let file = |name: &str| nats.folder().join(name).to_str().expect("UTF-8").to_owned();
    let trusted = |config: &mut NatsConfig| config.root_certificate_file = file("ca.crt");
    let known = |config: &mut NatsConfig| {
        trusted(config);
        config.certificate_file = file("bot.crt");
        config.key_file = file("bot.key");
    };
    let encrypted = nats.url().replace("nats://", "tls://");
    for url in [&encrypted, &nats.url()] {
        assert_eq!(connect(url, known).await, Ok(()), "{url}");
    }
    let error = connect(&encrypted, |_| {})
        .await
        .expect_err("an unknown authority");
    assert!(error.contains("nats.root_certificate_file"), "{error}");
    let error = connect(&encrypted, trusted)
        .await
        .expect_err("we name no certificate");
    assert!(error.contains("nats.certificate_file"), "{error}");
    let other = encrypted.replace("127.0.0.1", "localhost");
    let error = connect(&other, known).await.expect_err("another name");
    assert!(error.contains("write the host in nats.urls as"), "{error}");
    let nowhere = |config: &mut NatsConfig| config.root_certificate_file = "/nowhere/ca.crt".into();
    let error = connect(&encrypted, nowhere).await.expect_err("no file");
    assert!(error.contains("/nowhere/ca.crt"), "{error}");
}

#[tokio::test]
async fn plain_text_to_nats_is_a_warning_unless_it_stays_on_this_machine() {
    for (host, warnings) in [("127.0.0.1", 0), ("0.0.0.0", 1)] {
        let world = World::new().await;
        let urls = world.nats_urls.replace("127.0.0.1", host);
        let service = world.service().set("NATS__URLS", &urls).start().await;
        let warned = service.logs.of("nats_unencrypted");
        assert_eq!(warned.len(), warnings, "{host}");
        service.stop().await;
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_way_in_is_named_and_no_secret_is() {
    for (urls, file, says) in [
        ("nats://u:s3c@ret@h", "", "nats.urls holds a raw `@`"),
        (
            "nats://u:s3cret@h,nats://v:s3cret@i",
            "",
            "nats.urls names different users",
        ),
        ("nats://u:s3cret@h", "/some/file", "exclude each other"),
    ] {
        let world = World::new().await;
        let service = world
            .service()
            .set("NATS__URLS", urls)
            .set("NATS__CREDENTIALS_FILE", file);
        let service = service.spawn();
        service.ends_with(1).await;
        let text = service.stderr();
        assert!(text.contains(says) && !text.contains("s3c"), "{text}");
    }
}
