//! A window with its getter, whatever that finds: drawn, pressed, told.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use ostankino::{Error, FromRequest, Needs, Request, Result};

use crate::{
    At, DialogData, Getter, Page, Press, Received, Turn, View, Widget, Window,
    address::widget_of,
    data::Carried,
    picture::Picture,
    stack::{Asked, Memory},
    view::{recall, remember},
    widgets::own,
};

/// A window of a dialog of `D`.
pub(crate) trait Shown<D: DialogData>: Send + Sync {
    fn asked(&self) -> Asked;

    /// Finds what it is drawn from.
    fn draw<'s: 'a, 'a>(
        &'s self,
        data: D,
        memory: &'a mut Memory,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Drawn<'s>>>;

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

    fn leads(&self) -> Vec<D::Window>;

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
    /// Whether it was made on the latest picture.
    pub(crate) is_latest: bool,
}

/// A window with a getter.
pub(crate) struct WithGetter<D: DialogData, G, Args, R, T> {
    pub(crate) window: Window<D, R, T>,
    pub(crate) getter: G,
    pub(crate) args: std::marker::PhantomData<fn() -> Args>,
    /// How many items the getter found in all, if it says so.
    pub(crate) total: fn(&R) -> Option<u64>,
}

impl<D, G, Args, R, T> WithGetter<D, G, Args, R, T>
where
    D: DialogData,
    G: Getter<Args, Rows = R>,
    R: Send + Sync + 'static,
    T: FromRequest + Send + Sync + 'static,
{
    /// Finds what the window is drawn from. A page that is there no more becomes the last that is.
    async fn view(&self, data: D, memory: &mut Memory, request: &Request) -> Result<View<D, R, T>> {
        let mut request = request.clone();
        request.extensions.insert(Carried(Arc::new(data.clone())));
        let texts = T::from_request(&request).await?;
        let Some((pager, per_page)) = self.window.pager else {
            let rows = self.getter.clone().get(request).await?;
            return Ok(View::new(data, rows, texts, memory.clone()));
        };
        let mut page = Page {
            number: recall(memory, pager).unwrap_or(0),
            per_page,
        };
        request.extensions.insert(page);
        let mut rows = self.getter.clone().get(request.clone()).await?;
        let total = (self.total)(&rows).unwrap_or(0);
        let last = u32::try_from(total.saturating_sub(1) / u64::from(per_page)).unwrap_or(u32::MAX);
        if page.number > last {
            page.number = last;
            remember(memory, pager, &last);
            request.extensions.insert(page);
            rows = self.getter.clone().get(request).await?;
        }
        Ok(View::new(data, rows, texts, memory.clone()))
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

    fn draw<'s: 'a, 'a>(
        &'s self,
        data: D,
        memory: &'a mut Memory,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Drawn<'s>>> {
        Box::pin(async move {
            let view = self.view(data, memory, request).await?;
            let drawn: Drawn<'s> = Box::new(move |at| {
                let text = self.window.text.as_ref().map(|text| text(&view));
                let text = text.unwrap_or_default();
                if text.as_str().trim().is_empty() {
                    let problem = format!("the window {}/{} says nothing", at.dialog, at.window);
                    return Err(Error::message(problem));
                }
                let media = self.window.media.as_ref();
                Ok(Picture {
                    text,
                    media: media.map(|media| media(&view)).unwrap_or_default(),
                    keyboard: rows(self.window.widgets(), &at, &view),
                    has_preview: self.window.has_preview,
                })
            });
            Ok(drawn)
        })
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
            let mut way = Vec::new();
            if !way_to(self.window.widgets(), &is_it, &mut way) {
                return Ok(None);
            }
            let Some(widget) = way.pop() else {
                return Ok(None);
            };
            if !pressed.is_latest && !widget.repeats() {
                return Ok(Some(Turn::stay()));
            }
            let looks = widget.looks() || way.iter().any(|around| around.hides());
            let view = match looks {
                true => Some(self.view(data.clone(), memory, request).await?),
                false => None,
            };
            if let Some(view) = &view
                && !way.iter().all(|around| around.shows(view))
            {
                return Ok(Some(Turn::stay().toast(own::GONE)));
            }
            let mut request = request.clone();
            request.extensions.insert(Carried(Arc::new(data.clone())));
            let press = Press {
                key: pressed.key,
                data,
                view: view.as_ref(),
                request: &request,
                memory,
            };
            widget.press(press).await.map(Some)
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
            let view = self.view(data.clone(), memory, request).await?;
            let mut request = request.clone();
            request.extensions.insert(Carried(Arc::new(data.clone())));
            input.receive(data, &view, &request).await.map(Some)
        })
    }

    fn ids(&self) -> Vec<&'static str> {
        let mut ids = Vec::new();
        each(self.window.widgets(), &mut |widget| ids.push(widget.id()));
        ids.retain(|id| !id.is_empty());
        ids
    }

    fn leads(&self) -> Vec<D::Window> {
        let mut leads = Vec::new();
        each(self.window.widgets(), &mut |widget| {
            leads.extend(widget.leads())
        });
        leads.extend(self.window.inputs.iter().flat_map(|input| input.leads()));
        leads
    }

    fn needs(&self, needs: &mut Needs) {
        G::needs(needs);
        T::needs(needs);
        each(self.window.widgets(), &mut |widget| widget.needs(needs));
        for input in &self.window.inputs {
            input.needs(needs);
        }
    }
}

/// The rows of all of these, one below another.
pub(crate) fn rows<D: DialogData, R: 'static, T: 'static>(
    widgets: &[Box<dyn Widget<D, R, T>>],
    at: &At<'_>,
    view: &View<D, R, T>,
) -> Vec<Vec<ostankino::reply::Button>> {
    widgets
        .iter()
        .flat_map(|widget| widget.draw(at, view))
        .collect()
}

/// Looks for a widget; what it is in, and it, last.
fn way_to<'a, D: DialogData, R: 'static, T: 'static>(
    widgets: &'a [Box<dyn Widget<D, R, T>>],
    is_it: &impl Fn(&str) -> bool,
    way: &mut Vec<&'a dyn Widget<D, R, T>>,
) -> bool {
    for widget in widgets {
        way.push(&**widget);
        let is_here = !widget.id().is_empty() && is_it(widget.id());
        if is_here || way_to(widget.inner(), is_it, way) {
            return true;
        }
        way.pop();
    }
    false
}

fn each<D: DialogData, R: 'static, T: 'static>(
    widgets: &[Box<dyn Widget<D, R, T>>],
    look: &mut impl FnMut(&dyn Widget<D, R, T>),
) {
    for widget in widgets {
        look(&**widget);
        each(widget.inner(), look);
    }
}
