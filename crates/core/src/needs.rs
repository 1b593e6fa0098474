//! What handlers need besides the update, told before any update comes: a value that the app was not
//! given is found when it is built.

use std::{
    any::{TypeId, type_name},
    fmt,
};

use http::Extensions;

use crate::{State, texts::Bundle};

/// What the arguments of a handler need.
#[derive(Clone, Debug, Default)]
pub struct Needs(Vec<Need>);

/// A [`State`] that is needed, or texts.
#[derive(Clone, Copy)]
pub struct Need {
    /// The extension; the layer that inserts it is of the same type.
    state: TypeId,
    name: &'static str,
    is_in: fn(&Extensions) -> bool,
    is_texts: bool,
}

impl Needs {
    /// A [`State<T>`](State) is needed.
    pub fn state<T: Clone + Send + Sync + 'static>(&mut self) {
        self.extend(&Self(vec![Need::of::<T>(false)]));
    }

    /// These texts are needed.
    pub fn texts<T: Bundle>(&mut self) {
        self.extend(&Self(vec![Need::of::<T>(true)]));
    }

    /// Takes the need of a [`State<T>`](State) away, and says whether there was one.
    #[doc(hidden)]
    pub fn take_state<T: Clone + Send + Sync + 'static>(&mut self) -> bool {
        let before = self.0.len();
        self.0.retain(|need| need.state != TypeId::of::<State<T>>());
        self.0.len() < before
    }

    /// Each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Need> {
        self.0.iter()
    }

    /// What others need, too.
    pub fn extend(&mut self, others: &Self) {
        for other in others {
            if self.iter().all(|need| need.state != other.state) {
                self.0.push(*other);
            }
        }
    }

    /// A layer of type `L` stands around what has the needs.
    pub(crate) fn met_by<L: 'static>(&mut self) {
        self.0.retain(|need| !need.is_met_within::<L>());
    }
}

impl Need {
    fn of<T: Clone + Send + Sync + 'static>(is_texts: bool) -> Self {
        Self {
            state: TypeId::of::<State<T>>(),
            name: type_name::<T>(),
            is_in: |extensions| extensions.get::<State<T>>().is_some(),
            is_texts,
        }
    }

    /// How the app is given it.
    #[must_use]
    pub fn given_by(&self) -> &'static str {
        match self.is_texts {
            true => "AppBuilder::texts",
            false => "AppBuilder::state",
        }
    }

    /// Whether these extensions hold it.
    #[must_use]
    pub fn is_met_by(&self, extensions: &Extensions) -> bool {
        (self.is_in)(extensions)
    }

    /// Whether a layer of type `L` inserts it.
    #[must_use]
    pub fn is_met_within<L: 'static>(&self) -> bool {
        self.state == TypeId::of::<L>()
    }
}

impl<'a> IntoIterator for &'a Needs {
    type Item = &'a Need;
    type IntoIter = std::slice::Iter<'a, Need>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// `State<shop::Prices>`, or the name of the texts.
impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_texts {
            true => f.write_str(self.name),
            false => write!(f, "State<{}>", self.name),
        }
    }
}

impl fmt::Debug for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Extension, Handler, Router,
        filter::private,
        layers::{TimeoutLayer, from_fn},
    };

    #[derive(Clone)]
    struct Prices;
    #[derive(Clone)]
    struct Client;

    async fn buys(_: State<Prices>, _: Option<State<Client>>) {}

    fn told(router: &Router) -> Vec<String> {
        let needs = router.needs();
        let told = needs.map(|(route, need)| format!("{route}: {need}"));
        told.map(|need| need.replace("ostankino_core::needs::tests::", ""))
            .collect()
    }

    #[test]
    fn a_router_tells_which_route_needs_what_of_the_app() {
        let limit = TimeoutLayer::new(std::time::Duration::from_secs(1));
        let passes = from_fn(async |request, next: crate::layers::Next| next.run(request).await);
        let inner = Router::new()
            .command("inner", buys.layer(passes))
            .fallback(buys.layer(State(Prices)));
        let router = Router::new()
            .command("given", buys)
            .layer(State(Prices))
            .layer(State(Client))
            .command("buy", buys.layer(State(Client)).layer(limit))
            .nest(private(), inner.layer(Extension(Client)))
            .fallback(|_: State<Client>| async {});
        assert_eq!(
            told(&router),
            [
                "/buy: State<Prices>",
                "/inner: State<Prices>",
                "/inner: State<Client>",
                "anything else: State<Client>",
                "anything else: State<Client>"
            ]
        );
        assert!(told(&router.layer(State(Prices)).layer(State(Client))).is_empty());
    }

    #[test]
    fn extensions_meet_the_needs_whose_values_they_hold() {
        let router = Router::new().text(buys);
        let mut given = Extensions::new();
        given.insert(State(Client));
        let is_met: Vec<_> = router
            .needs()
            .map(|(_, need)| need.is_met_by(&given))
            .collect();
        assert_eq!(is_met, [false, true]);
    }
}
