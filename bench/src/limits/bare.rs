//! The bare bot: it polls and answers with the service's HTTP client, and does nothing else. It is
//! measured as the bots are, as a process of its own.

use std::{env, error::Error, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::{sync::Semaphore, task::JoinSet};

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// How many answers are under way at once.
const IN_FLIGHT: usize = 512;

#[derive(Deserialize)]
struct Polled {
    result: Vec<Update>,
}

#[derive(Deserialize)]
struct Update {
    update_id: i64,
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    chat: Chat,
    text: String,
}

#[derive(Deserialize)]
struct Chat {
    id: i64,
}

#[derive(Serialize)]
struct GetUpdates {
    offset: i64,
    timeout: u64,
    limit: u64,
}

#[derive(Serialize)]
struct SendMessage {
    chat_id: i64,
    text: String,
    parse_mode: &'static str,
}

/// Polls and answers until the process is ended.
pub(crate) fn run() -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(poll())
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the client alone, without the service around it"
)]
async fn poll() -> Outcome {
    let client = reqwest::Client::builder().build()?;
    let base = format!(
        "{}/bot{}",
        env::var("BENCH_API_URL")?,
        env::var("BENCH_TOKEN")?
    );
    let (polls, sends) = (format!("{base}/getUpdates"), format!("{base}/sendMessage"));
    let permits = Arc::new(Semaphore::new(IN_FLIGHT));
    let mut sending = JoinSet::new();
    let mut offset = 0;
    loop {
        let asked = GetUpdates {
            offset,
            timeout: 30,
            limit: 100,
        };
        let polled = client
            .post(&polls)
            .timeout(Duration::from_secs(45))
            .json(&asked)
            .send()
            .await?
            .bytes()
            .await?;
        let polled: Polled = serde_json::from_slice(&polled)?;
        for Update { update_id, message } in polled.result {
            offset = update_id + 1;
            let permit = permits.clone().acquire_owned().await?;
            let said = SendMessage {
                chat_id: message.chat.id,
                text: message.text,
                parse_mode: "HTML",
            };
            let send = client.post(&sends).json(&said).send();
            sending.spawn(async move {
                let answer = send.await?.bytes().await;
                drop(permit);
                answer.map(drop)
            });
        }
        while let Some(sent) = sending.try_join_next() {
            sent??;
        }
    }
}
