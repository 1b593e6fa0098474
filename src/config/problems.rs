//! What is wrong with a configuration: all of it at once, so that whoever sets up a service is told
//! once.

use super::ConfigError;

/// Problems that were found so far; each text begins with its key.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<String>);

impl Problems {
    /// A check with its message: `problems.must(ok, || "delivery.partitions is 0: …".into())`. Of a
    /// key only the first problem counts: later checks may rely on earlier ones.
    pub(crate) fn must(&mut self, ok: bool, problem: impl FnOnce() -> String) {
        if !ok {
            self.add(problem());
        }
    }

    /// A problem; its text begins with the key, where it is about one.
    pub(super) fn add(&mut self, problem: String) {
        let key = |text: &str| {
            let key = text.split([' ', ':']).next().unwrap_or_default();
            key.contains('.').then(|| key.to_owned())
        };
        let new = key(&problem);
        if new.is_none() || self.0.iter().all(|known| key(known) != new) {
            self.0.push(problem);
        }
    }

    /// Those of another place behind these.
    pub(super) fn append(&mut self, more: Self) {
        for problem in more.0 {
            self.add(problem);
        }
    }

    /// One error of all of them.
    pub(crate) fn result(self) -> Result<(), ConfigError> {
        match self.0.as_slice() {
            [] => Ok(()),
            [only] => Err(ConfigError(only.clone())),
            all => {
                let many = all.len();
                let list = all.join("\n  ");
                let text = format!("{many} things are wrong with the configuration:\n  {list}");
                Err(ConfigError(text))
            }
        }
    }
}
