//! What a switch changes in the messages between a process and NATS. Nothing changes its length.

use memchr::memmem;

use super::Side;
use crate::{support::PREFIX, switch::Switch};

/// Changes a message as the switch of the run wants it.
pub(super) fn spoil(switch: Option<Switch>, side: Side, process: usize, message: &mut [u8]) {
    match switch {
        Some(Switch::MixedLanes) if side == Side::Server => mix_lanes(message),
        // The server compares nothing: every write of a seat or a member succeeds.
        Some(Switch::NoFence)
            if side == Side::Client && has(message, &format!("$KV.{PREFIX}_leases.")) =>
        {
            replace(message, b"Nats-Expected-Last", b"Xats-Expected-Last");
        }
        // Each process has a bucket of its own, and is alone in it.
        Some(Switch::TwoOwners) => {
            let (shared, own) = (
                format!("{PREFIX}_leases"),
                format!("{PREFIX}_lease{process}"),
            );
            exchange(side, message, &shared, &own);
        }
        // Each process has the seat of the poller for itself.
        Some(Switch::LatePoller) => exchange(side, message, "poller.", &format!("polle{process}.")),
        Some(Switch::ReusedConsumer) => reuse_consumers(side, message),
        _ => {}
    }
}

fn exchange(side: Side, message: &mut [u8], shared: &str, own: &str) {
    let (shared, own) = (shared.as_bytes(), own.as_bytes());
    match side {
        Side::Client => replace(message, shared, own),
        Side::Server => replace(message, own, shared),
    }
}

/// Takes the term out of the names of consumers, and hides those of others, so that nobody deletes one.
fn reuse_consumers(side: Side, message: &mut [u8]) {
    if side == Side::Server {
        if has(message, "consumer_names_response") {
            replace(message, b"\"b", b"\"x");
        }
        return;
    }
    if !has(message, "$JS.API.CONSUMER.") {
        return;
    }
    // As `b<partition>-<bot>-<term>`.
    let mut begin = 0;
    while let Some(at) = message[begin..].iter().position(|byte| *byte == b'b') {
        let mut rest = begin + at + 1;
        begin = rest;
        let digits = |message: &[u8], from: usize| {
            let digits = message[from..].iter();
            digits.take_while(|byte| byte.is_ascii_digit()).count()
        };
        let mut parts = 0;
        while parts < 2 {
            let length = digits(message, rest);
            if length == 0 || message.get(rest + length) != Some(&b'-') {
                break;
            }
            rest += length + 1;
            parts += 1;
        }
        if parts == 2 {
            let length = digits(message, rest);
            message[rest..rest + length].fill(b'0');
        }
    }
}

/// Gives each update of a batch the lane of somebody else, of the same length.
fn mix_lanes(message: &mut [u8]) {
    let name = b"Ostankino-Updates: ";
    let Some(begin) = memmem::find(message, name).map(|at| at + name.len()) else {
        return;
    };
    let length = memmem::find(&message[begin..], b"\r\n").unwrap_or_default();
    let index = &mut message[begin..begin + length];
    let mut is_lane = false;
    for at in 0..index.len() {
        let is_last = index.get(at + 1).is_none_or(|next| *next == b' ');
        match index[at] {
            b':' => is_lane = true,
            b' ' => is_lane = false,
            _ if is_lane && is_last => index[at] = fastrand::u8(b'0'..=b'9'),
            _ => {}
        }
    }
}

fn has(message: &[u8], part: &str) -> bool {
    memmem::find(message, part.as_bytes()).is_some()
}

fn replace(message: &mut [u8], old: &[u8], new: &[u8]) {
    let mut begin = 0;
    while let Some(at) = memmem::find(&message[begin..], old) {
        let end = begin + at + old.len();
        message[end - old.len()..end].copy_from_slice(new);
        begin = end;
    }
}
