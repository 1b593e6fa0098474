//! What one viewer is shown: bounded, and without anybody who waits for him.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio::sync::mpsc;

use super::line::Line;

/// How many lines wait for a viewer.
const WAITING: usize = 256;

/// Where lines for a viewer go in.
pub(super) struct Outlet {
    lines: mpsc::Sender<Line>,
    lost: Arc<AtomicU64>,
}

/// Where they come out.
pub(super) struct View {
    lines: mpsc::Receiver<Line>,
    lost: Arc<AtomicU64>,
}

/// What comes out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Line(Line),
    /// So many lines were too much for this viewer.
    Lost(u64),
}

pub(super) fn outlet() -> (Outlet, View) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let lost = Arc::new(AtomicU64::new(0));
    let outlet = Outlet {
        lines: sender,
        lost: lost.clone(),
    };
    let view = View {
        lines: receiver,
        lost,
    };
    (outlet, view)
}

impl Outlet {
    /// Shows a line, or counts it as lost.
    pub(super) fn show(&self, line: Line) {
        if self.lines.try_send(line).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Returns once the viewer is gone.
    pub(super) async fn left(&self) {
        self.lines.closed().await;
    }
}

impl View {
    /// The next of it; none when it is over.
    pub(super) async fn next(&mut self) -> Option<Seen> {
        match self.lost.swap(0, Ordering::Relaxed) {
            0 => self.lines.recv().await.map(Seen::Line),
            lost => Some(Seen::Lost(lost)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_viewer_loses_lines_and_is_told_how_many() {
        let (outlet, mut view) = outlet();
        for update in 0..300 {
            outlet.show(Line {
                update,
                ..Line::default()
            });
        }
        assert_eq!(view.next().await, Some(Seen::Lost(44)));
        for update in 0..256 {
            let Some(Seen::Line(line)) = view.next().await else {
                panic!("{update} is missing");
            };
            assert_eq!(line.update, update);
        }
        outlet.show(Line::default());
        assert!(matches!(view.next().await, Some(Seen::Line(_))));
        drop(outlet);
        assert_eq!(view.next().await, None);
    }
}
