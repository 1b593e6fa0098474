//! /report: long work as a job. It is shown while it grows, the user may stop it, and it survives a restart.

use std::time::Duration;

use ostankino::{
    Html, Job, Reply, Result, Router, html,
    job::{Done, Failed, JobLimits, Why, Work},
};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

/// How long one chapter takes: it stands for what a real report would ask of others.
const CHAPTER: Duration = Duration::from_millis(400);

const CHAPTERS: [&str; 5] = ["Введение", "Вода", "Чай", "Сахар", "Выводы"];

#[derive(Debug, Serialize, Deserialize)]
struct Report {}

impl Job for Report {
    const NAME: &'static str = "report";
    const LIMITS: JobLimits = JobLimits::each(Duration::from_secs(60));
    type State = ();
    type Output = usize;

    async fn run(self, work: Work<()>) -> Result<usize> {
        let mut draft = work.draft();
        for (number, chapter) in (1..).zip(CHAPTERS) {
            draft.push(&format!("{number}. {chapter}\n")).await;
            sleep(CHAPTER).await;
            work.progress().await?;
        }
        Ok(CHAPTERS.len())
    }
}

pub(super) fn router() -> Router {
    Router::new()
        .command("report", begin)
        .job::<Report>(())
        .done::<Report, _>(done)
        .failed::<Report, _>(failed)
}

async fn begin() -> Reply {
    Reply::text("Пишу отчёт…").job(&Report {})
}

async fn done(Done(chapters): Done<Report>) -> Html {
    html!("<b>Отчёт готов</b>, глав: {chapters}")
}

async fn failed(Failed { why, .. }: Failed<Report>) -> &'static str {
    match why {
        Why::Cancelled => "Отчёт остановлен.",
        _ => "Отчёт не получился.",
    }
}
