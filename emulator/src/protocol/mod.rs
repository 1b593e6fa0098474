//! The Bot API's vocabulary: parameters in every encoding, the envelope of answers, objects, files and formatted texts.

mod disposition;
mod envelope;
pub(crate) mod links;
pub(crate) mod media;
pub(crate) mod objects;
mod params;
pub(crate) mod text;

pub(crate) use self::{
    envelope::{Answer, Refusal, Said},
    params::{LargestFile, Params, Patience},
};
