//! What comes of replies besides their calls: events happen right after the update, jobs are for the test to end.

use std::collections::VecDeque;

use ostankino::{Event, Job, Update, action::Action, event, job};
use ostankino_core::internal::{Asked, Draft, Effect, Whose};
use serde_json::Value;

use super::{Answer, Chat, speaker};

/// What replies had done besides their calls, of the updates of whose they are.
#[derive(Default)]
pub(super) struct Later {
    pub(super) events: VecDeque<(Whose, String, Value)>,
    pub(super) jobs: Vec<(String, Value)>,
    last_event: i64,
}

impl Later {
    pub(super) fn add(&mut self, update: &Update, effects: Vec<Effect>) {
        let whose = Whose::of(update);
        for effect in effects {
            match effect {
                Effect::Event {
                    name,
                    data,
                    whose: other,
                } => {
                    let whose = other.map_or_else(|| whose.clone(), |whose| *whose);
                    self.events.push_back((whose, name, data));
                }
                Effect::Job { name, data, .. } => self.jobs.push((name, data)),
            }
        }
    }

    /// The update of the next event.
    fn next(&mut self) -> Option<(Update, String)> {
        let (whose, name, data) = self.events.pop_front()?;
        self.last_event -= 1;
        let draft = Draft {
            id: self.last_event,
            name: &name,
            whose: &whose,
            timer: None,
            data: &data,
        };
        let update = Update::decode(draft.encode()).expect("an event is an update");
        Some((update, format!("the event {name} happens: {data}")))
    }
}

impl Chat {
    /// An event happens to the first person, as if its time had come. Those of replies happen by themselves, right after
    /// the update that they answer.
    ///
    /// ```
    /// use ostankino::{Event, Fired, Router};
    /// use ostankino_test::Chat;
    /// # use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Remind {
    ///     text: String,
    /// }
    ///
    /// impl Event for Remind {
    ///     const NAME: &'static str = "remind";
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let remind = |Fired(Remind { text }): Fired<Remind>| async move { text };
    /// let mut chat = Chat::new(Router::new().event::<Remind, _>(remind));
    /// chat.event(&Remind { text: "Чай!".into() }).await.expect_text("Чай!");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If the event cannot be written as JSON of up to 64 KiB.
    pub async fn event<E: Event>(&mut self, event: &E) -> Answer<'_> {
        let data = event::to_json(event).unwrap_or_else(|problem| panic!("{problem}"));
        self.happen_later(E::NAME.to_owned(), data).await
    }

    /// The admin with the id `by` presses the button of an action about the first person, and says why: nothing, if it does not ask.
    ///
    /// ```
    /// use ostankino::{Router, action::{Action, AdminUser, Target}};
    /// use ostankino_test::Chat;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let ban = |_: Target, by: AdminUser| async move { format!("Доступ закрыл {}", by.id) };
    /// let router = Router::new().action(Action::new("ban", "Закрыть доступ"), ban);
    /// Chat::new(router).action("ban", 7, "").await.expect_text("Доступ закрыл 7");
    /// # }
    /// ```
    pub async fn action(&mut self, name: &str, by: i64, reason: &str) -> Answer<'_> {
        let asked = Asked {
            by,
            audit: None,
            reason: reason.to_owned(),
        };
        let data = serde_json::to_value(asked).expect("it becomes JSON");
        self.happen_later(Action::new(name, name).event_name(), data)
            .await
    }

    /// The oldest job that was asked for and not ended yet gave this.
    ///
    /// ```
    /// use ostankino::{Job, Reply, Result, Router, job::{Done, Work}};
    /// use ostankino_test::Chat;
    /// # use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Sum {
    ///     of: Vec<u64>,
    /// }
    ///
    /// impl Job for Sum {
    ///     const NAME: &'static str = "sum";
    ///     type State = ();
    ///     type Output = u64;
    ///
    ///     async fn run(self, _: Work<()>) -> Result<u64> {
    ///         Ok(self.of.iter().sum())
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let router = Router::new()
    ///     .command("sum", || async { Reply::text("Считаю…").job(&Sum { of: vec![2, 3] }) })
    ///     .job::<Sum>(())
    ///     .done::<Sum, _>(|Done(sum): Done<Sum>| async move { sum.to_string() });
    /// let mut chat = Chat::new(router);
    /// chat.says("/sum").await.expect_text("Считаю…");
    /// let sum: Sum = chat.job();
    /// assert_eq!(sum.of, [2, 3]);
    /// chat.job_done::<Sum>(&5).await.expect_text("5");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If the output does not become JSON.
    pub async fn job_done<J: Job>(&mut self, output: &J::Output) -> Answer<'_> {
        let data = serde_json::to_value(output).expect("an output becomes JSON");
        self.happen_later(job::done_name(J::NAME), data).await
    }

    /// A job came to nothing.
    ///
    /// # Panics
    ///
    /// If the job does not become JSON.
    pub async fn job_failed<J: Job>(&mut self, failed: &J, why: job::Why) -> Answer<'_> {
        let data = serde_json::to_value(failed).expect("a job becomes JSON");
        let data = job::failed_data(&data, &why);
        self.happen_later(job::failed_name(J::NAME), data).await
    }

    /// The oldest job of that kind which replies asked for; it is taken out.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[track_caller]
    pub fn job<J: Job>(&mut self) -> J {
        let mut talk = self.lock();
        let jobs = &mut talk.later.jobs;
        let found = jobs.iter().position(|(name, _)| name == J::NAME);
        let Some(index) = found else {
            panic!(
                "no job `{}` was asked for\n\nthe conversation so far:\n{talk}",
                J::NAME
            );
        };
        let (_, data) = jobs.remove(index);
        serde_json::from_value(data).expect("it was written as that")
    }

    async fn happen_later(&mut self, name: String, data: Value) -> Answer<'_> {
        let person = speaker::id(&self.people[0]);
        let chat = self.chat_of(0);
        let whose = match chat == person {
            true => Whose::user(person),
            false => Whose {
                user: Some(person),
                chat: Some(chat),
                chat_kind: Some("supergroup".into()),
                ..Whose::default()
            },
        };
        let before = {
            let mut talk = self.lock();
            talk.later.events.push_front((whose, name, data));
            talk.here = Some(chat);
            talk.calls.len()
        };
        self.build();
        let error = self.let_events_happen().await;
        Answer::new(self, before, Some(chat), error)
    }

    /// Those that replies had happen, and those that come of these; says what the last handler that failed
    /// failed with.
    pub(super) async fn let_events_happen(&mut self) -> Option<String> {
        let mut failed = None;
        loop {
            let Some((update, line)) = self.lock().later.next() else {
                return failed;
            };
            self.lock().tell(line);
            let stack = self.stack.as_mut().expect("it was built for an update");
            failed = stack.handle(update).await.or(failed);
        }
    }
}
