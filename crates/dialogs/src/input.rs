//! What a window takes besides presses: what the user writes or sends.

use std::any::Any;

use futures_util::future::BoxFuture;
use ostankino::{Html, Needs, Request, Result};

use crate::{DialogData, Lead, Turn, View, stack::Asked};

/// What a window does with a message of its user.
pub trait Input<D: DialogData, R, T>: Any + Send + Sync {
    /// Which messages it takes.
    fn asks(&self) -> Asked;

    /// Whether this message is one of them.
    fn takes(&self, request: &Request) -> bool;

    /// Whether [`receive`](Self::receive) looks at the view, for which the getter has to run.
    fn looks(&self) -> bool {
        false
    }

    /// Takes it. The window as it is now is there if the input [looks](Self::looks) at it.
    fn receive<'a>(
        &'a self,
        data: D,
        view: Option<&'a View<D, R, T>>,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Received<D>>>;

    /// Where it may lead, for the diagram.
    fn leads(&self) -> Vec<Lead<D::Window>> {
        Vec::new()
    }

    /// What its handlers need besides the update.
    fn needs(&self, needs: &mut Needs) {
        let _ = needs;
    }
}

/// What became of a message.
#[derive(Debug)]
pub enum Received<D: DialogData> {
    /// It was taken.
    Taken(Box<Turn<D>>),
    /// It does not fit; that is why, for its sender. The window waits for another.
    Refused(Html),
}
