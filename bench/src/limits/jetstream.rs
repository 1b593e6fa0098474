//! JetStream alone with batches: what one poll returns is published as one message for each
//! partition, pulled and acknowledged as such. Nobody handles anything.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use async_nats::{
    Client,
    jetstream::{
        self,
        consumer::{AckPolicy, pull},
        message::PublishMessage,
        stream,
    },
};
use bytes::Bytes;
use futures_util::{StreamExt, future::try_join_all};
use tokio::{sync::Notify, task::JoinSet};

use super::Limit;
use crate::{process, servers::Servers};

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

const PARTITIONS: usize = 16;
/// What a full poll returns.
const POLLED: usize = 100;
/// About as many bytes as an update of the benchmark has.
const UPDATE: usize = 480;
/// Messages that one request may pull.
const PULLED: usize = 32;

/// Measures it for that long.
pub(crate) fn jetstream(servers: &Servers, seconds: f64) -> Result<Limit, String> {
    let measured = || -> Outcome<Limit> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        let limit = Duration::from_secs_f64(seconds + 60.0);
        runtime.block_on(async {
            let measured = measure(servers, Duration::from_secs_f64(seconds));
            tokio::time::timeout(limit, measured).await?
        })
    };
    measured().map_err(|error| format!("JetStream alone cannot be measured: {error}"))
}

async fn measure(servers: &Servers, time: Duration) -> Outcome<Limit> {
    let client = async_nats::connect(&servers.nats_url).await?;
    let jetstream = jetstream::new(client.clone());
    let name = format!("bench_{:016x}", fastrand::u64(..));
    let config = stream::Config {
        name: name.clone(),
        subjects: vec![format!("{name}.>")],
        retention: stream::RetentionPolicy::WorkQueue,
        discard: stream::DiscardPolicy::New,
        max_bytes: 256 << 20,
        duplicate_window: Duration::from_secs(600),
        ..stream::Config::default()
    };
    let stream = jetstream.create_stream(config).await?;
    let measured = flow(&stream, &client, &jetstream, &name, servers, time).await;
    jetstream.delete_stream(&name).await?;
    measured
}

async fn flow(
    stream: &stream::Stream,
    client: &Client,
    jetstream: &jetstream::Context,
    name: &str,
    servers: &Servers,
    time: Duration,
) -> Outcome<Limit> {
    let (acknowledged, changed) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let mut pulling = JoinSet::new();
    for partition in 0..PARTITIONS {
        let config = pull::Config {
            durable_name: Some(format!("p{partition}")),
            filter_subject: format!("{name}.{partition}"),
            ack_policy: AckPolicy::Explicit,
            ack_wait: Duration::from_secs(60),
            max_ack_pending: -1,
            ..pull::Config::default()
        };
        stream.create_consumer(config).await?;
        let next = format!("$JS.API.CONSUMER.MSG.NEXT.{name}.p{partition}");
        pulling.spawn(pull(
            client.clone(),
            next,
            acknowledged.clone(),
            changed.clone(),
        ));
    }
    let (cpu, spent, begun) = (servers.cpu(), process::own_cpu()?, Instant::now());
    let mut messages = 0;
    while begun.elapsed() < time {
        publish(jetstream, name, messages).await?;
        messages += PARTITIONS;
    }
    let all = async {
        while acknowledged.load(Ordering::Relaxed) < messages {
            changed.notified().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), all)
        .await
        .map_err(|_| "not all was pulled")?;
    let took = begun.elapsed();
    let (cpu, spent) = (servers.cpu().since(cpu), process::own_cpu()? - spent);
    let updates = messages as f64 / PARTITIONS as f64 * POLLED as f64;
    let each = |spent: Duration| spent.as_secs_f64() * 1e6 / updates;
    Ok(Limit {
        what: format!("JetStream alone: {POLLED} updates a poll, {PARTITIONS} partitions"),
        unit: "updates",
        per_s: updates / took.as_secs_f64(),
        own_cpu_us: Some(each(spent)),
        nats_cpu_us: cpu.nats.map(each),
        postgres_cpu_us: None,
    })
}

/// One answer of a poll: its batches are published side by side, and all are awaited.
async fn publish(jetstream: &jetstream::Context, name: &str, first: usize) -> Outcome {
    let stored = try_join_all((0..PARTITIONS).map(|partition| async move {
        // As even as a good hash makes it.
        let updates = POLLED / PARTITIONS + usize::from(partition < POLLED % PARTITIONS);
        let payload = Bytes::from(vec![b'x'; updates * UPDATE]);
        let message = PublishMessage::build()
            .payload(payload)
            .message_id(format!("1:{first}:{partition}"));
        jetstream
            .send_publish(format!("{name}.{partition}"), message)
            .await
    }))
    .await?;
    for stored in stored {
        stored.await?;
    }
    Ok(())
}

/// Pulls and acknowledges until it is dropped.
async fn pull(
    client: Client,
    next: String,
    acknowledged: Arc<AtomicUsize>,
    changed: Arc<Notify>,
) -> Outcome {
    let inbox = client.new_inbox();
    let mut messages = client.subscribe(inbox.clone()).await?;
    let ask = Bytes::from(format!(r#"{{"batch":{PULLED},"expires":30000000000}}"#));
    let mut left = 0;
    loop {
        if left == 0 {
            client
                .publish_with_reply(next.clone(), inbox.clone(), ask.clone())
                .await?;
            left = PULLED;
        }
        let message = messages.next().await.ok_or("the subscription has ended")?;
        let Some(reply) = message.reply.filter(|_| message.status.is_none()) else {
            // The request has expired.
            left = 0;
            continue;
        };
        left -= 1;
        client.publish(reply, Bytes::from_static(b"+ACK")).await?;
        acknowledged.fetch_add(1, Ordering::Relaxed);
        changed.notify_one();
    }
}
