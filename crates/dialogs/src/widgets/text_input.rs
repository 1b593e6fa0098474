//! Takes what the user writes.

use std::{ops::RangeInclusive, sync::Arc};

use futures_util::future::BoxFuture;
use ostankino::{FromRequest, Html, Needs, Request, Result, Text};

use super::own;
use crate::{
    Action, Asked, DialogData, Field, Input, Item, Received, Turn, View, Window, data::Carried,
};

/// Takes what the user writes: see [`Window::ask_text`].
pub struct TextInput<D: DialogData, V> {
    length: RangeInclusive<usize>,
    parse: Parse<V>,
    field: Option<Field<D, V>>,
    then: Option<D::Window>,
    act: Option<Act<D>>,
    needs: Needs,
}

type Parse<V> = Box<dyn Fn(&str) -> Result<V, Html> + Send + Sync>;
type Act<D> = Box<dyn Fn(Request) -> BoxFuture<'static, Result<Turn<D>>> + Send + Sync>;

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Window<D, R, T> {
    /// Takes a text of so many characters. A command is none, and goes to its own route.
    ///
    /// ```
    /// # use ostankino_dialogs::{Dialog, DialogData, field, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Form { Name, Age, Done } }
    /// # #[derive(Clone, Default, Serialize, Deserialize)] struct Profile { name: String, age: u8 }
    /// # impl DialogData for Profile { const NAME: &'static str = "profile"; type Window = Form; }
    /// let dialog = Dialog::<Profile>::new()
    ///     .window(Form::Name, |w| {
    ///         w.text(|_| "Как вас зовут?");
    ///         w.ask_text(1..=100, field!(name)).then(Form::Age);
    ///     })
    ///     .window(Form::Age, |w| {
    ///         w.text(|v| format!("{}, сколько вам лет?", v.data.name));
    ///         w.ask(|text| text.trim().parse().map_err(|_| "Нужно число"), field!(age)).then(Form::Done);
    ///     })
    ///     .window(Form::Done, |w| w.text(|_| "Спасибо!"));
    /// ```
    pub fn ask_text(
        &mut self,
        length: RangeInclusive<usize>,
        field: Field<D, String>,
    ) -> &mut TextInput<D, String> {
        let input = self.texts(|text| Ok(text.to_owned()));
        input.length = length;
        input.field = Some(field);
        input
    }

    /// Takes a text that means something. `parse` finds out what, or says what is wrong with it.
    pub fn ask<V: Clone + Send + Sync + 'static, H: Into<Html>>(
        &mut self,
        parse: impl Fn(&str) -> Result<V, H> + Send + Sync + 'static,
        field: Field<D, V>,
    ) -> &mut TextInput<D, V> {
        let input = self.texts(move |text| parse(text).map_err(Into::into));
        input.field = Some(field);
        input
    }

    /// Takes a text, and leaves it to `action`, which takes it as [`Item<String>`](crate::Item).
    pub fn on_text<Args: 'static, A: Action<D, Args>>(
        &mut self,
        action: A,
    ) -> &mut TextInput<D, String> {
        let input = self.texts(|text| Ok(text.to_owned()));
        input.on(action)
    }

    fn texts<V: Clone + Send + Sync + 'static>(
        &mut self,
        parse: impl Fn(&str) -> Result<V, Html> + Send + Sync + 'static,
    ) -> &mut TextInput<D, V> {
        self.input(TextInput {
            length: 1..=4_096,
            parse: Box::new(parse),
            field: None,
            then: None,
            act: None,
            needs: Needs::default(),
        })
    }
}

impl<D: DialogData, V: Clone + Send + Sync + 'static> TextInput<D, V> {
    /// To which window an answer leads.
    pub fn then(&mut self, window: D::Window) -> &mut Self {
        self.then = Some(window);
        self
    }

    /// What an answer does; it takes that as [`Item<V>`](crate::Item).
    pub fn on<Args: 'static, A: Action<D, Args>>(&mut self, action: A) -> &mut Self {
        A::needs(&mut self.needs);
        self.act = Some(Box::new(move |request| {
            Box::pin(action.clone().act(request))
        }));
        self
    }
}

impl<D, R, T, V> Input<D, R, T> for TextInput<D, V>
where
    D: DialogData,
    R: Send + Sync + 'static,
    T: Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn asks(&self) -> Asked {
        Asked::Text
    }

    fn takes(&self, request: &Request) -> bool {
        let message = request.update.message();
        message.is_some_and(|message| message.text.is_some())
    }

    fn receive<'a>(
        &'a self,
        mut data: D,
        _: &'a View<D, R, T>,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Received<D>>> {
        Box::pin(async move {
            let Text(text) = Text::from_request(request).await?;
            if !self.length.contains(&text.chars().count()) {
                return Ok(Received::Refused(own::WRONG_LENGTH.into()));
            }
            let value = match (self.parse)(&text) {
                Ok(value) => value,
                Err(why) => return Ok(Received::Refused(why)),
            };
            if let Some(field) = self.field {
                *field.of_mut(&mut data) = value.clone();
            }
            let Some(act) = &self.act else {
                let turn = self.then.map_or_else(Turn::stay, Turn::to);
                return Ok(Received::Taken(turn.with(data)));
            };
            let mut request = request.clone();
            request.extensions.insert(Carried(Arc::new(data.clone())));
            request.extensions.insert(Carried(Arc::new(Item(value))));
            let turn = act(request).await?;
            let data = turn.data.clone().unwrap_or(data);
            Ok(Received::Taken(turn.with(data)))
        })
    }

    fn leads(&self) -> Vec<D::Window> {
        self.then.into_iter().collect()
    }

    fn needs(&self, needs: &mut Needs) {
        needs.extend(&self.needs);
    }
}
