//! The queue between Telegram and the handlers.

#[cfg_attr(
    not(test),
    expect(
        dead_code,
        reason = "the worker and the intake are being moved onto it"
    )
)]
pub(crate) mod seats;
