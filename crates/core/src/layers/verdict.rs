//! When an update that failed is tried again, and when it is over: the one place that decides it.

use crate::{
    Error,
    apology::can_be_told,
    outcome::Verdict,
    request::{Asker, Delivery},
};

/// What becomes of an update that failed with `error`, as it came from the queue.
///
/// - What a handler refuses, with a text for the user, is said.
/// - While a server is away, whoever waits is told; what nobody waits for is tried again. So is
///   what came before and may be applied: nothing is said before that is known.
/// - Locks and deadlines of the database that an earlier owner of the update may hold up are tried
///   again until its transaction must have ended.
/// - Any other failure is told to whoever waits. What nobody would hear of is tried again.
pub fn verdict(asker: &Asker, error: &Error, delivery: Option<&Delivery>) -> Verdict {
    let may_be_applied = delivery.is_some_and(Delivery::may_be_applied);
    let is_held_up = || error.is_passing() && !matches!(error, Error::Timeout(_));
    match error {
        Error::User(_) => Verdict::Answer,
        Error::Unavailable { .. } if may_be_applied || !asker.waits() => Verdict::Retry,
        Error::Unavailable { .. } => Verdict::Answer,
        _ if may_be_applied && is_held_up() => Verdict::Retry,
        _ if !can_be_told(asker) => Verdict::Retry,
        _ => Verdict::Answer,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        Request,
        error::Passing,
        request::{Ownership, Place},
        testing::{blocks, presses, says, says_in_group},
    };

    fn of(request: &Request, error: &Error, attempt: u32) -> Verdict {
        let delivery = Delivery {
            place: Place {
                epoch: 1,
                sequence: 1,
                index: 0,
            },
            attempt,
            is_inherited: false,
            poison: None,
            ownership: Ownership::new(|| true),
        };
        verdict(&Asker::of(request), error, Some(&delivery))
    }

    fn away() -> Error {
        Error::unavailable("PostgreSQL", "x")
    }

    fn is_locked() -> Error {
        Error::context(
            "the form was not saved",
            Error::other(Passing("locked".into())),
        )
    }

    #[test]
    fn whoever_waits_is_told_and_what_nobody_waits_for_is_tried_again() {
        for error in [away(), Error::message("x"), is_locked()] {
            for awaited in [says(1, "x"), presses(1, "x"), says_in_group(1, "/x")] {
                assert_eq!(of(&awaited, &error, 1), Verdict::Answer, "{error:?}");
            }
            for silent in [blocks(1), says_in_group(1, "x")] {
                assert_eq!(of(&silent, &error, 1), Verdict::Retry, "{error:?}");
            }
        }
    }

    #[test]
    fn what_may_be_applied_is_not_answered_before_that_is_known() {
        let (request, timeout) = (says(1, "x"), Error::Timeout(Duration::from_secs(1)));
        assert_eq!(of(&request, &away(), 2), Verdict::Retry);
        assert_eq!(of(&request, &is_locked(), 2), Verdict::Retry);
        for lasting in [Error::message("x"), timeout] {
            assert_eq!(of(&request, &lasting, 2), Verdict::Answer, "{lasting:?}");
        }
    }

    #[test]
    fn a_refusal_is_said_whatever_came_before() {
        for attempt in [1, 2, 9] {
            let refusal = Error::user("нет");
            assert_eq!(of(&blocks(1), &refusal, attempt), Verdict::Answer);
        }
    }
}
