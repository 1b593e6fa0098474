//! Settings that may change while it runs.

use super::Emulator;
use crate::world::Latency;

impl Emulator {
    /// Turns flood control on or off; see [`Builder::flood_control`](crate::Builder::flood_control).
    pub fn set_flood_control(&self, on: bool) {
        self.world.change(|state| state.settings.flood_control = on);
    }

    /// From now on every call takes so long on its way; see [`Builder::latency`](crate::Builder::latency).
    pub fn set_latency(&self, latency: impl Into<Latency>) {
        let latency = latency.into();
        self.world.change(|state| state.settings.latency = latency);
    }
}
