//! /report: long work as a job. It is shown while it grows, the user may stop it, and it survives a restart. The message
//! that announces it is edited in the end.

use std::time::Duration;

use ostankino::{
    Job, Reply, Result, Router,
    html::Plain,
    job::{Done, Failed, JobLimits, Why, Work},
};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use crate::Texts;

/// How long one chapter takes: it stands for what a real report would ask of others.
const CHAPTER: Duration = Duration::from_millis(400);

/// The name of the message that announces a report.
const NOTE: &str = "report";

/// What they are called, in the language of whose report it is.
const CHAPTERS: [fn(&Texts) -> Plain; 5] = [
    Texts::report_preface_plain,
    Texts::report_water_plain,
    Texts::report_tea_plain,
    Texts::report_sugar_plain,
    Texts::report_results_plain,
];

#[derive(Debug, Serialize, Deserialize)]
struct Report {}

impl Job for Report {
    const NAME: &'static str = "report";
    const LIMITS: JobLimits = JobLimits::each(Duration::from_secs(60));
    type State = ();
    type Output = usize;

    async fn run(self, work: Work<()>) -> Result<usize> {
        let (mut draft, t) = (work.draft(), work.texts::<Texts>().await?);
        for (number, chapter) in (1..).zip(CHAPTERS) {
            draft.push(&format!("{number}. {}\n", chapter(&t))).await;
            sleep(CHAPTER).await;
            work.progress().await?;
        }
        Ok(CHAPTERS.len())
    }
}

pub(super) fn router() -> Router {
    Router::new()
        .command("report", begin)
        .in_menu(Texts::cmd_report)
        .job::<Report>(())
        .done::<Report, _>(done)
        .failed::<Report, _>(failed)
}

async fn begin(t: Texts) -> Reply {
    Reply::text(t.report_begun()).note(NOTE).job(&Report {})
}

async fn done(t: Texts, Done(chapters): Done<Report>) -> Reply {
    Reply::edit_noted(NOTE, t.report_done(chapters))
}

async fn failed(t: Texts, Failed { why, .. }: Failed<Report>) -> Reply {
    let told = match why {
        Why::Cancelled => t.report_stopped(),
        _ => t.report_failed(),
    };
    Reply::edit_noted(NOTE, told)
}
