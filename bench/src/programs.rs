//! The programs that are measured: where they are, and how those that are not part of this build
//! are built.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    bot::Contender,
    options::{Peer, RunOptions},
};

const BOT: &str = "ostankino-bench-bot";

/// The folder of the project.
pub(crate) fn root() -> &'static Path {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    folder
        .parent()
        .expect("the package is in a folder of the project")
}

/// Where the benchmark leaves things.
pub(crate) fn work_folder() -> Result<PathBuf, String> {
    let folder = root().join("target/bench");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// The bots that were asked for, built.
pub(crate) fn contenders(options: &RunOptions) -> Result<Vec<Contender>, String> {
    let mut contenders = Vec::new();
    for bot in &options.bot {
        contenders.push(match bot {
            Peer::Ostankino => Contender {
                variables: options.env.clone(),
                ..own()?
            },
            Peer::Teloxide => Contender {
                name: "teloxide".into(),
                program: teloxide()?,
                arguments: Vec::new(),
                variables: Vec::new(),
            },
        });
    }
    for (name, program) in &options.program {
        // The bots run in a folder of their own.
        let program = fs::canonicalize(program).map_err(|error| format!("{program}: {error}"))?;
        contenders.push(Contender {
            name: name.clone(),
            program,
            arguments: Vec::new(),
            variables: options.env.clone(),
        });
    }
    if let Some(revision) = &options.baseline {
        let (name, program) = baseline(revision)?;
        contenders.push(Contender {
            name,
            program,
            arguments: Vec::new(),
            variables: Vec::new(),
        });
    }
    Ok(contenders)
}

/// The bot on this revision.
pub(crate) fn own() -> Result<Contender, String> {
    Ok(Contender {
        name: "ostankino".into(),
        program: own_bot()?,
        arguments: Vec::new(),
        variables: Vec::new(),
    })
}

/// The bare bot: this program.
pub(crate) fn bare() -> Result<Contender, String> {
    Ok(Contender {
        name: "bare".into(),
        program: env::current_exe().map_err(|error| error.to_string())?,
        arguments: vec!["bare".into()],
        variables: Vec::new(),
    })
}

/// The bot on this revision is built together with this program and stands beside it. A copy is
/// measured: building the baseline replaces the original.
fn own_bot() -> Result<PathBuf, String> {
    let built = env::current_exe()
        .map_err(|error| error.to_string())?
        .with_file_name(BOT);
    let copy = work_folder()?.join(BOT);
    fs::copy(&built, &copy)
        .map_err(|error| format!("{}: {error}; run `make bench`", built.display()))?;
    Ok(copy)
}

fn teloxide() -> Result<PathBuf, String> {
    let target = work_folder()?.join("teloxide");
    let program = target.join("release/bench-teloxide");
    if !program.exists() {
        eprintln!("bench: building the bot on teloxide, which takes some minutes");
    }
    let manifest = root().join("bench/teloxide/Cargo.toml");
    let mut cargo = cargo(root());
    cargo.arg("--locked").arg("--manifest-path").arg(manifest);
    run(cargo.arg("--target-dir").arg(target))?;
    Ok(program)
}

/// The bot on another revision of the library: a work tree of that revision, with this revision's
/// bot where it has none of its own. A program that was built before is used again.
fn baseline(revision: &str) -> Result<(String, PathBuf), String> {
    let commit = format!("{revision}^{{commit}}");
    let commit = output(git(root()).args(["rev-parse", "--verify", "--short=8", &commit]))?;
    let folder = work_folder()?;
    let program = folder.join(format!("{BOT}-{commit}"));
    if !program.exists() {
        eprintln!("bench: building the bot on {commit}, which takes some minutes");
        let tree = folder.join(format!("tree-{commit}"));
        if tree.exists() {
            // A build that was interrupted has left it.
            run(git(root())
                .args(["worktree", "remove", "--force"])
                .arg(&tree))?;
        }
        run(git(root())
            .args(["worktree", "add", "--quiet", "--force", "--detach"])
            .arg(&tree)
            .arg(&commit))?;
        let built = build_in(&tree, &program);
        run(git(root())
            .args(["worktree", "remove", "--force"])
            .arg(&tree))?;
        built?;
    }
    Ok((commit, program))
}

fn build_in(tree: &Path, program: &Path) -> Result<(), String> {
    let failed = |error: io::Error| format!("{}: {error}", tree.display());
    if !tree.join("bench/bot").exists() {
        fs::create_dir_all(tree.join("bench/bot/src")).map_err(failed)?;
        for file in ["Cargo.toml", "src/main.rs"] {
            let file = Path::new("bench/bot").join(file);
            fs::copy(root().join(&file), tree.join(&file)).map_err(failed)?;
        }
        let manifest = tree.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).map_err(failed)?;
        let text = text.replacen("members = [", "members = [\"bench/bot\", ", 1);
        fs::write(manifest, text).map_err(failed)?;
    }
    // In the project's own target folder: most dependencies are there already.
    let target = root().join("target");
    run(cargo(tree)
        .args(["--package", BOT, "--target-dir"])
        .arg(&target))?;
    fs::copy(target.join("release").join(BOT), program).map_err(failed)?;
    Ok(())
}

fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(folder)
        .args(["build", "--quiet", "--release"]);
    cargo
}

fn git(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.current_dir(folder);
    git
}

fn run(command: &mut Command) -> Result<(), String> {
    let status = command
        .status()
        .map_err(|error| format!("{command:?}: {error}"))?;
    status
        .success()
        .then_some(())
        .ok_or_else(|| format!("{command:?} failed"))
}

fn output(command: &mut Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
