//! A window with its getter, whatever that finds: drawn, pressed, told.

use std::any::Any;

use futures_util::future::BoxFuture;
use ostankino::{Clock, Error, FromRequest, Needs, Request, Result};

use crate::{
    At, DialogData, Getter, Lead, Page, Press, Received, Turn, View, Window,
    address::widget_of,
    data::carrying,
    page::Paged,
    picture::Picture,
    stack::{Asked, Memory},
    view::{recall, remember},
    widgets::own,
    within::{each, press_within, rows},
};

/// A window of a dialog of `D`.
pub(crate) trait Shown<D: DialogData>: Send + Sync {
    fn asked(&self) -> Asked;

    /// What each of its inputs takes.
    fn kinds(&self) -> Vec<Asked>;

    /// Finds what it is drawn from.
    fn draw<'s: 'a, 'a>(
        &'s self,
        data: D,
        memory: &'a mut Memory,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Drawn<'s>>>;

    /// Its samples by name, each as it looks; of a window that needs nothing but data also one of these data.
    fn samples(&self, at: At<'_>, data: Option<D>) -> Vec<(&'static str, Result<Picture>)>;

    /// Does what a press asks for; `None` if there is no such widget.
    fn press<'a>(
        &'a self,
        pressed: Pressed<'a, D>,
        memory: &'a mut Memory,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Option<Turn<D>>>>;

    /// Takes a message; `None` if it is none that the window takes.
    fn receive<'a>(
        &'a self,
        data: D,
        memory: &'a mut Memory,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Option<Received<D>>>>;

    /// The ids of its widgets.
    fn ids(&self) -> Vec<&'static str>;

    /// Where it leads, and by which widget; that of an input is "".
    fn leads(&self) -> Vec<(&'static str, Lead<D::Window>)>;

    fn needs(&self, needs: &mut Needs);
}

/// Draws a picture, for whatever entry.
pub(crate) type Drawn<'a> = Box<dyn Fn(At<'_>) -> Result<Picture> + Send + 'a>;

/// A press, once it is known that it is one of this window.
pub(crate) struct Pressed<'a, D> {
    pub(crate) data: D,
    pub(crate) at: At<'a>,
    pub(crate) widget: u32,
    pub(crate) key: &'a str,
    /// Whether the user did nothing since the picture was shown on which it was made.
    pub(crate) is_first: bool,
}

/// A window with a getter.
pub(crate) struct WithGetter<D: DialogData, G, Args, R, T> {
    pub(crate) window: Window<D, R, T>,
    pub(crate) getter: G,
    pub(crate) args: std::marker::PhantomData<fn() -> Args>,
}

impl<D, G, Args, R, T> WithGetter<D, G, Args, R, T>
where
    D: DialogData,
    G: Getter<Args, Rows = R>,
    R: Send + Sync + 'static,
    T: FromRequest + Send + Sync + 'static,
{
    /// What the getter needs; and whether it takes a page.
    pub(crate) fn needs_of_getter() -> (Needs, bool) {
        let mut needs = Needs::default();
        G::needs(&mut needs);
        let is_paged = needs.take_state::<Paged>();
        (needs, is_paged)
    }

    /// Finds what the window is drawn from. A page that is there no more becomes the last that is.
    async fn view(&self, data: D, memory: &mut Memory, request: &Request) -> Result<View<D, R, T>> {
        let mut request = carrying(request, data.clone());
        let texts = T::from_request(&request).await?;
        let own = own::texts(&request);
        let now = Clock::from_request(&request).await?.now();
        let Some(pages) = &self.window.pager else {
            let rows = self.getter.clone().get(request).await?;
            return Ok(View::new(data, rows, texts, own, now, memory.clone()));
        };
        let per_page = pages.per_page;
        let mut page = Page {
            number: recall(memory, pages.pager).unwrap_or(0),
            per_page,
        };
        request.extensions.insert(page);
        let mut rows = self.getter.clone().get(request.clone()).await?;
        let total = (pages.total)(&rows);
        let last = u32::try_from(total.saturating_sub(1) / u64::from(per_page)).unwrap_or(u32::MAX);
        if page.number > last {
            page.number = last;
            remember(memory, pages.pager, &last);
            request.extensions.insert(page);
            rows = self.getter.clone().get(request).await?;
        }
        Ok(View::new(data, rows, texts, own, now, memory.clone()))
    }

    fn picture(&self, at: At<'_>, view: &View<D, R, T>) -> Result<Picture> {
        let text = self.window.text.as_ref().map(|text| text(view));
        let media = self.window.media.as_ref();
        let picture = Picture {
            text: text.unwrap_or_default(),
            media: media.map(|media| media(view)).unwrap_or_default(),
            keyboard: rows(self.window.widgets(), &at, view),
            has_preview: self.window.has_preview,
        };
        let problem = picture.problem();
        let named = |problem| {
            let (dialog, window) = (at.dialog, at.window);
            Error::message(format!("the window {dialog}/{window} {problem}"))
        };
        problem.map_or(Ok(picture), |problem| Err(named(problem)))
    }
}

impl<D, G, Args, R, T> Shown<D> for WithGetter<D, G, Args, R, T>
where
    D: DialogData,
    G: Getter<Args, Rows = R>,
    Args: 'static,
    R: Send + Sync + 'static,
    T: FromRequest + Send + Sync + 'static,
{
    fn asked(&self) -> Asked {
        self.window.asked()
    }

    fn kinds(&self) -> Vec<Asked> {
        let inputs = self.window.inputs.iter();
        inputs.map(|input| input.asks()).collect()
    }

    fn draw<'s: 'a, 'a>(
        &'s self,
        data: D,
        memory: &'a mut Memory,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Drawn<'s>>> {
        Box::pin(async move {
            let view = self.view(data, memory, request).await?;
            let drawn: Drawn<'s> = Box::new(move |at| self.picture(at, &view));
            Ok(drawn)
        })
    }

    fn samples(&self, at: At<'_>, data: Option<D>) -> Vec<(&'static str, Result<Picture>)> {
        let samples = self.window.samples.iter();
        let given = samples.map(|sample| (sample.name, self.picture(at, &(sample.view)())));
        let mut pictures: Vec<_> = given.collect();
        if pictures.is_empty()
            && let (Some(data), Some(rows), Some(texts)) = (data, nothing(), nothing())
        {
            let view = View::sample(data, rows, texts);
            pictures.push(("", self.picture(at, &view)));
        }
        pictures
    }

    fn press<'a>(
        &'a self,
        pressed: Pressed<'a, D>,
        memory: &'a mut Memory,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Option<Turn<D>>>> {
        Box::pin(async move {
            let Pressed { data, at, .. } = pressed;
            let is_it = |id: &str| widget_of(at.dialog, at.window, id) == pressed.widget;
            let looks = crate::within::looks(self.window.widgets(), &is_it);
            let view = match looks {
                None => return Ok(None),
                Some(false) => None,
                Some(true) => Some(self.view(data.clone(), memory, request).await?),
            };
            let request = carrying(request, data.clone());
            let press = Press {
                key: pressed.key,
                data,
                view: view.as_ref(),
                request: &request,
                memory,
                is_first: pressed.is_first,
                item: "",
                at,
            };
            press_within(self.window.widgets(), &is_it, press).await
        })
    }

    fn receive<'a>(
        &'a self,
        data: D,
        memory: &'a mut Memory,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Option<Received<D>>>> {
        Box::pin(async move {
            let Some(input) = self.window.inputs.iter().find(|input| input.takes(request)) else {
                return Ok(None);
            };
            let view = match input.looks() {
                true => Some(self.view(data.clone(), memory, request).await?),
                false => None,
            };
            let request = carrying(request, data.clone());
            let received = input.receive(data, view.as_ref(), &request);
            received.await.map(Some)
        })
    }

    fn ids(&self) -> Vec<&'static str> {
        let mut ids = Vec::new();
        each(self.window.widgets(), &mut |widget| ids.push(widget.id()));
        ids.retain(|id| !id.is_empty());
        ids
    }

    fn leads(&self) -> Vec<(&'static str, Lead<D::Window>)> {
        let mut leads = Vec::new();
        each(self.window.widgets(), &mut |widget| {
            let by = |lead| (widget.id(), lead);
            leads.extend(widget.leads().into_iter().map(by));
        });
        let inputs = self.window.inputs.iter();
        leads.extend(
            inputs
                .flat_map(|input| input.leads())
                .map(|lead| ("", lead)),
        );
        leads
    }

    fn needs(&self, needs: &mut Needs) {
        needs.extend(&Self::needs_of_getter().0);
        T::needs(needs);
        each(self.window.widgets(), &mut |widget| widget.needs(needs));
        for input in &self.window.inputs {
            input.needs(needs);
        }
    }
}

/// The rows or the texts of a window that has none.
fn nothing<X: 'static>() -> Option<X> {
    let nothing: Box<dyn Any> = Box::new(());
    nothing.downcast().ok().map(|nothing| *nothing)
}
