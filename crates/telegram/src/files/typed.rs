//! Typed parameters of a file to upload: `InputFile` of the crate `frankenstein` holds a path and nothing else.

use serde_json::{Map, Value};

use super::{ATTACHED, Upload};

/// Takes such files along.
pub(crate) fn take_paths(params: &mut Map<String, Value>, files: &mut Vec<Upload>) {
    params.values_mut().for_each(|value| take(value, files));
}

fn take(value: &mut Value, files: &mut Vec<Upload>) {
    let fields = match value {
        Value::Array(values) => return values.iter_mut().for_each(|value| take(value, files)),
        Value::Object(fields) => fields,
        _ => return,
    };
    match fields.get("path") {
        // Nothing else of the Bot API has a field of that name.
        Some(Value::String(path)) if fields.len() == 1 => {
            let upload = Upload::path(path.as_str());
            *value = format!("{ATTACHED}{}", files.len()).into();
            files.push(upload);
        }
        _ => take_paths(fields, files),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{
        Call,
        methods::{SendMediaGroupParams, SendPhotoParams},
    };

    #[test]
    fn a_path_in_typed_parameters_is_a_file_to_send() {
        let photo = std::path::PathBuf::from("a/cat.jpg");
        let params = SendPhotoParams::builder()
            .chat_id(7)
            .photo(photo.clone())
            .build();
        let call = Call::of(&params);
        assert_eq!(call.params()["photo"], "attach://file0");
        assert_eq!(call.files()[0].name(), "cat.jpg");

        let media = json!([
            {"type": "photo", "media": "known"}, {"type": "photo", "media": {"path": photo}},
        ]);
        let media = serde_json::from_value(media).expect("an album");
        let params = SendMediaGroupParams::builder().chat_id(7).media(media);
        let call = Call::of(&params.build());
        assert_eq!(call.params()["media"][1]["media"], "attach://file0");
        assert_eq!(call.params()["media"][0]["media"], "known");
    }
}
