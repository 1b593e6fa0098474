//! The layers of the service that need no server, around the handlers of a test.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use http::Extensions;
use ostankino::{
    Bot, DbSession, Error, Outcome, Reply, Request, Result, Router, Update,
    dialogue::DialogueContext,
    layers::{CatchPanicLayer, ErrorReplyLayer, SendReplyLayer, TimeoutLayer, TraceLayer},
    outcome::Conclusion,
    request::CurrentState,
    routing::Route,
    telegram::Settings,
    texts::{Locale, Locales},
};
use tower::{Service, ServiceBuilder, ServiceExt, service_fn, util::BoxService};

use super::{Talk, kept::Kept, lock};

/// As in the service, unless it is configured otherwise.
const HANDLER_TIMEOUT: Duration = Duration::from_secs(10);

/// What the bot is made of, until its first update.
pub(super) struct Setup {
    router: Router,
    pub(super) layers: Vec<Box<dyn FnOnce(Route) -> Route + Send>>,
    pub(super) provided: Extensions,
}

/// What an update passes.
pub(super) struct Stack {
    service: BoxService<Request, Conclusion, Infallible>,
    /// That replies are sent by.
    bot: Bot,
    provided: Extensions,
    talk: Arc<Mutex<Talk>>,
}

impl Setup {
    pub(super) fn new(router: Router) -> Self {
        Self {
            router,
            layers: Vec::new(),
            provided: Extensions::new(),
        }
    }

    pub(super) fn build(self, talk: &Arc<Mutex<Talk>>) -> Stack {
        let routes = Route::new(self.router);
        let routes = self.layers.into_iter().rfold(routes, |it, wrap| wrap(it));
        let handlers = ServiceBuilder::new()
            .layer(TimeoutLayer::new(HANDLER_TIMEOUT))
            .layer(CatchPanicLayer::new())
            .service(routes);
        // What a handler calls itself is answered by the test only.
        let (bot, of_handlers) = (bot(talk, Talk::sent), bot(talk, Talk::called));
        let shared = talk.clone();
        let unit = service_fn(move |mut request: Request| {
            request.bot = of_handlers.clone();
            unit(request, handlers.clone(), shared.clone())
        });
        let service = ServiceBuilder::new()
            .layer(TraceLayer::new())
            .layer(SendReplyLayer::new().with_store(Arc::new(Kept(talk.clone()))))
            .layer(ErrorReplyLayer::new())
            .service(unit);
        Stack {
            service: BoxService::new(service),
            bot,
            provided: self.provided,
            talk: talk.clone(),
        }
    }
}

fn bot(talk: &Arc<Mutex<Talk>>, take: super::talk::Take) -> Bot {
    let (me, folder) = {
        let talk = lock(talk);
        (talk.me.clone(), talk.files.folder.clone())
    };
    let mut settings = Settings::new(format!("{}:test", me.id));
    settings.files_dir = Some(folder);
    let talk = talk.clone();
    Bot::answered_by(settings, me, move |call| take(&mut lock(&talk), call))
}

/// Handles an update with dialogues that the test holds, and without a database. What the handler changed counts if it
/// succeeds.
async fn unit(
    mut request: Request,
    handlers: impl Service<Request, Response = Reply, Error = Error>,
    talk: Arc<Mutex<Talk>>,
) -> Result<Reply> {
    let held = lock(&talk).dialogues.clone();
    let dialogues = DialogueContext::unconnected(held, &request.update, request.bot.id());
    let state = CurrentState(Arc::new(dialogues.clone()));
    request.extensions.insert(state);
    request.extensions.insert(dialogues.clone());
    request.extensions.insert(DbSession::unconnected());
    let update = request.update.clone();
    let handled = handlers.oneshot(request).await;
    let handled = handled.and_then(|reply| Ok((reply, dialogues.changes()?)));
    let mut talk = lock(&talk);
    match handled {
        Ok((mut reply, changes)) => {
            talk.change_dialogues(changes);
            talk.later.add(&update, reply.take_effects());
            Ok(reply)
        }
        Err(error) => {
            talk.fail(&error);
            Err(error)
        }
    }
}

impl Stack {
    /// Handles an update; says what its handler failed with.
    pub(super) async fn handle(&mut self, update: Update) -> Option<String> {
        let mut request = Request::new(update, self.bot.clone());
        request.extensions.extend(self.provided.clone());
        // Events do not say it, and there is no table of users.
        let locales = Locales::default();
        locales.tell(Locale {
            client: Some(lock(&self.talk).language.clone()),
            ..Locale::default()
        });
        request.extensions.insert(locales);
        let ready = self.service.ready().await;
        let Ok(service) = ready;
        let Ok(conclusion) = service.call(request).await;
        let mut talk = lock(&self.talk);
        match conclusion.outcome {
            Outcome::Retry => {
                talk.tell("! nobody waits for an answer: the service would try it again".into())
            }
            Outcome::Unsent => talk.tell("! not all of the reply was sent".into()),
            _ => {}
        }
        talk.error.take()
    }
}
