//! Items of lists, by the keys that their buttons carry.

use ostankino::{
    data::{Pack, Packer},
    html::Plain,
    reply::Button,
};

use crate::{At, View, address::LONGEST_KEY};

/// What a list of items is drawn from.
pub(crate) struct Items<D, R, T, I, K> {
    rows: Rows<D, R, T, I>,
    key: Box<dyn Fn(&I) -> K + Send + Sync>,
    label: Label<D, R, T, I>,
}

type Rows<D, R, T, I> = Box<dyn for<'a> Fn(&'a View<D, R, T>) -> &'a [I] + Send + Sync>;
type Label<D, R, T, I> = Box<dyn Fn(&View<D, R, T>, &I) -> Plain + Send + Sync>;

impl<D, R, T, I, K: Pack> Items<D, R, T, I, K> {
    /// A key that a button could not carry does not compile.
    const FITS: () = assert!(
        K::MAX <= LONGEST_KEY,
        "the key of an item takes more letters than a button can carry: `ostankino_dialogs::LONGEST_KEY`"
    );

    pub(crate) fn new<P: Into<Plain>>(
        rows: impl for<'a> Fn(&'a View<D, R, T>) -> &'a [I] + Send + Sync + 'static,
        key: impl Fn(&I) -> K + Send + Sync + 'static,
        label: impl Fn(&View<D, R, T>, &I) -> P + Send + Sync + 'static,
    ) -> Self {
        const { Self::FITS }
        Self {
            rows: Box::new(rows),
            key: Box::new(key),
            label: Box::new(move |view, item| label(view, item).into()),
        }
    }

    /// A button for each, in rows of so many. `mark` makes of a label what shows whether the item of that key is chosen.
    pub(crate) fn draw(
        &self,
        at: &At<'_>,
        id: &str,
        view: &View<D, R, T>,
        columns: usize,
        mark: impl Fn(&K, String) -> String,
    ) -> Vec<Vec<Button>> {
        let button = |item: &I| {
            let key = (self.key)(item);
            let Plain(label) = (self.label)(view, item);
            at.button(id, mark(&key, label), &pack(&key))
        };
        let buttons: Vec<_> = (self.rows)(view).iter().map(button).collect();
        buttons.chunks(columns).map(<[_]>::to_vec).collect()
    }

    /// The key of the item whose button carries that.
    pub(crate) fn find(&self, view: &View<D, R, T>, packed: &str) -> Option<K> {
        let mut keys = (self.rows)(view).iter().map(&self.key);
        keys.find(|key| pack(key) == packed)
    }
}

/// What the button of an item carries.
pub(crate) fn pack<K: Pack>(key: &K) -> String {
    let mut packer = Packer::new("");
    key.pack(&mut packer);
    packer.finish()
}
