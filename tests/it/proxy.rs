//! Telegram behind a proxy: HTTP and SOCKS, by the configuration or by the environment.

use std::net::SocketAddr;

use crate::support::{
    Service, World,
    certificates::{Authority, acceptor},
    logs::waits_for,
    proxy::{Proxy, Setup},
};

/// Where the world's Telegram listens.
fn telegram(world: &World) -> SocketAddr {
    let url = world.tg.url();
    url.trim_start_matches("http://")
        .parse()
        .expect("an address")
}

/// The same under a name that no resolver knows, and under an address that is not loopback's.
fn elsewhere(world: &World, scheme: &str, host: &str) -> String {
    format!("{scheme}://{host}:{}", telegram(world).port())
}

/// Talks to the bot, stops it, and sees to it that no password was logged.
async fn works(world: &World, service: Service, shown: Option<&str>) {
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    assert!(alice.next_message().await.text.contains("Алиса"));
    service.stop().await;
    let told = service.logs.of("proxied");
    let told: Vec<_> = told.iter().map(|record| record["proxy"].as_str()).collect();
    assert_eq!(told, shown.map(Some).into_iter().collect::<Vec<_>>());
    for record in service.logs.records() {
        let record = record.to_string();
        assert!(
            !record.contains("s3cret") && !record.contains("p%40"),
            "{record}"
        );
    }
}

async fn works_through(world: &World, proxy: &Proxy, scheme: &str, login: &str, api_url: &str) {
    let address = proxy.address;
    let service = world
        .service()
        .set("TELEGRAM__PROXY", &format!("{scheme}://{login}{address}"))
        .set("TELEGRAM__API_URL", api_url)
        .start()
        .await;
    works(world, service, Some(&format!("{scheme}://{address}"))).await;
    assert!(!proxy.asked().is_empty(), "it was used");
}

#[tokio::test]
async fn an_http_proxy_with_a_password_leads_to_telegram() {
    let world = World::new().await;
    let proxy = Setup::http(telegram(&world))
        .login("bot", "p@s3cret")
        .start()
        .await;
    let api_url = elsewhere(&world, "http", "telegram.test");
    works_through(&world, &proxy, "http", "bot:p%40s3cret@", &api_url).await;
    let asked = proxy.asked();
    assert!(
        asked[0].starts_with("POST http://telegram.test:"),
        "{asked:?}"
    );
}

#[tokio::test]
async fn a_socks_proxy_leads_to_telegram_and_looks_up_its_name_if_told_so() {
    for (scheme, host) in [("socks5h", "telegram.test"), ("socks5", "0.0.0.0")] {
        let world = World::new().await;
        let proxy = Setup::socks(telegram(&world))
            .login("bot", "p@s3cret")
            .start()
            .await;
        let api_url = elsewhere(&world, "http", host);
        works_through(&world, &proxy, scheme, "bot:p%40s3cret@", &api_url).await;
        assert!(
            proxy.asked().iter().all(|asked| asked == host),
            "{:?}",
            proxy.asked()
        );
    }
}

#[tokio::test]
async fn https_passes_through_a_tunnel_and_the_proxy_may_speak_it_too() {
    let folder = std::env::temp_dir().join(format!("ostankino-test-{:016x}", fastrand::u64(..)));
    std::fs::create_dir(&folder).expect("a new folder");
    let authority = Authority::new();
    authority.issue(
        &folder,
        "server",
        "telegram",
        &["telegram.test", "127.0.0.1"],
    );
    authority.write(&folder, "ca.crt");
    let tls = || acceptor(&folder, "server");
    for (scheme, is_encrypted) in [("http", false), ("https", true)] {
        let world = World::new().await;
        let setup = Setup::http(telegram(&world)).with_tls(tls());
        let setup = if is_encrypted {
            setup.over_tls(tls())
        } else {
            setup
        };
        let proxy = setup.start().await;
        // By the environment this time.
        let variable = format!("{scheme}://bot:s3cret@{}", proxy.address);
        let service = world
            .service()
            .set(
                "TELEGRAM__API_URL",
                &elsewhere(&world, "https", "telegram.test"),
            )
            .variable("HTTPS_PROXY", &variable)
            .variable(
                "SSL_CERT_FILE",
                folder.join("ca.crt").to_str().expect("UTF-8"),
            )
            .start()
            .await;
        works(
            &world,
            service,
            Some(&format!("{scheme}://{}", proxy.address)),
        )
        .await;
        assert!(
            proxy.asked()[0].starts_with("CONNECT telegram.test:"),
            "{:?}",
            proxy.asked()
        );
    }
    let _ = std::fs::remove_dir_all(folder);
}

#[tokio::test]
async fn no_proxy_is_used_to_reach_this_machine_or_what_the_environment_spares() {
    let world = World::new().await;
    // Nobody listens there.
    let nowhere = "http://bot:s3cret@127.0.0.1:1";
    let service = world
        .service()
        .set("TELEGRAM__PROXY", nowhere)
        .variable("HTTP_PROXY", nowhere)
        .variable("ALL_PROXY", nowhere)
        .start()
        .await;
    works(&world, service, None).await;

    let world = World::new().await;
    let service = world
        .service()
        .set("TELEGRAM__API_URL", &elsewhere(&world, "http", "0.0.0.0"))
        .variable("HTTP_PROXY", nowhere)
        .variable("NO_PROXY", "example.org,0.0.0.0")
        .start()
        .await;
    works(&world, service, None).await;
}

#[tokio::test]
async fn a_proxy_that_refuses_us_is_no_reason_to_print_its_password() {
    for (setup, scheme) in [
        (Setup::socks as fn(SocketAddr) -> Setup, "socks5h"),
        (Setup::http, "http"),
    ] {
        let world = World::new().await;
        let proxy = setup(telegram(&world)).login("bot", "right").start().await;
        let service = world
            .service()
            .set(
                "TELEGRAM__PROXY",
                &format!("{scheme}://bot:s3cret@{}", proxy.address),
            )
            .set(
                "TELEGRAM__API_URL",
                &elsewhere(&world, "https", "telegram.test"),
            )
            .spawn();
        let waiting = waits_for(&service.logs, "telegram.api_url").await;
        assert!(!waiting.to_string().contains("s3cret"), "{waiting}");
        service.stop().await;
        assert!(!service.stderr().contains("s3cret"));
        assert!(proxy.asked().is_empty(), "it let nobody pass");
    }
}

#[tokio::test]
async fn a_proxy_of_another_kind_is_refused_by_its_key() {
    let world = World::new().await;
    let service = world
        .service()
        .set("TELEGRAM__API_URL", "https://api.telegram.org")
        .set("TELEGRAM__PROXY", "socks4://bot:s3cret@proxy:1080")
        .spawn();
    service.ends_with(1).await;
    let text = service.stderr();
    assert!(
        text.contains("telegram.proxy is no proxy") && !text.contains("s3cret"),
        "{text}"
    );
}
