//! What is common to consumers, whoever they deliver to.

use async_nats::jetstream::{consumer, stream};

use crate::{Error, nats::jetstream_code};

/// JetStream's code for a consumer that is not there.
const NO_CONSUMER: u64 = 10014;

pub(super) fn is_absent(error: &(dyn std::error::Error + 'static)) -> bool {
    jetstream_code(error) == Some(NO_CONSUMER)
}

/// Fails if a consumer that was just created would pass over what is stored, or will be: it took up what is
/// left of a namesake. A nats-server keeps that of a stream that lost its files and was deleted.
pub(super) fn check_new(consumer: &consumer::Info, stream: &stream::Info) -> Result<(), Error> {
    let passed = consumer.delivered.stream_sequence;
    if passed < stream.state.first_sequence.max(1) {
        return Ok(());
    }
    let problem = format!(
        "the consumer {} is new and passed {passed} messages over: it is to be created again",
        consumer.name
    );
    Err(Error::unavailable("NATS", problem))
}
