//! A whole model: tokenizer, trunk, heads, n-grams and calibration, opened from a folder or from the bytes in the
//! binary, refused where its parts do not fit. Leaves to others: threads and queues (`encoder`).

use std::collections::HashMap;
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::calibration::{Calibration, Understanding};
use super::config::TrunkConfig;
use super::error::ModelError;
use super::heads::{self, HeadSlots, OUTPUTS, WIDE};
use super::kernels::linear;
use super::parameters::{Layout, TrunkSlots, broken};
use super::text::fold;
use super::tokenizer::Pieces;
use super::trunk::{self, Packed};
use super::wide::Grams;
use crate::domain::{Emotion, Intent};

/// The files of a model besides its manifest.
pub const FILES: [&str; 4] = ["config.json", "tokenizer.json", "calibration.json", "model.safetensors"];
/// The file that names the others' sums.
pub const MANIFEST: &str = "manifest.json";

/// Which files belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// SHA-256 of each file, in hexadecimal.
    pub sha256: std::collections::BTreeMap<String, String>,
    /// The intents in the order of the outputs.
    pub intents: Vec<Intent>,
    /// The emotions in the order of the outputs.
    pub emotions: Vec<Emotion>,
}

/// Weights and all that is needed to read a message with them.
#[derive(Debug, Clone)]
pub struct Model {
    /// The trunk's shape.
    pub config: TrunkConfig,
    /// Cuts texts.
    pub pieces: Pieces,
    /// Names and places of `weights`.
    pub layout: Layout,
    /// Trunk, then heads.
    pub weights: Vec<f32>,
    /// Where the trunk's lie.
    pub trunk: TrunkSlots,
    /// Where the heads' lie.
    pub heads: HeadSlots,
    /// The kept n-grams.
    pub grams: Grams,
    /// `WIDE` weights per n-gram.
    pub wide: Vec<f32>,
    /// Scores to probabilities.
    pub calibration: Calibration,
}

impl Model {
    /// Opens the model of a folder.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        let mut files = HashMap::new();
        for name in FILES.iter().chain([&MANIFEST]) {
            let path = folder.join(name);
            let bytes = std::fs::read(&path).map_err(|error| ModelError::Absent { path, reason: error.to_string() })?;
            files.insert(*name, bytes);
        }
        Model::from_files(|name| files.get(name).map(Vec::as_slice))
    }

    /// Opens a model from its files' bytes.
    pub fn from_files<'a>(file: impl Fn(&str) -> Option<&'a [u8]>) -> Result<Self, ModelError> {
        let bytes = |name: &str| {
            file(name)
                .ok_or_else(|| ModelError::Absent { path: name.into(), reason: "it is not among the files".into() })
        };
        let manifest: Manifest = parse(MANIFEST, bytes(MANIFEST)?)?;
        for name in FILES {
            if manifest.sha256.get(name) != Some(&sha256(bytes(name)?)) {
                return Err(ModelError::Mismatch(format!("{name} is not the file that {MANIFEST} lists")));
            }
        }
        if manifest.intents != Intent::ALL || manifest.emotions != Emotion::ALL {
            return Err(ModelError::Mismatch(
                "it was trained for other intents or emotions than this version's".into(),
            ));
        }
        let config: TrunkConfig = parse("config.json", bytes("config.json")?)?;
        let pieces = Pieces::from_json(bytes("tokenizer.json")?, config.max_position_embeddings)?;
        let calibration: Calibration = parse("calibration.json", bytes("calibration.json")?)?;
        if !calibration.fits() {
            return Err(ModelError::Mismatch("calibration.json has other sizes than the label sets".into()));
        }
        let tensors = candle_core::safetensors::load_buffer(bytes("model.safetensors")?, &Device::Cpu)
            .map_err(|error| broken("model.safetensors", error))?;
        let mut model = Model::blank(config, pieces)?;
        model.layout.read(&mut model.weights, &tensors, "model.safetensors", |_| false)?;
        (model.grams, model.wide) = read_wide(&tensors)?;
        model.calibration = calibration;
        Ok(model)
    }

    /// A model of this shape with all weights zero and no n-grams, for training to fill.
    pub fn blank(config: TrunkConfig, pieces: Pieces) -> Result<Self, ModelError> {
        config.check()?;
        if pieces.vocabulary_size() > config.vocab_size {
            return Err(ModelError::Mismatch(format!(
                "tokenizer.json has {} pieces, config.json room for {}",
                pieces.vocabulary_size(),
                config.vocab_size
            )));
        }
        let mut layout = Layout::default();
        let trunk = TrunkSlots::lay(&mut layout, &config);
        let heads = HeadSlots::lay(&mut layout, &config);
        let weights = vec![0.0; layout.len()];
        Ok(Model {
            config,
            pieces,
            layout,
            weights,
            trunk,
            heads,
            grams: Grams::default(),
            wide: Vec::new(),
            calibration: Calibration::default(),
        })
    }

    /// Writes all files; weights in half precision.
    pub fn save(&self, folder: &Path) -> Result<(), ModelError> {
        let unwritable = |path: &Path, error: &dyn std::fmt::Display| ModelError::Broken {
            file: path.display().to_string(),
            reason: format!("cannot be written: {error}"),
        };
        std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        let path = folder.join("model.safetensors");
        let mut tensors = self.layout.tensors(&self.weights, DType::F16).map_err(|error| unwritable(&path, &error))?;
        let grams = self.grams.len();
        let wide = || -> candle_core::Result<[(String, Tensor); 3]> {
            let device = &Device::Cpu;
            Ok([
                ("wide.grams".into(), Tensor::from_slice(self.grams.fingerprints(), grams, device)?),
                ("wide.rarity".into(), Tensor::from_slice(self.grams.rarity(), grams, device)?.to_dtype(DType::F16)?),
                ("wide.weight".into(), Tensor::from_slice(&self.wide, (grams, WIDE), device)?.to_dtype(DType::F16)?),
            ])
        };
        if grams > 0 {
            tensors.extend(wide().map_err(|error| unwritable(&path, &error))?);
        }
        candle_core::safetensors::save(&tensors, &path).map_err(|error| unwritable(&path, &error))?;
        let pretty = |value: serde_json::Result<String>| value.map_err(|error| broken("the model's settings", error));
        for (name, text) in [
            ("config.json", pretty(serde_json::to_string_pretty(&self.config))?),
            ("tokenizer.json", self.pieces.to_json()?),
            ("calibration.json", pretty(serde_json::to_string_pretty(&self.calibration))?),
        ] {
            let path = folder.join(name);
            std::fs::write(&path, text + "\n").map_err(|error| unwritable(&path, &error))?;
        }
        let mut sums = std::collections::BTreeMap::new();
        for name in FILES {
            let path = folder.join(name);
            let bytes = std::fs::read(&path).map_err(|error| unwritable(&path, &error))?;
            sums.insert(name.to_owned(), sha256(&bytes));
        }
        let manifest = Manifest { sha256: sums, intents: Intent::ALL.to_vec(), emotions: Emotion::ALL.to_vec() };
        let path = folder.join(MANIFEST);
        std::fs::write(&path, pretty(serde_json::to_string_pretty(&manifest))? + "\n")
            .map_err(|error| unwritable(&path, &error))
    }

    /// Scores of several messages (normalised text, the turn before): per message one row of `OUTPUTS` scores and
    /// its pooled vector.
    pub fn score(&self, messages: &[(&str, Option<&str>)]) -> Vec<(Vec<f32>, Vec<f32>)> {
        let mut batch = Packed::default();
        for (text, previous) in messages {
            let encoded = self.pieces.encode(text, *previous);
            batch.push(&encoded.ids, &encoded.segments);
        }
        let states = trunk::forward(&self.config, &self.trunk, &self.weights, &batch);
        let pooled = heads::pool(&self.config, &batch, &states);
        let mut scores = vec![0.0; messages.len() * OUTPUTS];
        let (weight, bias) = (&self.weights[self.heads.weight.clone()], &self.weights[self.heads.bias.clone()]);
        linear(&mut scores, &pooled, weight, bias, messages.len());
        let width = heads::pooled_size(&self.config);
        messages
            .iter()
            .zip(scores.chunks_exact_mut(OUTPUTS))
            .zip(pooled.chunks_exact(width))
            .map(|(((text, _), scores), vector)| {
                heads::add_wide(scores, &self.grams.read(&fold(text)), &self.wide);
                (scores.to_vec(), vector.to_vec())
            })
            .collect()
    }

    /// Understands several messages in one pass.
    pub fn understand(&self, messages: &[(&str, Option<&str>)]) -> Vec<Understanding> {
        self.score(messages)
            .into_iter()
            .map(|(scores, mut vector)| {
                let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt().max(1e-6);
                vector.iter_mut().for_each(|value| *value /= length);
                self.calibration.decide(&scores, vector)
            })
            .collect()
    }
}

fn read_wide(tensors: &HashMap<String, Tensor>) -> Result<(Grams, Vec<f32>), ModelError> {
    let file = "model.safetensors";
    let Some(grams) = tensors.get("wide.grams") else { return Ok((Grams::default(), Vec::new())) };
    let numbers = |name: &str| -> Result<Vec<f32>, ModelError> {
        let tensor = tensors.get(name).ok_or_else(|| ModelError::Mismatch(format!("{file} lacks {name}")))?;
        tensor
            .to_dtype(DType::F32)
            .and_then(|tensor| tensor.flatten_all()?.to_vec1())
            .map_err(|error| broken(file, error))
    };
    let fingerprints = grams.to_vec1::<u32>().map_err(|error| broken(file, error))?;
    let wide = numbers("wide.weight")?;
    if wide.len() != fingerprints.len() * WIDE {
        return Err(ModelError::Mismatch(format!("{file} has another number of n-grams than of their weights")));
    }
    let grams = Grams::new(fingerprints, numbers("wide.rarity")?)
        .ok_or_else(|| broken(file, "its n-grams are not in order"))?;
    Ok((grams, wide))
}

fn parse<T: serde::de::DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<T, ModelError> {
    serde_json::from_slice(bytes).map_err(|error| broken(name, error))
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
