//! The start: what is away is waited for, what waiting cannot mend ends the process with a message
//! that says what to change.

mod arguments;
mod configuration;
mod locks;
mod menu;
mod queue;
mod refusals;
mod upgrade;
mod waiting;

use crate::support::Service;

/// Waits for a service that cannot run; gives what it said of that.
pub(crate) async fn refusal(service: &Service) -> String {
    service.ends_with(1).await;
    let records = service.logs.of("cannot_run");
    assert_eq!(records.len(), 1, "{:?}", service.logs.records());
    records[0]["error"].as_str().expect("a text").to_owned()
}
