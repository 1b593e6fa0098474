//! The files of a call: uploads, URLs and ids of files that are there already. And getFile.

use std::fs;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::Outcome;
use crate::{
    protocol::{
        Answer, Params, Refusal, links,
        media::{Kind, Source, Upload, clean, dimensions, fields, type_of},
    },
    world::{FileContent, State, World},
};

/// Photos may be smaller than other files only.
const MAX_PHOTO: usize = 10 << 20;

/// Bots get files up to 20 MB.
const MAX_DOWNLOAD: usize = 20 << 20;

/// A file as a call gives it.
pub(super) enum Given<'a> {
    Upload(&'a Upload),
    /// A file's id, or a URL.
    Name(String),
}

/// The file of the parameter `field`: a part with that name, `attach://` another part, or a name.
pub(super) fn given<'a>(params: &'a Params, field: &str) -> Option<Given<'a>> {
    match params.upload(field) {
        Some(upload) => Some(Given::Upload(upload)),
        None => named(params, &params.text(field)?),
    }
}

/// The same of a text inside another parameter.
pub(super) fn named<'a>(params: &'a Params, text: &str) -> Option<Given<'a>> {
    match text.strip_prefix("attach://") {
        Some(part) => params.upload(part).map(Given::Upload),
        None => Some(Given::Name(text.to_owned())),
    }
}

/// The fields of a message that shows the file, which is put into the world if it is new. `params` are those that say more of
/// it, `call` those with the uploads.
pub(super) fn shown(
    state: &mut State,
    file: &Given<'_>,
    kind: Kind,
    params: &Params,
    call: &Params,
) -> Result<Map<String, Value>, Refusal> {
    let source = match file {
        Given::Upload(upload) => {
            check_upload(upload, kind)?;
            Source::Upload((*upload).clone())
        }
        Given::Name(uri) if uri.starts_with("file:/") && state.settings.local.is_some() => {
            let upload = on_disk(uri)?;
            check_upload(&upload, kind)?;
            Source::Upload(upload)
        }
        // Ids have no dots, and URLs do: that is how Telegram tells them apart too.
        Given::Name(url) if url.contains('.') => {
            let check = |why| format!("invalid file HTTP URL specified: {why}");
            links::check(url).map_err(|why| Refusal::bad_request(&check(why)))?;
            Source::Url(match url.contains("://") {
                true => url.clone(),
                false => format!("http://{url}"),
            })
        }
        Given::Name(id) => return again(state, id, kind),
    };
    let mut details = details(params, kind);
    let thumbnail = params.text("thumbnail").or_else(|| params.text("thumb"));
    let thumbnail = thumbnail.and_then(|text| named(call, &text));
    let upload = call.upload("thumbnail").or_else(|| call.upload("thumb"));
    let thumbnail = match thumbnail {
        Some(Given::Upload(upload)) => Some(upload),
        _ => upload,
    };
    if let Some(upload) = thumbnail.filter(|_| !matches!(kind, Kind::Photo | Kind::Voice)) {
        let source = Source::Upload(upload.clone());
        let thumbnail = state.add_file(Kind::Thumbnail, &source, Map::new());
        details.insert("thumbnail".to_owned(), thumbnail.clone());
        details.insert("thumb".to_owned(), thumbnail);
    }
    let shown = state.add_file(kind, &source, details);
    Ok(fields(kind, shown))
}

/// The fields of a message that shows a file which is there already: it stays what it was first sent as.
fn again(state: &State, id: &str, kind: Kind) -> Result<Map<String, Value>, Refusal> {
    let file = state.files().get(id).ok_or_else(|| {
        Refusal::bad_request(
            "wrong remote file identifier specified: can't unserialize it. Wrong last symbol",
        )
    })?;
    if file.kind != kind && !(file.kind.is_document() && kind.is_document()) {
        let text = format!(
            "can't use file of type {} as {}",
            file.kind.name(),
            kind.name()
        );
        return Err(Refusal::bad_request(&text));
    }
    Ok(fields(file.kind, file.shown.clone()))
}

/// The file at a `file://` address of this machine.
fn on_disk(uri: &str) -> Result<Upload, Refusal> {
    let path = uri
        .trim_start_matches("file:")
        .trim_start_matches("//localhost");
    let path = format!("/{}", path.trim_start_matches('/'));
    let path = percent_decode_str(&path).decode_utf8_lossy().into_owned();
    let bytes = fs::read(&path).map_err(|_| Refusal::bad_request("file not found"))?;
    let name = path.rsplit('/').next().unwrap_or_default();
    Ok(Upload {
        name: clean(name),
        mime_type: type_of(name).to_owned(),
        bytes: bytes.into(),
    })
}

pub(super) fn check_upload(upload: &Upload, kind: Kind) -> Result<(), Refusal> {
    let size = upload.bytes.len();
    if size == 0 {
        return Err(Refusal::bad_request("file must be non-empty"));
    }
    if kind != Kind::Photo {
        return Ok(());
    }
    if size > MAX_PHOTO {
        let text = format!(
            "file of size {size} bytes is too big for a photo; the maximum size is {MAX_PHOTO} bytes"
        );
        return Err(Refusal::bad_request(&text));
    }
    let Some((width, height)) = dimensions(&upload.bytes) else {
        return Err(Refusal::bad_request("IMAGE_PROCESS_FAILED"));
    };
    let (shorter, longer) = (width.min(height), width.max(height));
    if u64::from(width) + u64::from(height) > 10_000 || longer / shorter > 20 {
        return Err(Refusal::bad_request("PHOTO_INVALID_DIMENSIONS"));
    }
    Ok(())
}

/// What the sender says of a new file.
fn details(params: &Params, kind: Kind) -> Map<String, Value> {
    let (numbers, texts): (&[&str], &[&str]) = match kind {
        Kind::Video | Kind::Animation => (&["duration", "width", "height"], &[]),
        Kind::Audio => (&["duration"], &["performer", "title"]),
        Kind::Voice => (&["duration"], &[]),
        Kind::VideoNote => (&["duration", "length"], &[]),
        Kind::Sticker => (&[], &["emoji"]),
        Kind::Photo | Kind::Document | Kind::Thumbnail => (&[], &[]),
    };
    let number = |name: &&str| Some(((*name).to_owned(), json!(params.integer(name)?.max(0))));
    let text = |name: &&str| Some(((*name).to_owned(), json!(params.text(name)?)));
    let numbers = numbers.iter().filter_map(number);
    numbers.chain(texts.iter().filter_map(text)).collect()
}

pub(super) fn get_file(world: &World, params: &Params) -> Outcome {
    let id = params
        .text("file_id")
        .ok_or_else(|| Refusal::bad_request("file_id not specified"))?;
    world.read(|state| {
        let file = state
            .files()
            .get(&id)
            .ok_or_else(|| Refusal::bad_request("invalid file_id"))?;
        let local = state.settings.local.as_deref();
        if local.is_none() && file.size.is_some_and(|size| size > MAX_DOWNLOAD) {
            return Err(Refusal::bad_request("file is too big"));
        }
        let mut shown =
            json!({"file_id": id, "file_unique_id": file.unique_id, "file_path": file.path});
        if let Some(size) = file.size {
            shown["file_size"] = json!(size);
        }
        if let (Some(folder), Some(FileContent::Bytes(bytes))) = (local, state.files().at(&file.path)) {
            let path = folder.join(&file.path);
            let written = path.parent().map_or(Ok(()), fs::create_dir_all);
            let written = written.and_then(|()| fs::write(&path, bytes));
            written.map_err(|error| {
                tracing::error!(path = %path.display(), error = %error, "cannot write a file for the bot");
                Refusal::new(500, "Internal Server Error: can't write the file")
            })?;
            shown["file_path"] = json!(path);
        }
        Ok(Answer::of(&shown))
    })
}
