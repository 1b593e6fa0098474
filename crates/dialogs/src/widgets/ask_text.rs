//! Takes texts and numbers that the user writes.

use std::{borrow::Cow, ops::RangeInclusive};

use ostankino::{Html, Request, Result, db::storable};

use super::{Ask, own};
use crate::{Action, Asked, DialogData, Field, Number, NumberField, Window};

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Window<D, R, T> {
    /// Takes a text of so many characters. A command is none, and goes to its own route. The field is a `String`, or whatever is
    /// made of one, such as an `Option<String>`. What PostgreSQL would not take is not in it, as in [`storable`].
    ///
    /// ```
    /// # use ostankino_dialogs::{Dialog, DialogData, field, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Form { Name, Age, Done } }
    /// # #[derive(Clone, Default, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "profile", windows = Form)]
    /// # struct Profile { name: String, age: u8 }
    /// let dialog = Dialog::<Profile>::new()
    ///     .window(Form::Name, |w| {
    ///         w.text(|_| "Как вас зовут?");
    ///         w.ask_text(1..=100, field!(name)).then(Form::Age);
    ///     })
    ///     .window(Form::Age, |w| {
    ///         w.text(|v| format!("{}, сколько вам лет?", v.data.name));
    ///         w.ask_number(1..=120, field!(age)).then(Form::Done);
    ///     })
    ///     .window(Form::Done, |w| w.text(|_| "Спасибо!"));
    /// ```
    ///
    /// # Panics
    ///
    /// If no text has such a length.
    #[track_caller]
    pub fn ask_text<F: From<String> + 'static>(
        &mut self,
        length: RangeInclusive<usize>,
        field: Field<D, F>,
    ) -> &mut Ask<D, R, T, String> {
        let (least, most) = (*length.start(), *length.end());
        let place = self.scope.place();
        assert!(
            least <= most && most > 0,
            "no text has {least} to {most} characters: {place}"
        );
        let input = self.asks(Asked::Text, move |request| {
            let text = written(request)?;
            let is = text.chars().count();
            Some(match (least..=most).contains(&is) {
                true => Ok(text.into_owned()),
                false => Err(own::wrong_length(&own::texts(request), least, most, is)),
            })
        });
        input.keeps(field)
    }

    /// Takes a number within these bounds, of any type that is a [`Number`], as people write them: «1 000», «3,5», «−2». The field
    /// is the number, or an `Option` of it.
    ///
    /// # Panics
    ///
    /// If nothing is within the bounds.
    #[track_caller]
    pub fn ask_number<F: NumberField>(
        &mut self,
        range: RangeInclusive<F::Number>,
        field: Field<D, F>,
    ) -> &mut Ask<D, R, T, F::Number> {
        let (least, most) = (*range.start(), *range.end());
        let place = self.scope.place();
        assert!(
            least <= most,
            "nothing is from {least} to {most}: the bounds of a number in {place} are the wrong way round"
        );
        let input = self.asks(Asked::Text, move |request| {
            let text = written(request)?;
            Some(match F::Number::read(&text) {
                Some(number) if number >= least && number <= most => Ok(number),
                None if !F::Number::IS_WHOLE => Err(own::texts(request).dialog_no_number()),
                None if f64::read(&text).is_none() => Err(own::texts(request).dialog_no_number()),
                None if f64::read(&text).is_some_and(|it| it.fract() != 0.0) => {
                    Err(own::texts(request).dialog_no_whole_number())
                }
                _ => {
                    Err(own::texts(request).dialog_not_between(least.to_string(), most.to_string()))
                }
            })
        });
        input.put_number(field)
    }

    /// Takes a text that means something. `parse` finds out what, or says what is wrong with it.
    ///
    /// ```
    /// use ostankino::jiff::civil::Date;
    /// use ostankino_dialogs::{Dialog, DialogData, field, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Form { Birthday } }
    /// # #[derive(Clone, Default, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "profile", windows = Form)]
    /// # struct Profile { birthday: Option<Date> }
    ///
    /// fn date(text: &str) -> Result<Date, &'static str> {
    ///     Date::strptime("%d.%m.%Y", text.trim()).map_err(|_| "Нужна дата: 31.12.1990")
    /// }
    ///
    /// let dialog = Dialog::<Profile>::new().window(Form::Birthday, |w| {
    ///     w.text(|_| "Когда вы родились?");
    ///     w.ask(date, field!(birthday));
    /// });
    /// ```
    pub fn ask<V: Clone + Send + Sync + 'static, H: Into<Html>, F: From<V> + 'static>(
        &mut self,
        parse: impl Fn(&str) -> Result<V, H> + Send + Sync + 'static,
        field: Field<D, F>,
    ) -> &mut Ask<D, R, T, V> {
        let input = self.asks(Asked::Text, move |request| {
            Some(parse(&written(request)?).map_err(Into::into))
        });
        input.keeps(field)
    }

    /// Takes a text, and leaves it to `action`, which takes it as [`Item<String>`](crate::Item).
    pub fn on_text<Args: 'static, A: Action<D, Args>>(
        &mut self,
        action: A,
    ) -> &mut Ask<D, R, T, String> {
        let input = self.asks(Asked::Text, |request| {
            Some(Ok(written(request)?.into_owned()))
        });
        input.on(action)
    }
}

impl<D: DialogData, R, T, V: Number> Ask<D, R, T, V> {
    fn put_number<F: NumberField<Number = V>>(&mut self, field: Field<D, F>) -> &mut Self {
        self.puts(move |data, number| *field.of_mut(data) = F::of(number))
    }
}

/// What the message says, if it is a text and no caption; as PostgreSQL takes it.
fn written(request: &Request) -> Option<Cow<'_, str>> {
    let text = request.update.message()?.text.as_deref();
    text.map(storable)
}
