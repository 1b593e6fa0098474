//! Dialogs behind a router, and started from its handlers.

use ostankino::{
    Album, DialogueState, Event, Extension, FromRequest, Fsm, Gathered, Reply, Request, Result,
    Route, Router, Update, event::Look, filter, mailings::Post,
};

use tower::ServiceExt;

use crate::{
    DialogData, DialogSet,
    address::MARK,
    elsewhere::{Asked, asked, close_in_chat, start_in_chat},
    engine::Engine,
    message::MessageId,
    show::Cause,
    stack::{AskAny, AskContact, AskDocument, AskLocation, AskPhoto, AskPost, AskText},
    turn::Started,
};

/// Dialogs behind a router.
pub trait RouterExt {
    /// Has these dialogs open to the users of the router's routes: their presses, and what a window asks for. Handlers start
    /// them by [`Dialogs`]. Commands go to their own routes, whatever is open.
    ///
    /// # Panics
    ///
    /// If the router has routes before which the dialogs' are not reached, or has dialogs already; if a dialog starts one that is not
    /// among them.
    #[must_use]
    fn dialogs(self, dialogs: DialogSet) -> Self;
}

impl RouterExt for Router {
    #[track_caller]
    fn dialogs(self, dialogs: DialogSet) -> Self {
        dialogs.check();
        let router = Self::new()
            .callback(MARK, press)
            .event::<Look, _>(looked)
            .event::<Asked, _>(asked)
            .needing(&dialogs.needs())
            .on(filter::state::<AskText>() & filter::text(), receive)
            .on(filter::state::<AskPhoto>() & filter::photo(), receive)
            .on(filter::state::<AskDocument>() & filter::document(), receive)
            .on(filter::state::<AskContact>() & filter::contact(), receive)
            .on(filter::state::<AskLocation>() & filter::location(), receive)
            .on(
                filter::state::<AskAny>() & !filter::callback_query(),
                receive,
            );
        let router = match dialogs.ask_for_posts() {
            true => taking_posts(router, &self),
            false => router,
        };
        let router = dialogs
            .events()
            .into_values()
            .fold(router, |router, event| event(router));
        router.merge(self).layer(Extension(dialogs))
    }
}

/// Sends posts to windows that ask for them, and albums as a whole. Those that no window waits for are as if there were no dialogs: `own` are the routes of the
/// bot.
#[track_caller]
fn taking_posts(router: Router, own: &Router) -> Router {
    let is_post = |request: &Request| {
        request.update.command().is_none() && Post::of(&request.update).is_some()
    };
    let post = filter::message() & filter::when("post", is_post);
    let posts = Router::new().album(receive).on(post.clone(), receive);
    let (whole, own) = (posts.clone(), own.clone());
    let gathered = move |dialogs: Dialogs| {
        let (whole, own) = (whole.clone(), own.clone());
        async move {
            let state = dialogs.fsm.state().await?;
            match state.as_deref() == Some(AskPost::NAME) {
                true => whole.oneshot(dialogs.request).await,
                // The window may be another one since the first part came.
                false if !own.takes_event(Gathered::NAME) => Ok(Reply::none()),
                false => own.oneshot(dialogs.request).await,
            }
        }
    };
    router
        .route_service(filter::state::<AskPost>() & post, Route::new(posts))
        .event::<Gathered, _>(gathered)
}

/// Starts dialogs, as an argument of a handler.
///
/// ```
/// use ostankino::{Reply, Result};
/// use ostankino_dialogs::Dialogs;
/// # use ostankino_dialogs::{DialogData, windows};
/// # use serde::{Deserialize, Serialize};
/// # windows! { pub Step { Dish } }
/// # #[derive(Clone, Default, Serialize, Deserialize, DialogData)]
/// # #[dialog(name = "order", windows = Step)]
/// # struct Order {}
///
/// async fn order(dialogs: Dialogs) -> Result<Reply> {
///     dialogs.start(Order::default()).await
/// }
/// ```
#[derive(Debug)]
pub struct Dialogs {
    dialogs: DialogSet,
    request: Request,
    fsm: Fsm,
}

impl Dialogs {
    /// Starts a dialog upon what is open in the place of the update; the reply shows its first window. One that is
    /// [shared](crate::Dialog::shared) is started in the order of the chat, right after. One that is open already begins anew with
    /// these data where it is, and those upon it end, unless its [`Launch`](crate::Launch) says otherwise.
    ///
    /// # Errors
    ///
    /// No such dialog was added, 32 others are open already, or its getter fails.
    pub async fn start<D: DialogData>(self, data: D) -> Result<Reply> {
        let started = Started::of(data)?;
        match self.is_shared(&started.dialog) {
            true => start_in_chat(&self.request.update, started),
            false => self.engine().start(started).await,
        }
    }

    /// Ends what the user has open in the place of the update, and [starts](Self::start) a dialog there: what is opened by a
    /// command or a link, from wherever the user is, and any number of times.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub async fn start_anew<D: DialogData>(self, data: D) -> Result<Reply> {
        let over = self.engine().close().await?;
        Ok(over.and(self.start(data).await?))
    }

    /// Ends all dialogs of the place; the reply takes the buttons away.
    ///
    /// # Errors
    ///
    /// NATS is away.
    pub async fn close(self) -> Result<Reply> {
        self.engine().close().await
    }

    /// Ends all dialogs that the chat [shares](crate::Dialog::shared), right after.
    pub fn close_shared(self) -> Reply {
        close_in_chat(&self.request.update)
    }

    pub(crate) fn update(&self) -> &Update {
        &self.request.update
    }

    pub(crate) fn is_shared(&self, dialog: &str) -> bool {
        self.dialogs.is_shared(dialog)
    }

    /// As if that were the cause, on behalf of that user.
    pub(crate) fn engine_after(&self, cause: Cause, by: Option<i64>) -> Engine<'_> {
        Engine::new(&self.dialogs, &self.request, self.fsm.clone(), cause).by(by)
    }

    fn engine(&self) -> Engine<'_> {
        let by = self.request.update.user_id();
        self.engine_after(cause(&self.request), by)
    }
}

impl FromRequest for Dialogs {
    async fn from_request(request: &Request) -> Result<Self> {
        Ok(Self {
            dialogs: request.extension()?,
            fsm: Fsm::from_request(request).await?,
            request: request.clone(),
        })
    }
}

/// After what the window is shown.
fn cause(request: &Request) -> Cause {
    let update = &request.update;
    if request.extensions.get::<Album>().is_some() {
        return Cause::Message;
    }
    match (update.callback_query(), MessageId::of(update)) {
        (Some(_), Some(message)) => Cause::Press(message),
        (None, Some(_)) => Cause::Message,
        _ => Cause::Event,
    }
}

async fn press(dialogs: Dialogs) -> Result<Reply> {
    let Some(query) = dialogs.request.update.callback_query() else {
        return Ok(Reply::none());
    };
    let message = MessageId::of(&dialogs.request.update);
    let (Some(data), Some(message)) = (query.data.as_deref(), message) else {
        return Ok(Reply::none());
    };
    dialogs.engine().press(data, message).await
}

/// An event that dialogs take.
pub(crate) async fn happened(dialogs: Dialogs) -> Result<Reply> {
    let Some(event) = dialogs.request.update.event() else {
        return Ok(Reply::none());
    };
    dialogs.engine().happen(&event.name).await
}

async fn looked(dialogs: Dialogs) -> Result<Reply> {
    dialogs.engine().look().await
}

async fn receive(dialogs: Dialogs) -> Result<Reply> {
    let received = dialogs.engine().receive().await?;
    Ok(received.unwrap_or_default())
}
