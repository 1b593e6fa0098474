//! Waiting for what another process or thread does, without a guess at how long it takes.

use std::time::Duration;

/// How long to wait for what must happen: long, since many tests share a machine.
pub const DEADLINE: Duration = Duration::from_secs(40);

/// Tries until it is so: for what tells no event, such as a row of a table.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut count = 0;
/// ostankino_test::wait_until("it is three", async || {
///     count += 1;
///     count == 3
/// })
/// .await;
/// # }
/// ```
///
/// # Panics
///
/// If it is not so within [`DEADLINE`]; `what` is told then.
pub async fn wait_until(what: &str, is_so: impl AsyncFnMut() -> bool) {
    wait_within(DEADLINE, what, is_so).await;
}

/// As [`wait_until`], with a deadline of one's own.
///
/// # Panics
///
/// If it is not so within `limit`.
pub async fn wait_within(limit: Duration, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let trying = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let tried = tokio::time::timeout(limit, trying).await;
    tried.unwrap_or_else(|_| panic!("not so in time: {what}"));
}
