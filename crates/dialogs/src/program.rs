//! The command of a bot's program that draws its dialogs.

use ostankino::{Error, Program, Result};

use crate::DialogSet;

/// The commands that a bot has of its dialogs.
pub trait ProgramExt {
    /// Adds the command `dialogs`: `dialogs graph` prints the [diagram](DialogSet::diagram), `dialogs preview` the
    /// [page](DialogSet::preview_page) with all windows, `dialogs text` the same as text.
    ///
    /// ```no_run
    /// # use std::process::ExitCode;
    /// # use ostankino::{App, Program, Router};
    /// use ostankino_dialogs::{DialogSet, ProgramExt, RouterExt};
    ///
    /// fn dialogs() -> DialogSet {
    ///     DialogSet::new() // .with(order())
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> ExitCode {
    /// let program = Program::new().dialogs(dialogs());
    /// program.serve(|config| App::builder(config).router(Router::new().dialogs(dialogs()))).await
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If there is such a command already.
    #[must_use]
    fn dialogs(self, dialogs: DialogSet) -> Self;
}

impl ProgramExt for Program {
    #[track_caller]
    fn dialogs(self, dialogs: DialogSet) -> Self {
        let about =
            "Print the dialogs: `graph` as a Mermaid diagram, `preview` as a page, `text` as text";
        self.command_alone("dialogs", about, move |arguments| {
            print!("{}", printed(&dialogs, &arguments)?);
            Ok(())
        })
    }
}

/// What the command prints.
fn printed(dialogs: &DialogSet, arguments: &[String]) -> Result<String> {
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["graph"] => Ok(dialogs.diagram()),
        ["preview"] => Ok(dialogs.preview_page()),
        ["text"] => {
            let previews = dialogs.preview().into_iter().map(|it| it.to_string());
            Ok(previews.collect::<Vec<_>>().join("\n---\n\n"))
        }
        _ => Err(Error::message(
            "say what to print of the dialogs: `dialogs graph`, `dialogs preview` or `dialogs text`",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_printed_is_an_error_that_says_what_can() {
        let dialogs = DialogSet::new();
        let print = |arguments: &[&str]| {
            let arguments: Vec<_> = arguments.iter().map(|it| (*it).to_owned()).collect();
            printed(&dialogs, &arguments)
        };
        assert_eq!(print(&["graph"]).ok().as_deref(), Some("stateDiagram-v2\n"));
        assert!(print(&["preview"]).is_ok_and(|page| page.starts_with("<!doctype html>")));
        for wrong in [&["grahp"][..], &[], &["graph", "order"]] {
            let error = print(wrong).expect_err("it is no such thing").to_string();
            assert!(error.contains("`dialogs preview`"), "{error}");
        }
    }
}
