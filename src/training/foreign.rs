//! A trunk that others trained: any folder of the BERT family in Hugging Face's form. Leaves to others: fine-tuning it
//! (`finetune`).

use std::path::Path;

use super::error::{TrainingError, file_error};
use super::pretrain::{first_weights, read_trunk};
use super::random::Random;
use crate::inference::{Model, Pieces, TrunkConfig};

/// Opens `config.json`, `tokenizer.json` or `vocab.txt`, and `model.safetensors` of a folder; the heads are random.
pub fn open_trunk(folder: &Path) -> Result<Model, TrainingError> {
    let path = folder.join("config.json");
    let text = std::fs::read_to_string(&path).map_err(|error| file_error(&path, error))?;
    let config: TrunkConfig = serde_json::from_str(&text).map_err(|error| file_error(&path, error))?;
    config.check()?;
    let pieces = Pieces::from_folder(folder, config.max_position_embeddings)?;
    let mut model = Model::blank(config, pieces)?;
    model.weights = first_weights(&model.layout, 0.02, &mut Random::new(1));
    read_trunk(&folder.join("model.safetensors"), &model.layout, &mut model.weights)?;
    Ok(model)
}

#[cfg(test)]
mod tests {
    use candle_core::DType;

    use super::*;
    use crate::inference::kernels::Activation;
    use crate::inference::tests::small_model;
    use crate::training::finetune::{Plan, finetune};
    use crate::training::grams;
    use crate::training::messages::{Message, read_labelled};
    use crate::training::metrics::measure;

    #[test]
    fn a_foreign_trunk_is_opened_and_learns() {
        let folder = tempfile::tempdir().expect("a folder");
        let theirs = small_model(Activation::Gelu);
        let mut tensors = theirs.layout.tensors(&theirs.weights, DType::F32).expect("tensors");
        tensors.retain(|name, _| name.starts_with("bert."));
        candle_core::safetensors::save(&tensors, folder.path().join("model.safetensors")).expect("saved");
        let config = serde_json::to_string(&theirs.config).expect("json");
        std::fs::write(folder.path().join("config.json"), config).expect("written");
        let vocabulary: Vec<String> = (0..64).filter_map(|id| theirs.pieces.piece(id)).collect();
        std::fs::write(folder.path().join("vocab.txt"), vocabulary.join("\n") + "\n").expect("written");

        let mut model = open_trunk(folder.path()).expect("a sound folder");
        let trunk = model.heads.weight.start;
        assert_eq!(model.weights[..trunk], theirs.weights[..trunk]);

        let rows =
            "我要退货\treturn_goods\tneutral\n什么时候发货\tdelivery_time\tneutral\n谢谢\tthanks\tpositive\n".repeat(6);
        let path = folder.path().join("few.tsv");
        std::fs::write(&path, format!("text\tintents\temotion\n{rows}")).expect("written");
        let messages: Vec<Message> = read_labelled(&path).expect("sound");
        model.grams = grams::choose(&messages, &[]);
        model.wide = vec![0.0; model.grams.len() * crate::inference::heads::WIDE];
        let before = measure(&model, &messages).accepted;
        let plan = Plan { epochs: 20, rate: 2e-3, batch: 6, slips: 0.0, ..Plan::default() };
        finetune(&mut model, &messages, &[], &[], &messages, &plan, |_| ());
        let after = measure(&model, &messages).accepted;
        assert!(after > 0.99 && after > before, "{before} before, {after} after");

        std::fs::write(folder.path().join("config.json"), "{}").expect("written");
        assert!(open_trunk(folder.path()).expect_err("no sizes").to_string().contains("config.json"));
    }
}
