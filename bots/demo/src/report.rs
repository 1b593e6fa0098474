//! /report: long work as a job. It is shown while it grows, the user may stop it, and it survives a restart. The message
//! that announces it is edited in the end.

use std::time::Duration;

use ostankino::{
    Job, Reply, Result, Router, html,
    job::{Done, Failed, JobLimits, Why, Work},
};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

/// How long one chapter takes: it stands for what a real report would ask of others.
const CHAPTER: Duration = Duration::from_millis(400);

/// The name of the message that announces a report.
const NOTE: &str = "report";

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
    Reply::text("Пишу отчёт…").note(NOTE).job(&Report {})
}

async fn done(Done(chapters): Done<Report>) -> Reply {
    let told = html!("<b>Отчёт готов</b>, глав: {chapters}");
    Reply::edit_noted(NOTE, told)
}

async fn failed(Failed { why, .. }: Failed<Report>) -> Reply {
    let told = match why {
        Why::Cancelled => "Отчёт остановлен.",
        _ => "Отчёт не получился.",
    };
    Reply::edit_noted(NOTE, told)
}
