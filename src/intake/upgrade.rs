//! Moves what an older version left in the queue, a message an update, into batches: before the first
//! poll, so that nothing that is fetched overtakes it.
//!
//! Processes of that version may still be at work on it, by the same consumers, each of which gives out
//! one update at a time. Within a partition the order stays, and all updates of a user are in one.

use std::{collections::BTreeSet, time::Duration};

use async_nats::{
    HeaderMap,
    jetstream::{
        Message,
        consumer::{AckPolicy, PullConsumer, pull},
        message::PublishMessage,
    },
};
use futures_util::{StreamExt, TryStreamExt, future::try_join_all};
use tokio::time::sleep;

use crate::{
    BoxError, Error, Result,
    queue::{INHERITED, Incoming, Queue, UPDATES, pack, partition_of},
    telegram::Envelope,
    telegram::backoff::Backoff,
};

/// The interval at which it is checked whether a process of the older version is done with its update.
const LOOK: Duration = Duration::from_millis(200);

/// Moves all that there is, for as long as that takes.
pub(super) async fn upgrade(queue: &Queue) {
    let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(5));
    while let Err(error) = move_all(queue).await {
        tracing::error!(
            event = "upgrade_failed",
            error = error.chain(),
            "updates that an older version stored cannot be moved yet: nothing is fetched meanwhile"
        );
        sleep(backoff.next()).await;
    }
}

async fn move_all(queue: &Queue) -> Result<()> {
    let partitions = partitions(queue).await?;
    if partitions.is_empty() {
        return Ok(());
    }
    let moved = try_join_all(partitions.iter().map(|partition| empty(queue, *partition))).await?;
    for partition in partitions {
        let name = queue.names().single_consumer(partition);
        let deleted = queue.stream().delete_consumer(&name);
        queue.nats().within(deleted).await?;
    }
    tracing::info!(
        event = "upgraded",
        updates = moved.into_iter().sum::<u64>(),
        "updates that an older version stored stand in batches now"
    );
    Ok(())
}

/// The partitions of the older version, of which there are consumers or updates.
async fn partitions(queue: &Queue) -> Result<BTreeSet<u16>> {
    let (nats, names) = (queue.nats(), queue.names());
    let listed = async {
        queue
            .stream()
            .consumer_names()
            .try_collect::<Vec<_>>()
            .await
    };
    let consumers: Vec<String> = nats.within(listed).await?;
    let subjects = async {
        let all = names.single_updates_of_all();
        let info = queue.stream().info_with_subjects(all).await?;
        let subjects: Vec<_> = info.try_collect().await?;
        Ok::<_, BoxError>(subjects)
    };
    let subjects = nats.within(subjects).await?;
    let of_consumers = consumers
        .iter()
        .filter_map(|name| names.single_partition(name));
    let of_updates = subjects
        .iter()
        .filter_map(|(subject, _)| names.partition_in(subject));
    Ok(of_consumers.chain(of_updates).collect())
}

/// Moves the updates of a partition; says how many there were.
async fn empty(queue: &Queue, partition: u16) -> Result<u64> {
    let consumer = consumer(queue, partition).await?;
    let mut moved = 0;
    loop {
        let fetched = async {
            let mut fetched = consumer.fetch().max_messages(1).messages().await?;
            fetched.next().await.transpose()
        };
        if let Some(message) = queue.nats().within(fetched).await? {
            repack(queue, &message).await?;
            moved += 1;
            continue;
        }
        let info = queue.nats().within(consumer.get_info()).await?;
        if info.num_pending == 0 && info.num_ack_pending == 0 {
            return Ok(moved);
        }
        sleep(LOOK).await;
    }
}

async fn consumer(queue: &Queue, partition: u16) -> Result<PullConsumer> {
    let name = queue.names().single_consumer(partition);
    let config = pull::Config {
        durable_name: Some(name.clone()),
        filter_subject: queue.names().single_updates(partition),
        ack_policy: AckPolicy::Explicit,
        ack_wait: Duration::from_secs(20),
        max_ack_pending: 1,
        max_deliver: -1,
        ..pull::Config::default()
    };
    let opened = queue.stream().get_or_create_consumer(&name, config);
    queue.nats().within(Box::pin(opened)).await
}

/// Stores an update as a batch of its own, then takes it off its old place.
async fn repack(queue: &Queue, message: &Message) -> Result<()> {
    let (nats, names) = (queue.nats(), queue.names());
    let sequence = message.info().map(|info| info.stream_sequence);
    let sequence = sequence.map_err(|error| Error::context("a message has no place", error))?;
    // What is no update goes where any other update of nobody goes: its handler keeps it.
    let envelope = Envelope::peek(&message.payload);
    let partition = envelope.map_or(0, |envelope| partition_of(&envelope, queue.partitions()));
    let update = Incoming {
        update_id: envelope.map_or(0, |envelope| envelope.update_id),
        lane: envelope.map_or(0, |envelope| envelope.lane()),
        bytes: message.payload.clone(),
    };
    for batch in pack(&[update]) {
        let mut headers = HeaderMap::new();
        headers.insert(UPDATES, batch.index);
        headers.insert(INHERITED, "1");
        let publish = PublishMessage::build()
            .headers(headers)
            .message_id(format!("{}:moved:{sequence}", names.bot()))
            .payload(batch.payload);
        let subject = names.batches(partition);
        let stored = async { nats.jetstream().send_publish(subject, publish).await?.await };
        nats.within(stored).await?;
    }
    nats.within(message.double_ack()).await
}
