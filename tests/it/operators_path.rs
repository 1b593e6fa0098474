//! The operator's path of docs/operations.md, command by command, on three processes behind a balancer.

use std::{fs, path::Path};

use reqwest::{Client, Method};

use crate::{
    support::{
        World,
        balancer::Balancer,
        servers::{free_port, until},
    },
    web::Port,
};

/// The address that the page names.
const PAGES: &str = "http://127.0.0.1:8080";

/// The commands of the page that can be run, without what is said of them.
fn commands() -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operations.md");
    let page = fs::read_to_string(page).expect("the page");
    let (_, block) = page.split_once("```sh run\n").expect("the block");
    let (block, _) = block.split_once("```").expect("its end");
    let commands = block
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default());
    commands.map(|line| line.trim().to_owned()).collect()
}

/// Does what that call of curl does.
async fn curl(arguments: &str, url: &str) -> u16 {
    let (mut method, mut body, mut address) = (Method::GET, String::new(), None);
    let mut words = arguments.split_whitespace();
    while let Some(word) = words.next() {
        let mut value = || words.next().expect("a value").to_owned();
        match word {
            "--fail" => {}
            "--request" => method = value().parse().expect("a method"),
            "--data" => body = value(),
            other => address = other.strip_prefix(PAGES).map(str::to_owned),
        }
    }
    let address = format!("{url}{}", address.expect("an address of the page"));
    let asked = Client::new().request(method, address).body(body).send();
    asked.await.expect("it answers").status().as_u16()
}

#[tokio::test]
async fn each_command_of_the_page_works_on_three_replicas() {
    let world = World::new().await;
    let balancer = Balancer::start().await;
    let listens = [free_port(), free_port(), free_port()].map(|port| format!("127.0.0.1:{port}"));
    let setup = |listen: &str| {
        world
            .service()
            .set("TELEGRAM__INTAKE", "webhook")
            .set("WEB__LISTEN", listen)
            .set("WEB__WEBHOOK_LISTEN", "127.0.0.1:0")
            .set("WEB__PUBLIC_URL", &balancer.url)
    };
    let mut services = Vec::new();
    for listen in &listens {
        let service = setup(listen).start().await;
        balancer.add(&service).await;
        services.push(service);
    }
    let first = Port::of(&services[0]).await;
    until("it is ready", async || first.ready().await.0 == 200).await;
    let mut done = 0;
    for command in commands() {
        if let Some(arguments) = command.strip_prefix("ostankino ") {
            let ended = setup(&listens[0]).run(arguments).await;
            assert_eq!(ended.code, 0, "{command}: {ended:?}");
        } else {
            let arguments = command.strip_prefix("curl ").expect("one of the two");
            let status = curl(arguments, &format!("http://{}", listens[0])).await;
            assert!((200..300).contains(&status), "{command}: {status}");
        }
        done += 1;
    }
    assert!(done > 10, "{done}");
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    alice.next_message().await;
    let dead = services.remove(0);
    dead.signal("KILL");
    dead.ended().await;
    alice.says("/help");
    alice.next_message().await;
    for service in services {
        service.stop().await;
    }
}
