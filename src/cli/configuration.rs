//! `config check`: what a start would say of the configuration, and what it would take from where.

use std::{
    fmt::Write as _,
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
};

use serde_json::{Value, json};

use super::{
    Failure,
    output::{line, say},
};
use crate::{
    Bots, Config,
    config::{Origin, Setting},
};

pub(super) fn check<B: Into<Bots>>(
    json: bool,
    compose: impl FnOnce(Config) -> B,
) -> Result<ExitCode, Failure> {
    let (config, mut problems) = Config::load_telling(Config::check)?;
    // The bot asks for its own sections while it is composed. One that cannot bear what is wrong with ours
    // does not keep it from being told.
    let compose = || compose(config.clone()).into().composed().map(drop);
    let composed = catch_unwind(AssertUnwindSafe(compose));
    if let Ok(Err(error)) = &composed {
        problems.must(false, || error.to_string());
    }
    problems.must(composed.is_ok(), || {
        "the bot cannot be composed with this configuration: it panicked, see above".into()
    });
    config.tell_own(&mut problems);
    problems.result()?;
    let settings = config.effective();
    say(&match json {
        true => settings.iter().map(object).collect::<String>(),
        false => text(&config, &settings),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// As in a file of the configuration, where each value came from behind it.
fn text(config: &Config, settings: &[Setting]) -> String {
    let environment = config.environment.as_str();
    let mut text = format!("# The configuration is right. Environment: {environment}\n");
    let mut section = "";
    for setting in settings {
        if setting.section != section {
            section = setting.section;
            let _ = writeln!(text, "\n[{section}]");
        }
        let value = match &setting.value {
            Some(value) => format!("{} = {}", setting.key, line(&value.to_string())),
            None => format!("# {}", setting.key),
        };
        let mut place = match &setting.origin {
            Some(origin) => origin.to_string(),
            None => "default".into(),
        };
        if let Some(address) = &setting.address {
            let _ = write!(place, "; at {address}");
        }
        let _ = writeln!(text, "{value:<44} # {}", line(&place));
    }
    text
}

/// One line of JSON.
fn object(setting: &Setting) -> String {
    let path = |path: &std::path::Path| path.display().to_string();
    let (source, file, variable) = match &setting.origin {
        None => ("default", None, None),
        Some(Origin::File(file)) => ("file", Some(path(file)), None),
        Some(Origin::Variable(name)) => ("variable", None, Some(name.clone())),
        Some(Origin::Secret(file, named_in)) => match &**named_in {
            Origin::Variable(name) => ("secret_file", Some(path(file)), Some(name.clone())),
            _ => ("secret_file", Some(path(file)), None),
        },
    };
    let object: Value = json!({
        "key": format!("{}.{}", setting.section, setting.key),
        "value": setting.value,
        "is_secret": setting.is_secret,
        "address": setting.address,
        "source": source,
        "file": file,
        "variable": variable,
    });
    format!("{object}\n")
}
