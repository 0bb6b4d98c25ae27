//! Checkpoints of pre-training: weights under their Hugging Face names, the optimiser's memory, how far it came.
//! Leaves to others: when to write one (`mod.rs`).

use std::path::Path;
use std::time::Duration;

use candle_core::{DType, Device, Tensor};

use crate::inference::Layout;
use crate::training::error::{TrainingError, file_error};
use crate::training::optimizer::AdamW;

pub(super) struct Kept {
    pub(super) first: Vec<f32>,
    pub(super) second: Vec<f32>,
    pub(super) steps: i32,
    pub(super) spent: Duration,
    pub(super) tokens: usize,
}

pub(super) fn save_checkpoint(
    path: &Path,
    layout: &Layout,
    weights: &[f32],
    optimiser: &AdamW,
    spent: Duration,
    tokens: usize,
) -> Result<(), TrainingError> {
    let (first, second, steps) = optimiser.memory();
    let save = || -> candle_core::Result<()> {
        let device = &Device::Cpu;
        let mut tensors = layout.tensors(weights, DType::F32)?;
        tensors.insert("optimiser.first".into(), Tensor::from_slice(first, first.len(), device)?);
        tensors.insert("optimiser.second".into(), Tensor::from_slice(second, second.len(), device)?);
        let counts = [i64::from(steps), spent.as_millis() as i64, tokens as i64];
        tensors.insert("counts".into(), Tensor::from_slice(&counts, 3, device)?);
        let unfinished = path.with_extension("part");
        candle_core::safetensors::save(&tensors, &unfinished)?;
        Ok(std::fs::rename(&unfinished, path)?)
    };
    save().map_err(|error| file_error(path, error))
}

pub(super) fn load_checkpoint(path: &Path) -> Result<Option<Kept>, TrainingError> {
    if !path.is_file() {
        return Ok(None);
    }
    let load = || -> candle_core::Result<Option<Kept>> {
        let mut tensors = candle_core::safetensors::load(path, &Device::Cpu)?;
        let mut take = |name: &str| -> candle_core::Result<Tensor> {
            tensors.remove(name).ok_or_else(|| candle_core::Error::Msg(format!("lacks {name}")))
        };
        let first = take("optimiser.first")?.to_vec1()?;
        let second = take("optimiser.second")?.to_vec1()?;
        let counts = take("counts")?.to_vec1::<i64>()?;
        Ok(Some(Kept {
            first,
            second,
            steps: counts[0] as i32,
            spent: Duration::from_millis(counts[1] as u64),
            tokens: counts[2] as usize,
        }))
    };
    load().map_err(|error| file_error(path, error))
}

pub(super) fn read_all(path: &Path, layout: &Layout, weights: &mut [f32]) -> Result<(), TrainingError> {
    let tensors = candle_core::safetensors::load(path, &Device::Cpu).map_err(|error| file_error(path, error))?;
    layout.read(weights, &tensors, &path.display().to_string(), |_| false)?;
    Ok(())
}

/// Reads the trunk of a checkpoint or of any BERT-family safetensors into `weights`.
pub fn read_trunk(path: &Path, layout: &Layout, weights: &mut [f32]) -> Result<(), TrainingError> {
    let tensors = candle_core::safetensors::load(path, &Device::Cpu).map_err(|error| file_error(path, error))?;
    let file = path.display().to_string();
    layout.read(weights, &tensors, &file, |name| !name.starts_with("bert."))?;
    Ok(())
}
