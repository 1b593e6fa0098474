//! What becomes of a dialog once its user chose or wrote something.

use ostankino::{Needs, Request, Result};

use crate::{
    Action, DialogData, Item, Lead, Turn,
    call::{Act, act},
    data::carrying,
    lead,
};

/// What becomes of a dialog once its user chose or wrote something: another window, or what an action says.
pub(super) struct Choice<D: DialogData> {
    then: Option<D::Window>,
    /// Where the action may lead.
    leads: Vec<Lead<D::Window>>,
    act: Option<Act<D>>,
    needs: Needs,
}

impl<D: DialogData> Choice<D> {
    pub(super) fn new() -> Self {
        Self {
            then: None,
            leads: Vec::new(),
            act: None,
            needs: Needs::default(),
        }
    }

    pub(super) fn then(&mut self, window: D::Window) {
        self.then = Some(window);
    }

    /// Starts a dialog that is made of the key.
    pub(super) fn start<K: Clone + Send + Sync + 'static, C: DialogData>(
        &mut self,
        child: fn(K) -> C,
    ) {
        self.leads.push(Lead::Dialog(C::NAME));
        self.on(move |Item(key): Item<K>| async move { Turn::start(child(key)) });
    }

    /// The action may lead to these windows.
    pub(super) fn may_lead(&mut self, windows: &[D::Window]) {
        self.leads.extend(lead::to(windows.iter().copied()));
    }

    pub(super) fn on<Args: 'static, A: Action<D, Args>>(&mut self, action: A) {
        self.act = Some(act(action, &mut self.needs));
    }

    /// `value` was chosen, and is in the data, if it belongs there.
    pub(super) async fn made<V: Clone + Send + Sync + 'static>(
        &self,
        data: D,
        request: &Request,
        value: V,
    ) -> Result<Turn<D>> {
        let Some(act) = &self.act else {
            let turn = self.then.map_or_else(Turn::stay, Turn::to);
            return Ok(turn.with(data));
        };
        let request = carrying(&carrying(request, data.clone()), Item(value));
        let turn = act(request).await?;
        // What was chosen is kept, unless the action has other data.
        let data = turn.data.clone().unwrap_or(data);
        Ok(turn.with(data))
    }

    pub(super) fn leads(&self) -> Vec<Lead<D::Window>> {
        let then = lead::to(self.then);
        then.into_iter().chain(self.leads.clone()).collect()
    }

    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.extend(&self.needs);
    }
}
