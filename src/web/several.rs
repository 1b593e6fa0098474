//! What `/readyz` tells of a process of several bots: the servers once, and of each bot one part. A bot that stopped leaves the others
//! as ready as they are.

use super::{
    readiness::{Part, Readiness, State, Status},
    stage::{Fleet, Process, Sources, Stage, Trouble},
};

/// Adds all parts.
pub(super) fn ask(readiness: &mut Readiness, fleet: &Fleet) {
    let servers = match fleet.process() {
        Process::Starting => return readiness.of_stage(&Stage::Starting),
        Process::Stopping => return readiness.of_stage(&Stage::Stopping),
        Process::Running(servers) => servers,
    };
    readiness.ask_servers(&servers);
    let (mut runs, mut starts) = (false, false);
    let bots = fleet.bots();
    let waits = bots.is_empty() && fleet.takes_added();
    for (name, stage) in bots {
        runs |= matches!(stage, Stage::Running(_));
        starts |= matches!(stage, Stage::Starting);
        readiness.add(format!("bots.{name}"), Status::Degraded, of(&stage));
    }
    if !runs && !waits {
        let part = match starts {
            true => Part::down(
                "no bot has started yet",
                "look at the log: it says what is waited for",
            ),
            false => Part::down("no bot runs", "look at the parts of the bots"),
        };
        readiness.add("process", Status::Unready, part);
    }
}

fn of(stage: &Stage) -> Part {
    match stage {
        Stage::Starting => {
            Part::unknown("wait: it is starting, and the log says what is waited for")
        }
        Stage::Running(sources) => of_running(sources),
        Stage::Stopping => Part::down("it was told to end", "nothing: the process ends"),
        Stage::Stopped(trouble) => of_stopped(trouble),
    }
}

/// The first of its parts that is not well, or how all are.
fn of_running(sources: &Sources) -> Part {
    let mut whole = Part::default();
    for (name, part) in Part::of_bot(sources) {
        if whole.state == State::Ok && part.state != State::Ok {
            whole.state = part.state;
            whole.error = part.error.as_ref().map(|error| format!("{name}: {error}"));
            whole.advice = part.advice;
        }
        if let Ok(part) = serde_json::to_value(part) {
            whole = whole.with(name, part);
        }
    }
    whole
}

fn of_stopped(trouble: &Trouble) -> Part {
    let advice = match trouble.is_passing {
        true => {
            "look at the log: it is started again by itself, and that is of no use if it fails again and again"
        }
        false => {
            "mend what the error says, then restart the process, or `bot start` the bot if it was added at run time: the other bots go on meanwhile"
        }
    };
    Part::down(trouble.problem.clone(), advice)
}
