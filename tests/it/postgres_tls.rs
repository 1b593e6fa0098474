//! PostgreSQL over TLS, with certificates of the test's own: what each `sslmode` takes, and what is
//! said of a server, or a URL, that does not fit.

use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use ostankino::{
    chain,
    config::DatabaseConfig,
    db::{ConnectError, connect},
};

use crate::{
    startup::refusal,
    support::{
        World,
        certificates::{Authority, self_signed},
        servers::Postgres,
    },
};

const SETTINGS: &[&str] = &[
    "ssl=on",
    "ssl_cert_file={folder}/server.crt",
    "ssl_key_file={folder}/server.key",
    "hba_file={folder}/hba.conf",
];

/// A server with that certificate and these lines of pg_hba.conf.
async fn server(
    lines: &str,
    settings: &[&str],
    certify: impl FnOnce(&std::path::Path),
) -> Postgres {
    let mut postgres = Postgres::prepare_with(&[SETTINGS, settings].concat());
    std::fs::write(postgres.folder().join("hba.conf"), lines).expect("written");
    certify(postgres.folder());
    postgres.restart_with_tls().await;
    postgres
}

const ONLY_TLS: &str = "hostssl all all all trust\n";

/// A server for 127.0.0.1 that takes nobody without TLS; its authority is in its `ca.crt`.
async fn with_tls_only() -> Postgres {
    server(ONLY_TLS, &[], |folder| {
        let authority = Authority::new();
        authority.issue(folder, "server", "db", &["127.0.0.1", "localhost"]);
        authority.write(folder, "ca.crt");
    })
    .await
}

#[derive(diesel::QueryableByName)]
struct Ssl {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    ssl: bool,
}

/// Whether the connection is encrypted, as the server sees it.
async fn is_encrypted(url: &str) -> Result<bool, ConnectError> {
    let config = DatabaseConfig {
        url: url.into(),
        connect_timeout_ms: 20_000,
        ..DatabaseConfig::default()
    };
    let mut connection = connect(&config).await?;
    let asked = diesel::sql_query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    let row: Ssl = asked.get_result(&mut connection).await.expect("an answer");
    Ok(row.ssl)
}

/// The error of a connection that must fail, with its advice.
async fn refused(url: &str) -> String {
    let error = is_encrypted(url).await.expect_err(url);
    let advice = error.advice().map(str::to_owned);
    format!(
        "{}: {}",
        chain(&error),
        advice.unwrap_or_else(|| panic!("no advice: {}", chain(&error)))
    )
}

#[tokio::test]
async fn a_server_that_insists_on_tls_is_reached_by_every_sslmode_but_disable() {
    let postgres = with_tls_only().await;
    let (url, root) = (postgres.url(), postgres.folder().join("ca.crt"));
    let root = root.to_str().expect("UTF-8");
    for parameters in [
        "",
        "sslmode=allow",
        "sslmode=prefer",
        &format!("sslmode=prefer&sslrootcert={root}"),
        &format!("sslmode=require&sslrootcert={root}"),
        &format!("sslmode=verify-ca&sslrootcert={root}"),
        &format!("sslmode=verify-full&sslrootcert={root}&sslsni=1&gssencmode=disable"),
    ] {
        let encrypted = is_encrypted(&format!("{url}?{parameters}")).await;
        let encrypted = encrypted.unwrap_or_else(|error| panic!("{parameters}: {}", chain(&error)));
        assert!(encrypted, "{parameters}");
    }
    // Not of the system's authorities.
    for parameters in [
        "sslmode=require",
        "sslmode=verify-ca",
        "sslmode=verify-full",
    ] {
        let error = refused(&format!("{url}?{parameters}")).await;
        assert!(
            error.contains("sslrootcert in database.url"),
            "{parameters}: {error}"
        );
    }
    let error = refused(&format!(
        "{url}?sslmode=verify-full&sslrootcert=/nowhere/ca.crt"
    ))
    .await;
    assert!(error.contains("/nowhere/ca.crt"), "{error}");
}

#[tokio::test]
async fn a_server_that_insists_on_tls_is_not_answered_by_the_password() {
    let postgres = with_tls_only().await;
    let mut world = World::new().await;
    world.database_url = format!("{}?sslmode=disable", postgres.url());
    let error = refusal(&world.service().spawn()).await;
    assert!(
        error.contains("set sslmode=require in database.url"),
        "{error}"
    );
    assert!(!error.contains("password"), "{error}");
}

#[tokio::test]
async fn the_service_runs_over_tls() {
    let postgres = with_tls_only().await;
    let mut world = World::new().await;
    let root = postgres.folder().join("ca.crt");
    world.database_url = format!(
        "{}?sslmode=verify-full&sslrootcert={}",
        postgres.url(),
        root.display()
    );
    let service = world.service().start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    assert!(alice.next_message().await.text.contains("Алиса"));
    assert!(service.logs.of("database_unencrypted").is_empty());
    service.stop().await;
}

#[tokio::test]
async fn a_certificate_of_another_name_is_enough_for_verify_ca_only() {
    let postgres = server(ONLY_TLS, &[], |folder| {
        let authority = Authority::new();
        authority.issue(folder, "server", "db", &["db.example"]);
        authority.write(folder, "ca.crt");
    })
    .await;
    let root = postgres.folder().join("ca.crt");
    let url = |mode| {
        format!(
            "{}?sslmode={mode}&sslrootcert={}",
            postgres.url(),
            root.display()
        )
    };
    for mode in ["require", "verify-ca"] {
        assert!(is_encrypted(&url(mode)).await.expect(mode), "{mode}");
    }
    let error = refused(&url("verify-full")).await;
    assert!(
        error.contains("write the host of database.url as"),
        "{error}"
    );
}

#[tokio::test]
async fn a_self_signed_certificate_is_trusted_where_it_is_named() {
    let postgres = server(ONLY_TLS, &[], |folder| {
        self_signed(folder, "server", &["127.0.0.1"]);
        std::fs::copy(folder.join("server.crt"), folder.join("copy.crt")).expect("copied");
        self_signed(folder, "other", &["127.0.0.1"]);
    })
    .await;
    let url = |root: &str| {
        let root = postgres.folder().join(root);
        format!(
            "{}?sslmode=verify-full&sslrootcert={}",
            postgres.url(),
            root.display()
        )
    };
    assert!(is_encrypted(&url("copy.crt")).await.expect("trusted"));
    let error = refused(&url("other.crt")).await;
    assert!(error.contains("certificate"), "{error}");
}

#[tokio::test]
async fn a_server_that_asks_for_a_certificate_gets_ours() {
    let postgres = server(
        "hostssl all all all cert\n",
        &["ssl_ca_file={folder}/ca.crt"],
        |folder| {
            let authority = Authority::new();
            authority.issue(folder, "server", "db", &["127.0.0.1"]);
            authority.issue(folder, "bot", "ostankino", &[]);
            authority.write(folder, "ca.crt");
        },
    )
    .await;
    let in_folder = |name| postgres.folder().join(name).display().to_string();
    let url = format!(
        "{}?sslmode=verify-full&sslrootcert={}",
        postgres.url(),
        in_folder("ca.crt")
    );
    let (certificate, key) = (in_folder("bot.crt"), in_folder("bot.key"));
    assert!(
        is_encrypted(&format!("{url}&sslcert={certificate}&sslkey={key}"))
            .await
            .expect("known")
    );
    let error = refused(&url).await;
    assert!(
        error.contains("correct the user in database.url"),
        "{error}"
    );
    let error = refused(&format!("{url}&sslcert={certificate}&sslkey={certificate}")).await;
    assert!(error.contains("bot.crt cannot be used for TLS"), "{error}");
}

#[tokio::test]
async fn the_channel_is_bound_where_that_is_asked_for() {
    let lines = "hostssl all all all scram-sha-256\nhostnossl all all all trust\n";
    let postgres = server(lines, &[], |folder| {
        let authority = Authority::new();
        authority.issue(folder, "server", "db", &["127.0.0.1"]);
        authority.write(folder, "ca.crt");
    })
    .await;
    let plain = DatabaseConfig {
        url: format!("{}?sslmode=disable", postgres.url()).into(),
        ..DatabaseConfig::default()
    };
    let mut connection = connect(&plain).await.expect("trusted");
    let set = connection
        .batch_execute("ALTER ROLE ostankino PASSWORD 'p@ss/w#rd'")
        .await;
    set.expect("it is set");
    let root = postgres.folder().join("ca.crt");
    let url = |password: &str| {
        let url = postgres
            .url()
            .replace("ostankino@", &format!("ostankino{password}@"));
        format!(
            "{url}?sslmode=verify-full&sslrootcert={}&channel_binding=require",
            root.display()
        )
    };
    assert!(is_encrypted(&url(":p%40ss%2Fw%23rd")).await.expect("bound"));
    let error = refused(&url(":wr0ng")).await;
    assert!(error.contains("correct the user and password"), "{error}");
    let error = refused(&url("")).await;
    assert!(error.contains("the server asks for a password"), "{error}");
    let unbound = format!("{}?sslmode=disable&channel_binding=require", postgres.url());
    let error = refused(&unbound.replace("ostankino@", "ostankino:x@")).await;
    assert!(
        error.contains("channel_binding=require in database.url needs TLS"),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_without_tls_is_named_as_such() {
    let world = World::new().await;
    assert!(
        !is_encrypted(&format!("{}?sslmode=prefer", world.database_url))
            .await
            .expect("plain")
    );
    let error = refused(&format!("{}?sslmode=require", world.database_url)).await;
    assert!(error.contains("switch TLS on in the server"), "{error}");
}

#[tokio::test]
async fn plain_text_is_a_warning_unless_it_stays_on_this_machine() {
    for (host, warnings) in [("127.0.0.1", 0), ("0.0.0.0", 1)] {
        let mut world = World::new().await;
        // Linux takes it for this machine; we need not know that.
        world.database_url = world.database_url.replace("127.0.0.1", host);
        let service = world.service().start().await;
        let warned = service.logs.of("database_unencrypted");
        assert_eq!(warned.len(), warnings, "{host}");
        service.stop().await;
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_url_is_named_and_the_password_is_not() {
    for (url, says) in [
        ("postgres://u:s3cret@h/d?sslmode=verify_full", "`sslmode`"),
        ("postgres://u:s3cret@h/d?pgbouncer=true", "`pgbouncer`"),
        ("postgres://u:s3c@ret@h/d", "%40"),
        ("postgres://u:s3c#ret@h/d", "%23"),
    ] {
        let world = World::new().await;
        let service = world.service().set("DATABASE__URL", url).spawn();
        service.ends_with(1).await;
        let text = service.stderr();
        assert!(
            text.contains("database.url") && text.contains(says),
            "{text}"
        );
        assert!(!text.contains("s3c"), "{text}");
    }
}
