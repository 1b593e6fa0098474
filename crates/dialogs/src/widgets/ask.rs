//! Takes what the user writes or sends, checks it, and keeps it: what all inputs of the library are.

use futures_util::future::BoxFuture;
use ostankino::{Html, Needs, Request, Result};

use super::{Draw, choice::Choice};
use crate::{Action, Asked, DialogData, Field, Input, Lead, Received, View, Window};

/// Takes what the user writes or sends, as a `V`: see [`Window::ask_text`], [`Window::ask_number`], [`Window::ask_photo`] and
/// their like.
pub struct Ask<D: DialogData, R, T, V> {
    asked: Asked,
    read: Read<V>,
    checks: Vec<Check<V>>,
    seeing: Vec<Seeing<D, R, T, V>>,
    put: Option<Put<D, V>>,
    refusal: Option<Draw<D, R, T, Html>>,
    choice: Choice<D>,
}

/// What a message is; `None` if it is none of these, or why it does not fit.
type Read<V> = Box<dyn Fn(&Request) -> Option<Result<V, Html>> + Send + Sync>;
type Check<V> = Box<dyn Fn(&V, &Request) -> Result<(), Html> + Send + Sync>;
type Seeing<D, R, T, V> = Box<dyn Fn(&View<D, R, T>, &V) -> Result<(), Html> + Send + Sync>;
type Put<D, V> = Box<dyn Fn(&mut D, V) + Send + Sync>;
impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Window<D, R, T> {
    /// An input of these messages.
    pub(super) fn asks<V: Clone + Send + Sync + 'static>(
        &mut self,
        asked: Asked,
        read: impl Fn(&Request) -> Option<Result<V, Html>> + Send + Sync + 'static,
    ) -> &mut Ask<D, R, T, V> {
        self.input(Ask {
            asked,
            read: Box::new(read),
            checks: Vec::new(),
            seeing: Vec::new(),
            put: None,
            refusal: None,
            choice: Choice::new(),
        })
    }
}

impl<D: DialogData, R, T, V: Clone + Send + Sync + 'static> Ask<D, R, T, V> {
    /// Where an answer is kept.
    pub(super) fn keeps<F: From<V> + 'static>(&mut self, field: Field<D, F>) -> &mut Self {
        self.puts(move |data, value| *field.of_mut(data) = value.into())
    }

    pub(super) fn puts(&mut self, put: impl Fn(&mut D, V) + Send + Sync + 'static) -> &mut Self {
        self.put = Some(Box::new(put));
        self
    }

    /// What has to be true besides; it says what is wrong.
    ///
    /// ```
    /// # use ostankino_dialogs::{Dialog, DialogData, field, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Form { Email } }
    /// # #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "profile", windows = Form)]
    /// # struct Profile { email: String }
    /// let dialog = Dialog::<Profile>::new().window(Form::Email, |w| {
    ///     w.text(|_| "Ваша почта?");
    ///     w.ask_text(3..=200, field!(email)).check(|email| match email.contains('@') {
    ///         true => Ok(()),
    ///         false => Err("Нужен адрес почты"),
    ///     });
    /// });
    /// ```
    pub fn check<H: Into<Html>>(
        &mut self,
        check: impl Fn(&V) -> Result<(), H> + Send + Sync + 'static,
    ) -> &mut Self {
        self.must(move |value, _| check(value).map_err(Into::into))
    }

    /// The same by what the window shows, and said in the texts of its language: `|v, email| … Err(v.t.no_email())`.
    pub fn check_with<H: Into<Html>>(
        &mut self,
        check: impl Fn(&View<D, R, T>, &V) -> Result<(), H> + Send + Sync + 'static,
    ) -> &mut Self {
        let check = move |view: &View<D, R, T>, value: &V| check(view, value).map_err(Into::into);
        self.seeing.push(Box::new(check));
        self
    }

    /// A check that looks at the message, too.
    pub(super) fn must(
        &mut self,
        check: impl Fn(&V, &Request) -> Result<(), Html> + Send + Sync + 'static,
    ) -> &mut Self {
        self.checks.push(Box::new(check));
        self
    }

    /// What is said of whatever does not fit, instead of what the input would say itself.
    pub fn refusal<H: Into<Html>>(
        &mut self,
        refusal: impl Fn(&View<D, R, T>) -> H + Send + Sync + 'static,
    ) -> &mut Self {
        self.refusal = Some(Box::new(move |view| refusal(view).into()));
        self
    }

    /// To which window an answer leads.
    pub fn then(&mut self, window: D::Window) -> &mut Self {
        self.choice.then(window);
        self
    }

    /// What an answer does; it takes that as [`Item<V>`](crate::Item).
    pub fn on<Args: 'static, A: Action<D, Args>>(&mut self, action: A) -> &mut Self {
        self.choice.on(action);
        self
    }

    /// To which windows that may lead: the diagram shows it.
    pub fn leads(&mut self, windows: &[D::Window]) -> &mut Self {
        self.choice.may_lead(windows);
        self
    }

    fn take(&self, request: &Request, view: Option<&View<D, R, T>>) -> Result<V, Html> {
        let read = (self.read)(request).unwrap_or_else(|| Err(Html::new()));
        read.and_then(|value| {
            let mut checks = self.checks.iter().map(|check| check(&value, request));
            checks.find(Result::is_err).unwrap_or(Ok(()))?;
            let seeing = view
                .into_iter()
                .flat_map(|view| self.seeing.iter().map(move |it| (it, view)));
            let mut seeing = seeing.map(|(check, view)| check(view, &value));
            seeing.find(Result::is_err).unwrap_or(Ok(()))?;
            Ok(value)
        })
    }
}

impl<D, R, T, V> Input<D, R, T> for Ask<D, R, T, V>
where
    D: DialogData,
    R: Send + Sync + 'static,
    T: Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn asks(&self) -> Asked {
        self.asked
    }

    fn takes(&self, request: &Request) -> bool {
        (self.read)(request).is_some()
    }

    fn looks(&self) -> bool {
        self.refusal.is_some() || !self.seeing.is_empty()
    }

    fn receive<'a>(
        &'a self,
        mut data: D,
        view: Option<&'a View<D, R, T>>,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Received<D>>> {
        Box::pin(async move {
            let value = match (self.take(request, view), self.refusal.as_ref().zip(view)) {
                (Ok(value), _) => value,
                (Err(_), Some((refusal, view))) => return Ok(Received::Refused(refusal(view))),
                (Err(why), None) => return Ok(Received::Refused(why)),
            };
            if let Some(put) = &self.put {
                put(&mut data, value.clone());
            }
            let turn = self.choice.made(data, request, value).await?;
            Ok(Received::Taken(Box::new(turn)))
        })
    }

    fn leads(&self) -> Vec<Lead<D::Window>> {
        self.choice.leads()
    }

    fn needs(&self, needs: &mut Needs) {
        self.choice.needs(needs);
    }
}
