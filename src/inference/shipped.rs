//! The weights in the binary, so that it runs from any folder. Leaves to others: reading them (`model`).

use std::path::Path;

use super::error::ModelError;
use super::model::{MANIFEST, Model};

impl Model {
    /// The model of `folder`, or the one in the binary where no folder is named.
    pub fn of(folder: Option<&Path>) -> Result<Self, ModelError> {
        match folder {
            Some(folder) => Model::open(folder),
            None => Model::from_files(shipped),
        }
    }
}

fn shipped(name: &str) -> Option<&'static [u8]> {
    Some(match name {
        "config.json" => include_bytes!("../../models/config.json"),
        "tokenizer.json" => include_bytes!("../../models/tokenizer.json"),
        "calibration.json" => include_bytes!("../../models/calibration.json"),
        "model.safetensors" => include_bytes!("../../models/model.safetensors"),
        MANIFEST => include_bytes!("../../models/manifest.json"),
        _ => return None,
    })
}
