//! Tells when a request is on its way: once the HTTP client has taken the whole of its body. A call
//! that is dropped before that may never reach Telegram.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// Whether a call was sent; a clone shares it.
#[derive(Clone, Debug, Default)]
pub struct Sent(Arc<AtomicBool>);

impl Sent {
    /// Whether it is on its way.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// A body that tells when it is taken.
    pub(super) fn body(&self, bytes: Bytes) -> reqwest::Body {
        reqwest::Body::wrap(Telling {
            bytes: Some(bytes),
            sent: self.clone(),
        })
    }
}

struct Telling {
    bytes: Option<Bytes>,
    sent: Sent,
}

impl Body for Telling {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = self.bytes.take();
        self.sent.0.store(true, Ordering::Relaxed);
        Poll::Ready(bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
