//! What the routes need besides the update, each with the name of its route.

use std::sync::Arc;

use super::Router;
use crate::{Handler, Need, Needs};

/// Needs, with the names of the routes that have them.
pub(super) type NamedNeeds = Vec<(Arc<str>, Need)>;

pub(super) fn of<H: Handler<Args>, Args>(_: &H, route: &Arc<str>) -> NamedNeeds {
    let mut needs = Needs::default();
    H::needs(&mut needs);
    needs.iter().map(|need| (route.clone(), *need)).collect()
}

impl Router {
    /// What the route registered last needs, beyond what the type of its handler tells.
    #[doc(hidden)]
    pub fn needing(mut self, needs: &Needs) -> Self {
        if let Some(entry) = Arc::make_mut(&mut self.routes).last_mut() {
            let name = &entry.name;
            let needs = needs.iter().map(|need| (name.clone(), *need));
            entry.needs.extend(needs);
        }
        self
    }

    /// What handlers need besides the update and is given by no layer of the router, with the names of
    /// the routes: values that the app is to be given.
    pub fn needs(&self) -> impl Iterator<Item = (&str, &Need)> {
        self.all_needs().map(|(route, need)| (&**route, need))
    }

    pub(super) fn all_needs(&self) -> impl Iterator<Item = &(Arc<str>, Need)> {
        let of_fallback = self.fallback.iter().flat_map(|it| &it.needs);
        let of_routes = self.routes.iter().flat_map(|entry| &entry.needs);
        of_routes.chain(of_fallback)
    }
}
