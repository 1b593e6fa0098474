//! sendPhoto, sendDocument and the like: one file each; sendMediaGroup: an album of them.

use serde_json::Value;

use super::{
    Outcome,
    delivery::Delivery,
    files::{self, Given},
    texts,
};
use crate::{
    protocol::{
        Answer, Params, Refusal,
        media::Kind,
        objects::{Content, Message},
        text::Formatted,
    },
    world::{State, World},
};

/// The types of `InputMedia`.
const MEDIA: [Kind; 5] = [
    Kind::Photo,
    Kind::Video,
    Kind::Animation,
    Kind::Audio,
    Kind::Document,
];

pub(super) fn send(world: &World, params: &Params, kind: Kind) -> Outcome {
    let file = files::given(params, kind.field()).ok_or_else(|| {
        let what = kind.field().replace('_', " ");
        Refusal::bad_request(&format!("there is no {what} in the request"))
    })?;
    world.change(|state| {
        let caption = captioned(state, params, kind)?;
        let delivery = Delivery::of(state, params)?;
        let parts = files::shown(state, &file, kind, params, params)?;
        let content = Content { parts, ..caption };
        Ok(Answer::of(&delivery.post(state, content)))
    })
}

/// All of a message but the file: its caption, and how it is shown.
fn captioned(state: &State, params: &Params, kind: Kind) -> Result<Content, Refusal> {
    if !kind.has_caption() {
        return Ok(Content::default());
    }
    let Formatted { text, entities } = texts::caption(state, params)?;
    let is_seen = matches!(kind, Kind::Photo | Kind::Video | Kind::Animation);
    Ok(Content {
        caption: text,
        caption_entities: entities,
        show_caption_above_media: is_seen && params.flag("show_caption_above_media"),
        has_media_spoiler: is_seen && params.flag("has_spoiler"),
        ..Content::default()
    })
}

/// One of an array of files as a call gives them, an `InputMedia` or the like: what it is sent as, which it is, and what
/// else is said of it.
pub(super) fn input<'a>(
    params: &'a Params,
    item: Value,
    name: &str,
    kinds: &[Kind],
) -> Result<(Kind, Given<'a>, Params), Refusal> {
    let cannot_parse = |why: &str| Refusal::bad_request(&format!("can't parse {name}: {why}"));
    let Value::Object(fields) = item else {
        return Err(cannot_parse("expected an Object"));
    };
    let fields = Params::of(fields);
    let file = fields
        .text("media")
        .and_then(|text| files::named(params, &text));
    let file = file.ok_or_else(|| cannot_parse("media not found"))?;
    let kind = fields
        .text("type")
        .ok_or_else(|| cannot_parse("Can't find field \"type\""))?;
    let found = Kind::named(&kind).filter(|kind| kinds.contains(kind));
    let found = found.ok_or_else(|| cannot_parse(&format!("type \"{kind}\" is unsupported")))?;
    Ok((found, file, fields))
}

/// An `InputMedia`, read, its file not looked at yet.
pub(super) struct Item<'a> {
    kind: Kind,
    caption: Content,
    file: Given<'a>,
    fields: Params,
}

impl<'a> Item<'a> {
    pub(super) fn read(state: &State, params: &'a Params, item: Value) -> Result<Self, Refusal> {
        let (kind, file, fields) = input(params, item, "InputMedia", &MEDIA)?;
        let caption = captioned(state, &fields, kind)?;
        Ok(Self {
            kind,
            caption,
            file,
            fields,
        })
    }

    /// What a message with it says.
    pub(super) fn content(self, state: &mut State, params: &Params) -> Result<Content, Refusal> {
        let parts = files::shown(state, &self.file, self.kind, &self.fields, params)?;
        Ok(Content {
            parts,
            ..self.caption
        })
    }
}

pub(super) fn send_group(world: &World, params: &Params) -> Outcome {
    let items = match params.json("media") {
        None => {
            return Err(Refusal::bad_request("parameter \"media\" is required"));
        }
        Some(Err(_)) => return Err(Refusal::bad_request("can't parse media JSON object")),
        Some(Ok(Value::Array(items))) => items,
        Some(Ok(_)) => return Err(Refusal::bad_request("expected an Array of InputMedia")),
    };
    world.change(|state| {
        let read = |item| Item::read(state, params, item);
        let items = items.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        check_group(&items)?;
        let delivery = Delivery::of(state, params)?;
        // All of an album, or nothing of it.
        let content = |item: Item<'_>| item.content(state, params);
        let contents: Vec<Content> = items.into_iter().map(content).collect::<Result<_, _>>()?;
        let group = fastrand::u64(1 << 53..1 << 54).to_string();
        let group = (contents.len() > 1).then_some(group);
        let post = |content| {
            delivery.post_as(state, content, |draft| {
                draft.media_group_id.clone_from(&group);
                // Albums have no keyboards.
                draft.markup = None;
            })
        };
        let messages: Vec<Message> = contents.into_iter().map(post).collect();
        Ok(Answer::of(&messages))
    })
}

fn check_group(items: &[Item<'_>]) -> Result<(), Refusal> {
    if items.is_empty() {
        return Err(Refusal::bad_request("there are no messages to send"));
    }
    if items.len() > 10 {
        return Err(Refusal::bad_request(
            "too many messages to send as an album",
        ));
    }
    for item in items {
        if item.kind == Kind::Animation {
            let text = "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup";
            return Err(Refusal::bad_request(text));
        }
        let alone = matches!(item.kind, Kind::Audio | Kind::Document);
        if alone && items.iter().any(|other| other.kind != item.kind) {
            let name = item.kind.field();
            let text = format!("{name} can't be mixed with other media types");
            return Err(Refusal::bad_request(&text));
        }
    }
    Ok(())
}
