//! Files that override what a bot was built with, when it starts.

use std::{
    fs,
    path::{Path, PathBuf},
};

use ostankino::Context;
use ostankino_demo::Texts;
use tokio::sync::mpsc;

use super::{RUSSIAN, routes};
use crate::{support::World, web::Port};

/// A folder of this test alone.
struct Folder(PathBuf);

impl Folder {
    fn new(world: &World) -> Self {
        Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("texts-{}", world.prefix)))
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
        fs::write(path, text).expect("written");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn files_override_what_the_bot_was_built_with() {
    let world = World::new().await;
    let folder = Folder::new(&world);
    folder.write("ru/own.ftl", "what-i-can = Умею <b>многое</b>.");
    folder.write("ru/ostankino.ftl", "apology = Ой");
    let texts = Texts::from_dir(&folder.0);
    let app = world.app(routes()).with(|app| app.texts(texts));
    let app = app.start().await;
    let alice = world.tg.person("Алиса");
    let bob = world.tg.person("Bob").with_language("en");
    alice.says("x");
    assert_eq!(alice.next_message().await.text, "Умею многое.");
    alice.says("/fail");
    assert_eq!(alice.next_message().await.text, "Ой");
    bob.says("/fail");
    assert_eq!(bob.next_message().await.text, "Something went wrong");
    assert_eq!(app.logs.of("texts_refused").len(), 0);
}

#[tokio::test]
async fn a_broken_file_is_refused_with_its_line_and_the_old_texts_stay() {
    let world = World::new().await;
    let folder = Folder::new(&world);
    // Right by itself: nothing is taken of it half-way.
    folder.write("ru/a.ftl", "hello = Привет, { $name }!");
    folder.write(
        "ru/b.ftl",
        "\nwhat-i-can = <b>Многое\n\nreport-done = { $pages }\n",
    );
    folder.write("en/ostankino.ftl", "apology = <i>Oops\n");
    let texts = Texts::from_dir(&folder.0);
    let (tell, mut told) = mpsc::unbounded_channel();
    let app = world.app(routes()).with(move |app| {
        app.texts(texts)
            .on_start(move |context: Context| async move {
                let _ = tell.send(context.texts_refused().to_vec());
                Ok(())
            })
    });
    let app = app.config(|config| config.web.listen = "127.0.0.1:0".into());
    let app = app.start().await;
    let alice = world.tg.person("Алиса");
    alice.says("x");
    assert_eq!(alice.next_message().await.text, RUSSIAN);
    alice.says("/start");
    assert_eq!(alice.next_message().await.text, "Здравствуйте, Алиса!");
    let port = Port::told_in(&app.logs).await;
    let (status, ready) = port.ready().await;
    assert_eq!(
        (status, &ready["parts"]["texts"]["state"]),
        (200, &"down".into()),
        "{ready}"
    );
    let error = ready["parts"]["texts"]["error"].as_str().expect("a text");
    assert!(error.contains("ru/b.ftl:2"), "{ready}");

    let refused = app.logs.of("texts_refused");
    let [record] = refused.as_slice() else {
        panic!("one error, not {refused:?}");
    };
    assert_eq!(record["level"], "ERROR");
    let problems = record["problems"].as_str().expect("a text");
    let at = |place: &str| folder.0.join(place).display().to_string();
    for problem in [
        at("ru/b.ftl:2: ru: message `what-i-can`: `<b>` is never closed: add `</b>`"),
        at("ru/b.ftl:4: ru: message `report-done`: it lacks `$chapters`"),
        at("ru/b.ftl:4: ru: message `report-done`: it has `$pages`"),
        at("en/ostankino.ftl:1: en: message `apology`: `<i>` is never closed"),
    ] {
        assert!(
            problems.contains(&problem),
            "{problem} is not in {problems}"
        );
    }
    let state = told.recv().await.expect("it is told");
    assert_eq!(state.join("; "), problems, "and it can be asked for");
}

#[tokio::test]
async fn a_folder_that_is_not_there_or_has_another_language_is_refused() {
    let world = World::new().await;
    let folder = Folder::new(&world);
    let refused = |texts: &Texts| {
        let handle = ostankino::texts::Bundle::handle(texts);
        handle.catalogue().refused().join("; ")
    };
    let nowhere = refused(&Texts::from_dir(&folder.0));
    assert!(nowhere.contains("it cannot be read"), "{nowhere}");
    folder.write("de/bot.ftl", "hello = Hallo, { $name }!");
    let german = refused(&Texts::from_dir(&folder.0));
    assert!(
        german.contains("the bot was built without that language: it has ru, en"),
        "{german}"
    );
}
