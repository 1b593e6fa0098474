//! Bots that were added at run time, as this process runs them: what the table says is compared with what is here.

use std::{collections::BTreeMap, sync::Arc};

use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use super::{
    bots::{Compose, OneOf},
    fleet::{Lived, tell},
    host::Host,
};
use crate::{
    Config, program,
    registry::{Row, Seal},
};
#[cfg(feature = "web")]
use crate::{config::Intake, intake::Hook};

/// The bots that are to run, and those that do.
pub(super) struct Added {
    config: Config,
    compose: Compose,
    seal: Seal,
    /// Those that are to run.
    wanted: BTreeMap<Arc<str>, Row>,
    here: BTreeMap<Arc<str>, Here>,
}

/// One that was begun.
struct Here {
    row: Row,
    token: SecretString,
    /// Ends it; `None`: it came to an end by itself, and waits for another word of the operator's.
    stop: Option<CancellationToken>,
    /// Where Telegram posts for it.
    #[cfg(feature = "web")]
    hook: Option<Hook>,
}

impl Added {
    /// None yet; `None` if none are taken.
    pub(super) fn new(config: &Config, compose: Option<Compose>) -> Option<Self> {
        Some(Self {
            config: config.clone(),
            compose: compose?,
            seal: Seal::of(&config.fleet)?,
            wanted: BTreeMap::new(),
            here: BTreeMap::new(),
        })
    }

    /// What the table says now.
    pub(super) fn learn(&mut self, rows: &[Row]) {
        let started = rows.iter().filter(|row| row.is_started);
        self.wanted = started
            .map(|row| (row.name.as_str().into(), row.clone()))
            .collect();
        let partitions = self.wanted.values().map(|row| (row.id, row.partitions()));
        self.config.added.are(partitions.collect());
    }

    /// The life of a bot is over in this process.
    pub(super) fn ended(&mut self, Lived { name, is_told }: Lived, host: &Host) {
        let Some(here) = self.here.get_mut(&name) else {
            return;
        };
        here.stop = None;
        if is_told {
            tracing::info!(
                event = "bot_ends",
                bot = &*name,
                "a bot that was added at run time has ended here, as it was told to"
            );
            self.forget(&name, host);
        }
    }

    /// Ends what is not to run any more, or not as it does; gives those that are to begin, each with what ends it.
    pub(super) fn settle(
        &mut self,
        host: &Host,
        stop: &CancellationToken,
    ) -> Vec<(OneOf, CancellationToken)> {
        if stop.is_cancelled() {
            return Vec::new();
        }
        let mut over = Vec::new();
        for (name, here) in &mut self.here {
            let wanted = self.wanted.get(name);
            let is_known = wanted.is_some_and(|row| row.revision == here.row.revision);
            match (wanted, &here.stop) {
                _ if is_known => {}
                (Some(row), Some(_)) if here.is_as(row, &self.seal) => here.row = row.clone(),
                (_, Some(stop)) => stop.cancel(),
                (_, None) => over.push(name.clone()),
            }
        }
        for name in over {
            self.forget(&name, host);
        }
        let is_new = |(name, _): &(&Arc<str>, &Row)| !self.here.contains_key(*name);
        let new = self.wanted.iter().filter(is_new);
        let new: Vec<_> = new.map(|(name, row)| (name.clone(), row.clone())).collect();
        new.into_iter()
            .filter_map(|(name, row)| self.begin(name, row, host, stop))
            .collect()
    }

    fn begin(
        &mut self,
        name: Arc<str>,
        row: Row,
        host: &Host,
        stop: &CancellationToken,
    ) -> Option<(OneOf, CancellationToken)> {
        let configured = row.configured(&self.config, &self.seal);
        let configured = configured.and_then(|config| config.check_intake().map(|()| config));
        // The one of the configuration is told of under that name.
        #[cfg(feature = "web")]
        if !self.config.bots.contains_key(&*name) {
            host.fleet.add(&name);
        }
        let config = match configured {
            Ok(config) => config,
            Err(error) => {
                let problem = error.to_string();
                tracing::error!(
                    event = "bot_stopped",
                    bot = &*name,
                    error = problem,
                    advice = advice(&name),
                    "a bot that was added at run time cannot run: the others of this process go on"
                );
                if !self.config.bots.contains_key(&*name) {
                    tell(host, &name, problem, false);
                }
                let here = Here {
                    row,
                    token: SecretString::from(""),
                    stop: None,
                    #[cfg(feature = "web")]
                    hook: None,
                };
                self.here.insert(name, here);
                return None;
            }
        };
        tracing::info!(
            event = "bot_begins",
            bot = &*name,
            bot_id = row.id,
            schema = row.schema,
            "a bot that was added at run time is started here"
        );
        #[cfg(feature = "web")]
        let hook = (config.telegram.intake == Intake::Webhook).then(|| Hook::of(&config));
        #[cfg(feature = "web")]
        if let Some(hook) = &hook {
            host.receivers.expect(hook);
        }
        let ending = stop.child_token();
        let here = Here {
            row,
            token: config.telegram.token.clone(),
            stop: Some(ending.clone()),
            #[cfg(feature = "web")]
            hook,
        };
        self.here.insert(name.clone(), here);
        let bot = OneOf {
            name,
            config,
            compose: self.compose.clone(),
            first: None,
        };
        Some((bot, ending))
    }

    #[cfg_attr(
        not(feature = "web"),
        expect(unused_variables, reason = "nobody is told of it")
    )]
    fn forget(&mut self, name: &Arc<str>, host: &Host) {
        let Some(here) = self.here.remove(name) else {
            return;
        };
        #[cfg(feature = "web")]
        {
            if let Some(hook) = &here.hook {
                host.receivers.forget(hook);
            }
            if !self.config.bots.contains_key(&**name) {
                host.fleet.remove(name);
            }
        }
        drop(here);
    }
}

impl Here {
    /// Whether a bot that is as that row says is the same as this one.
    fn is_as(&self, row: &Row, seal: &Seal) -> bool {
        let token = row.token(seal);
        self.row.is_like(row)
            && token
                .is_some_and(|opened| opened.token.expose_secret() == self.token.expose_secret())
    }
}

/// What to do about a bot that cannot run.
pub(super) fn advice(name: &str) -> String {
    let program = program::name();
    format!(
        "mend it (`{program} bot token {name}`, if it is the token), then `{program} bot start {name}`"
    )
}
