//! The dialogs of a bot.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::Arc,
};

use ostankino::{FromRequest, Needs};
use serde_json::value::RawValue;

use crate::{Dialog, DialogData, Lead, dialog::AnyDialog, rules::Route};

/// The dialogs of a bot, for [`RouterExt::dialogs`](crate::RouterExt::dialogs).
#[derive(Clone, Default)]
#[must_use = "dialogs are open to nobody until a router has them"]
pub struct DialogSet(Arc<HashMap<&'static str, Arc<dyn AnyDialog>>>);

impl DialogSet {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a dialog.
    ///
    /// # Panics
    ///
    /// If another has its name, or it lacks one of its windows.
    #[track_caller]
    pub fn with<D, T>(mut self, dialog: Dialog<D, T>) -> Self
    where
        D: DialogData,
        T: FromRequest + Send + Sync + 'static,
    {
        dialog.check();
        let dialogs = Arc::make_mut(&mut self.0);
        let before = dialogs.insert(D::NAME, Arc::new(dialog));
        assert!(before.is_none(), "two dialogs are named `{}`", D::NAME);
        self
    }

    /// Whether all of a chat share that dialog.
    pub(crate) fn is_shared(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|dialog| dialog.rules().is_shared)
    }

    /// Whether a window of them asks for posts.
    pub(crate) fn ask_for_posts(&self) -> bool {
        self.0.values().any(|dialog| dialog.asks_for_posts())
    }

    /// The names of the events that they take, with what has a router send them here.
    pub(crate) fn events(&self) -> BTreeMap<&'static str, Route> {
        let events = self.0.values().flat_map(|dialog| &dialog.rules().events);
        events.copied().collect()
    }

    /// All of them, by their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &dyn AnyDialog)> {
        let mut dialogs: Vec<_> = self.0.iter().collect();
        dialogs.sort_unstable_by_key(|(name, _)| **name);
        let dialogs = dialogs.into_iter();
        dialogs.map(|(name, dialog)| (*name, &**dialog))
    }

    /// Whatever a dialog starts, or takes a result of, is there.
    #[track_caller]
    pub(crate) fn check(&self) {
        self.check_revived();
        for (name, dialog) in self.iter() {
            let leads = dialog.leads().into_iter().flat_map(|window| window.leads);
            let started = leads.filter_map(|(_, lead)| match lead {
                Lead::Dialog(other) => Some(other),
                Lead::Window(_) | Lead::Out => None,
            });
            for other in started.chain(dialog.takes()) {
                assert!(
                    self.0.contains_key(other),
                    "the dialog `{name}` starts `{other}`, which is not in the `DialogSet`: add it by `with`"
                );
            }
            for other in dialog.takes() {
                let is_of_one = self.get(other).is_some_and(|it| it.rules().is_ephemeral);
                assert!(
                    !(dialog.rules().is_shared && is_of_one),
                    "the dialog `{name}`, which is shared, takes a result of `{other}`, which is its presser's alone: it never \
                     comes. Have an event happen instead"
                );
            }
        }
    }

    /// No widget of a dialog that begins anew by old buttons can be taken for another's.
    #[track_caller]
    fn check_revived(&self) {
        let mut known: HashMap<u32, String> = HashMap::new();
        let revived = |(_, dialog): &(&str, &dyn AnyDialog)| dialog.revives();
        let (first, then): (Vec<_>, Vec<_>) = self.iter().partition(revived);
        for (number, path) in first.into_iter().flat_map(|(_, dialog)| dialog.widgets()) {
            if let Some(other) = known.insert(number, path.clone()) {
                panic!("the widgets {other} and {path} cannot be told apart: rename one of them");
            }
        }
        for (number, path) in then.into_iter().flat_map(|(_, dialog)| dialog.widgets()) {
            if let Some(other) = known.get(&number) {
                panic!("the widgets {other} and {path} cannot be told apart: rename one of them");
            }
        }
    }

    /// The dialog with that widget which begins anew by its old buttons, with the data of its beginning.
    pub(crate) fn revived(
        &self,
        widget: u32,
    ) -> Option<(&'static str, &dyn AnyDialog, Box<RawValue>)> {
        let all = self.0.iter();
        let mut found = all.filter(|(_, dialog)| {
            dialog.revives() && dialog.widgets().iter().any(|(number, _)| *number == widget)
        });
        let (name, dialog) = found.next()?;
        Some((*name, &**dialog, dialog.revived()?))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&dyn AnyDialog> {
        self.0.get(name).map(|dialog| &**dialog)
    }

    /// What getters and buttons need besides the update.
    pub(crate) fn needs(&self) -> Needs {
        let mut needs = Needs::default();
        for dialog in self.0.values() {
            needs.extend(dialog.needs());
        }
        needs
    }
}

impl fmt::Debug for DialogSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names: Vec<_> = self.0.keys().collect();
        names.sort_unstable();
        f.debug_tuple("DialogSet").field(&names).finish()
    }
}
