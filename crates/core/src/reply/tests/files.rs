//! Files that replies take along.

use super::*;
use crate::{reply::Media, telegram::Upload};

fn names(call: &Call) -> Vec<&str> {
    call.files().iter().map(Upload::name).collect()
}

#[test]
fn an_upload_is_the_parameter_of_its_reply() {
    let reply = Reply::video(Upload::path("a/film.mp4")).file("cover", Upload::path("a/cover.jpg"));
    let call = &reply.calls()[0];
    assert_eq!(call.params()["video"], "attach://file0");
    assert_eq!(call.params()["cover"], "attach://file1");
    assert_eq!(names(call), ["film.mp4", "cover.jpg"]);
    assert!(reply.without_mistake().is_ok());
    let mistake = Reply::none().file("cover", "AgAC").without_mistake();
    assert!(mistake.is_err());
}

#[test]
fn each_item_of_an_album_names_its_own_files() {
    let film = Media::video(Upload::path("b.mp4")).file("thumbnail", Upload::path("t.jpg"));
    let reply = Reply::album([
        Media::photo(Upload::path("a.jpg")),
        Media::photo("AgACAgIAAxkBAAE"),
        film.caption("Конец"),
    ]);
    let call = &reply.calls()[0];
    assert_eq!(names(call), ["a.jpg", "b.mp4", "t.jpg"]);
    let expected = json!([
        {"type": "photo", "media": "attach://file0"},
        {"type": "photo", "media": "AgACAgIAAxkBAAE"},
        {"type": "video", "media": "attach://file1", "thumbnail": "attach://file2", "caption": "Конец"},
    ]);
    let mut media = call.params()["media"].clone();
    if let Some(item) = media[2].as_object_mut() {
        item.remove("parse_mode");
    }
    assert_eq!(media, expected);
    let edited = Reply::edit_media(Media::document(Upload::path("c.pdf")));
    assert_eq!(
        edited.calls()[0].params()["media"]["media"],
        "attach://file0"
    );
}
