//! Where an error was made: the backtrace, of which only what an author of a bot can use is shown.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    fmt,
    path::Path,
};

/// The most frames that are shown.
const FRAMES: usize = 16;

/// The most characters of a frame's name, and of its place.
const LONGEST: usize = 200;

/// What is never of interest: the runtime, and libraries on the way.
const FOREIGN: [&str; 13] = [
    "std",
    "core",
    "alloc",
    "tokio",
    "tokio_util",
    "tower",
    "futures_util",
    "futures_core",
    "tracing",
    "diesel",
    "diesel_async",
    "bb8",
    "serde_json",
];

/// What calls handlers: where it begins, the stack of the service does. By name, and by file for
/// functions that were inlined: of those the crate is not told.
const STACK: [&str; 5] = ["handler", "routing", "layers", "delivery", "app"];

/// What makes errors, or takes note of a panic: the place is that of its caller.
const MAKERS: [&str; 2] = ["error", "layers/catch_panic"];

/// The crates of these modules.
const CRATES: [&str; 2] = ["ostankino_core::", "ostankino::"];

/// The sources of this library.
const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/");

/// The backtrace of an error. Captured always, whatever `RUST_BACKTRACE` says, and resolved to
/// names only when printed.
///
/// It prints a line for each call from where the error was made up to the handler, 16 at the most;
/// the runtime, libraries and the service's own stack are left out.
pub struct Origin(Box<Backtrace>);

impl Origin {
    /// The place of the caller.
    #[must_use]
    pub fn here() -> Self {
        Self(Box::new(Backtrace::force_capture()))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.0.to_string()).join("\n"))
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.status() {
            BacktraceStatus::Captured => f.write_str("Origin(captured)"),
            _ => f.write_str("Origin(unsupported)"),
        }
    }
}

/// A function of a backtrace, and the place of the call in it where the program knows it.
#[derive(Clone, Copy)]
struct Frame<'a> {
    name: &'a str,
    place: Option<&'a str>,
}

/// The lines that are shown of a backtrace as the standard library prints it: names numbered from
/// the inside out, each with a line for its place if that is known.
fn shown(trace: &str) -> Vec<String> {
    let mut frames: Vec<Frame<'_>> = Vec::new();
    for line in trace.lines().map(str::trim) {
        if let Some(place) = line.strip_prefix("at ") {
            if let Some(frame) = frames.last_mut() {
                frame.place = Some(place);
            }
        } else if let Some((_, name)) = line.split_once(": ") {
            // Of an inlined function the name alone is told, and the types it is made for.
            let alone = name.split('<').next().unwrap_or_default();
            let is_inlined = !alone.is_empty() && !alone.contains("::");
            let name = if is_inlined { alone } else { name };
            frames.push(Frame { name, place: None });
        }
    }
    let inner = frames
        .iter()
        .skip_while(|frame| frame.is_maker() || frame.is_foreign());
    let mut lines = Vec::new();
    for frame in inner {
        let is_stack = frame.is_stack();
        // What fails in the stack itself is named by its innermost part.
        if !(frame.is_foreign() || is_stack && !lines.is_empty()) {
            lines.push(frame.to_string());
        }
        if is_stack || lines.len() == FRAMES {
            break;
        }
    }
    lines
}

impl Frame<'_> {
    fn is_maker(self) -> bool {
        self.is_in(&MAKERS) && !self.name.contains("::tests::")
    }

    fn is_stack(self) -> bool {
        self.is_in(&STACK)
    }

    /// Whether it is a function of these modules of the library's.
    fn is_in(self, modules: &[&str]) -> bool {
        let of = |path: &str, end: [char; 2]| {
            modules.iter().any(|module| {
                path.strip_prefix(module)
                    .is_some_and(|rest| rest.starts_with(end))
            })
        };
        let name = self.name.trim_start_matches('<');
        let begins = CRATES.iter().find_map(|krate| name.strip_prefix(krate));
        // Whoever calls a handler does so through this trait.
        let path = begins.or(self
            .name
            .split_once(" as ostankino_core::")
            .map(|(_, path)| path));
        if let Some(path) = path {
            return of(&path.replace("::", "/"), ['/', '/']);
        }
        let is_inlined = !self.name.contains("::");
        is_inlined && self.file().is_some_and(|file| of(&file, ['/', '.']))
    }

    /// Its file among the sources of this library, if it is there.
    fn file(self) -> Option<String> {
        let place = Path::new(self.place?);
        // A relative one is seen from the workspace that was built: ours, or somebody else's.
        let file = match place.strip_prefix("./") {
            Ok(inside) => Path::new(env!("CARGO_MANIFEST_DIR"))
                .ancestors()
                .find_map(|root| Some(root.join(inside).strip_prefix(SOURCES).ok()?.to_owned()))?,
            Err(_) => place.strip_prefix(SOURCES).ok()?.to_owned(),
        };
        file.to_str().map(str::to_owned)
    }

    fn is_foreign(self) -> bool {
        let name = self.name.trim_start_matches(['<', '&', '(', '[']);
        let name = name.strip_prefix("dyn ").unwrap_or(name);
        let is_named = FOREIGN.iter().any(|krate| {
            name.strip_prefix(krate)
                .is_some_and(|rest| rest.starts_with("::"))
        });
        let is_elsewhere = |place: &str| {
            [
                "/rustc/",
                "/registry/src/",
                "/git/checkouts/",
                "/lib/rustlib/",
            ]
            .iter()
            .any(|folder| place.contains(folder))
        };
        // Without a place a name without a path is one of the C library.
        is_named || self.place.map_or(!name.contains("::"), is_elsewhere)
    }
}

impl fmt::Display for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.LONGEST$}", self.name)?;
        self.place.map_or(Ok(()), |place| {
            // Of a long one the end says more: the file and the line.
            let skipped = place.chars().count().saturating_sub(LONGEST);
            let from = place.char_indices().nth(skipped).map_or(0, |(at, _)| at);
            write!(f, " at {}", &place[from..])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "   0: ostankino_core::error::origin::Origin::here
             at ./src/error/origin.rs:42:23
   1: message<&str>
             at /home/me/.cargo/registry/src/host/ostankino-core-0.1.0/src/error.rs:96:21
   2: <shop::orders::Lost as core::convert::Into<ostankino_core::error::Error>>::into
             at /home/me/shop/src/orders.rs:7:9
   3: core::result::Result<T,E>::map_err
             at /rustc/0123/library/core/src/result.rs:860:27
   4: shop::buy::{{closure}}
             at ./src/main.rs:12:5
   5: <F as ostankino_core::handler::Handler<(A1,)>>::call::{{closure}}
             at /home/me/.cargo/registry/src/host/ostankino-core-0.1.0/src/handler.rs:54:39
   6: tokio::runtime::task::core::Core<T,S>::poll
   7: shop::main
             at ./src/main.rs:3:5
   8: __libc_start_main
   9: _start
";

    #[test]
    fn what_is_shown_ends_at_the_handler_and_leaves_out_libraries() {
        assert_eq!(
            shown(TRACE),
            [
                "<shop::orders::Lost as core::convert::Into<ostankino_core::error::Error>>::into \
                 at /home/me/shop/src/orders.rs:7:9",
                "shop::buy::{{closure}} at ./src/main.rs:12:5",
            ]
        );
    }

    #[test]
    fn without_places_names_are_enough() {
        let bare: Vec<_> = TRACE
            .lines()
            .filter(|line| !line.contains(" at "))
            .collect();
        let names = [
            "<shop::orders::Lost as core::convert::Into<ostankino_core::error::Error>>::into",
            "shop::buy::{{closure}}",
        ];
        assert_eq!(shown(&bare.join("\n")), names);
    }

    #[test]
    fn a_fault_of_the_stack_is_named_by_its_innermost_part() {
        let trace = "0: ostankino_core::error::Error::context\n1: ostankino::dialogue::write\n\
                     2: ostankino::layers::once::call\n3: tokio::x";
        assert_eq!(shown(trace), ["ostankino::dialogue::write"]);
    }

    #[test]
    fn a_deep_recursion_is_cut() {
        let deep: String = (0..500)
            .map(|n| format!("{n}: shop::{}\n", "x".repeat(999)))
            .collect();
        let lines = shown(&deep);
        assert_eq!(lines.len(), FRAMES);
        assert!(lines.iter().all(|line| line.len() <= LONGEST));
    }
}
