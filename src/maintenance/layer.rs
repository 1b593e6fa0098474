//! The layer that answers people in the stead of handlers while maintenance is on.

use std::{
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::Either;
use ostankino_core::texts::OwnTexts;
use tower::{Layer, Service};

use super::Maintenance;
use crate::{Config, Error, Reply, Request, Result, Update, UpdateKind, apology};

/// While maintenance is on, lets through those who try the bot, what happens inside of it, and what must not be refused: payments
/// that were made, and who blocked the bot. Others are told to come later, if they are waiting for a word.
#[derive(Clone, Debug)]
pub(crate) struct MaintenanceLayer {
    maintenance: Maintenance,
    /// Operators and owners.
    admins: Arc<[i64]>,
}

/// The service of [`MaintenanceLayer`].
#[derive(Clone, Debug)]
pub(crate) struct Maintained<S> {
    inner: S,
    layer: MaintenanceLayer,
}

impl MaintenanceLayer {
    pub(crate) fn new(config: &Config, maintenance: &Maintenance) -> Self {
        let mut admins = config.admins_of_bot();
        admins.extend(
            [&config.admin.owners, &config.admin.operators]
                .into_iter()
                .flatten(),
        );
        Self {
            maintenance: maintenance.clone(),
            admins: admins.into(),
        }
    }

    fn lets_through(&self, update: &Update) -> bool {
        let is_admin = || {
            let user = update.user_id();
            user.is_some_and(|user| self.admins.contains(&user))
        };
        match update.kind {
            UpdateKind::Event
            | UpdateKind::MyChatMember
            | UpdateKind::PurchasedPaidMedia
            | UpdateKind::BusinessConnection => true,
            UpdateKind::Message if is_payment(update) => true,
            _ => is_admin(),
        }
    }

    /// What is said in the stead of a handler. In groups only a press is answered: most of what is said there is not said to the bot.
    fn answer(&self, request: &Request) -> Reply {
        let update = &request.update;
        let text = || OwnTexts::known(request).maintenance();
        match update.kind {
            UpdateKind::CallbackQuery => Reply::toast(text().plain()),
            UpdateKind::PreCheckoutQuery | UpdateKind::ShippingQuery => {
                apology::tell(update, text())
            }
            UpdateKind::Message if is_waited_for(update) => {
                let user = update.user_id();
                match user.is_some_and(|user| self.maintenance.tells(user)) {
                    true => Reply::text(text()),
                    false => Reply::none(),
                }
            }
            _ => Reply::none(),
        }
    }
}

/// Whether it tells of money that was paid, or given back.
fn is_payment(update: &Update) -> bool {
    let service = update.message().and_then(|message| message.service);
    service.is_some_and(|name| matches!(name, "successful_payment" | "refunded_payment"))
}

/// Whether somebody said it to the bot alone.
fn is_waited_for(update: &Update) -> bool {
    let is_said = update.message().is_some_and(|message| message.is_said());
    is_said && update.is_private()
}

impl<S> Layer<S> for MaintenanceLayer {
    type Service = Maintained<S>;

    fn layer(&self, inner: S) -> Maintained<S> {
        Maintained {
            inner,
            layer: self.clone(),
        }
    }
}

impl<S> Service<Request> for Maintained<S>
where
    S: Service<Request, Response = Reply, Error = Error>,
{
    type Response = Reply;
    type Error = Error;
    type Future = Either<S::Future, Ready<Result<Reply>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if self.layer.maintenance.is_on() && !self.layer.lets_through(&request.update) {
            return Either::Right(ready(Ok(self.layer.answer(&request))));
        }
        Either::Left(self.inner.call(request))
    }
}
