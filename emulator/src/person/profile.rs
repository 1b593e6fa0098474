//! What people tell of themselves, and what a bot streams to them.

use bytes::Bytes;
use serde_json::Value;

use super::Person;
use crate::{
    protocol::media::{Kind, Source, Upload},
    world::State,
};

impl Person {
    /// Gives them Telegram Premium.
    #[must_use]
    pub fn with_premium(self) -> Self {
        self.change_user(|user| user.is_premium = true);
        self
    }

    /// What they write of themselves, which getChat tells.
    #[must_use]
    pub fn with_bio(self, bio: &str) -> Self {
        self.world
            .change(|state| bio.clone_into(&mut state.person_mut(self.id).bio));
        self
    }

    /// Gives them a photo, the newest of those they have.
    #[must_use]
    pub fn with_photo(self, bytes: impl Into<Bytes>) -> Self {
        let upload = Upload {
            name: "photo.jpg".to_owned(),
            mime_type: "image/jpeg".to_owned(),
            bytes: bytes.into(),
        };
        self.world
            .change(|state| state.add_profile_photo(self.id, upload));
        self
    }

    /// The text of the message that the bot streams to them now.
    #[must_use]
    pub fn sees_draft(&self) -> Option<String> {
        self.world.read(|state| {
            let (_, streamed) = state.streams().find(|(chat, _)| *chat == self.id)?;
            streamed.shown["text"].as_str().map(str::to_owned)
        })
    }

    /// Stops what the bot streams to them; returns the update's id.
    ///
    /// # Panics
    /// When it streams nothing, or does not let them.
    #[track_caller]
    pub fn stops_draft(&self) -> i64 {
        match self.world.change(|state| state.stop_stream(self.id)) {
            Ok(id) => id,
            Err(why) => panic!("{why}"),
        }
    }
}

impl State {
    /// A new photo of a person's.
    pub(crate) fn add_profile_photo(&mut self, person: i64, upload: Upload) {
        let sizes = self.add_file(Kind::Photo, &Source::Upload(upload), serde_json::Map::new());
        let photos: &mut Vec<Value> = &mut self.person_mut(person).photos;
        photos.insert(0, sizes);
    }
}
