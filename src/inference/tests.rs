//! Small random models: parity with candle-transformers, refusals, the queue. Real weights are measured by
//! `xiaoer eval nlu`.

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};

use super::kernels::Activation;
use super::trunk::{self, Packed};
use super::*;
use crate::domain::Intent;

/// A model with random weights over a few characters: for tests only.
pub(crate) fn small_model(activation: Activation) -> Model {
    let characters = "你好我要退货什么时候发货谢再见人工客服的了吗元块不行可以";
    let mut vocabulary: Vec<String> = SPECIAL.iter().chain(text::MARKS).map(|piece| (*piece).to_owned()).collect();
    for character in characters.chars() {
        let piece = character.to_string();
        if !vocabulary.contains(&piece) {
            vocabulary.push(piece);
        }
    }
    let config = TrunkConfig {
        hidden_size: 32,
        num_hidden_layers: 2,
        num_attention_heads: 2,
        intermediate_size: 64,
        hidden_act: activation,
        max_position_embeddings: 64,
        ..TrunkConfig::ours(64)
    };
    let pieces = Pieces::from_vocabulary(&vocabulary, 64).expect("a sound vocabulary");
    let mut model = Model::blank(config, pieces).expect("a sound shape");
    let mut state = 1u32;
    for weight in &mut model.weights {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *weight = ((state >> 8) as f32 / 16_777_216.0 - 0.5) * 0.6;
    }
    let mut prints = wide::fingerprints("我要退货");
    prints.sort_unstable();
    prints.dedup();
    let count = prints.len();
    model.grams = wide::Grams::new(prints, vec![1.5; count]).expect("rising");
    model.wide = (0..count * heads::WIDE).map(|index| (index % 13) as f32 * 0.01).collect();
    model
}

#[test]
fn the_trunk_agrees_with_candle() {
    for (activation, name) in [(Activation::Relu, "relu"), (Activation::Gelu, "gelu")] {
        let model = small_model(activation);
        let tensors = model.layout.tensors(&model.weights, DType::F32).expect("tensors");
        let theirs: Config = serde_json::from_value(serde_json::json!({
            "vocab_size": 64, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
            "intermediate_size": 64, "hidden_act": name, "hidden_dropout_prob": 0.1, "max_position_embeddings": 64,
            "type_vocab_size": 2, "initializer_range": 0.02, "layer_norm_eps": 1e-12, "pad_token_id": 0,
            "model_type": "bert",
        }))
        .expect("candle's configuration");
        let bert = BertModel::load(VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu), &theirs)
            .expect("candle finds all weights by our names");
        let mut batch = Packed::default();
        batch.push(&[2, 20, 21, 22, 3], &[0; 5]);
        batch.push(&[2, 25, 3, 21, 30, 31, 3], &[0, 0, 0, 1, 1, 1, 1]);
        let ours = trunk::forward(&model.config, &model.trunk, &model.weights, &batch);
        // Padded on the right with a mask, as others run it.
        let ids: Vec<u32> = vec![2, 20, 21, 22, 3, 0, 0, 2, 25, 3, 21, 30, 31, 3];
        let kinds: Vec<u32> = vec![0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1];
        let mask: Vec<u32> = vec![1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1];
        let tensor = |values: Vec<u32>| Tensor::from_vec(values, (2, 7), &Device::Cpu).expect("a tensor");
        let states = bert.forward(&tensor(ids), &tensor(kinds), Some(&tensor(mask))).expect("candle reads");
        let states: Vec<f32> = states.flatten_all().and_then(|states| states.to_vec1()).expect("numbers");
        let padded: Vec<f32> = states[..5 * 32].iter().chain(&states[7 * 32..]).copied().collect();
        let far = ours.iter().zip(&padded).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(far < 2e-4, "{name}: {far}");
    }
}

#[test]
fn a_message_is_read_the_same_alone_and_in_company() {
    let model = small_model(Activation::Relu);
    let messages = [("我要退货", None), ("什么时候发货", Some("你好")), ("", None), ("谢谢", None)];
    let together = model.score(&messages);
    for (message, (scores, _)) in messages.iter().zip(&together) {
        let (alone, _) = &model.score(&[*message])[0];
        let far = alone.iter().zip(scores).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(far < 1e-4, "{message:?}: {far}");
    }
}

#[test]
fn a_saved_model_opens_and_a_changed_one_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = small_model(Activation::Relu);
    model.save(folder.path()).expect("saved");
    let back = Model::open(folder.path()).expect("sound");
    let (ours, theirs) = (&model.understand(&[("我要退货", None)])[0], &back.understand(&[("我要退货", None)])[0]);
    assert_eq!(ours.intents[0].0, theirs.intents[0].0);
    assert!((ours.intents[0].1 - theirs.intents[0].1).abs() < 0.02, "half precision loses little");
    assert_eq!(ours.intents.len(), Intent::ALL.len());

    let refusal = |change: &dyn Fn(&std::path::Path)| {
        let copy = tempfile::tempdir().expect("a folder");
        for name in FILES.iter().chain([&MANIFEST]) {
            std::fs::copy(folder.path().join(name), copy.path().join(name)).expect("copied");
        }
        change(copy.path());
        Model::open(copy.path()).expect_err("a refusal").to_string()
    };
    let cut =
        |name: &'static str| move |path: &std::path::Path| std::fs::write(path.join(name), b"{}").expect("written");
    assert!(refusal(&cut("tokenizer.json")).contains("tokenizer.json is not the file that manifest.json lists"));
    assert!(refusal(&cut("model.safetensors")).contains("model.safetensors"));
    assert!(refusal(&cut(MANIFEST)).contains("broken model: manifest.json"));
    let absent = refusal(&|path| std::fs::remove_file(path.join("config.json")).expect("removed"));
    assert!(absent.starts_with("no model:") && absent.contains("xiaoer train nlu"), "{absent}");
    for text in [refusal(&cut("tokenizer.json")), absent] {
        assert!(!text.contains('\n'), "one line: {text}");
    }
}

#[test]
fn the_queue_refuses_what_it_cannot_hold_and_answers_the_rest() {
    let encoder = Encoder::start(small_model(Activation::Relu), 1, 2);
    let understood = encoder.understand_blocking("我要退货", None).expect("an answer");
    assert!((understood.intents.iter().map(|(_, p)| p).sum::<f32>() - 1.0).abs() < 1e-3);
    let long = "什么时候发货".repeat(60);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let answers = runtime.block_on(futures::future::join_all((0..200).map(|_| encoder.understand(&long, None))));
    let refused = answers.iter().filter(|answer| **answer == Err(InferenceError::Overloaded)).count();
    let served = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(served > 0 && refused > 0 && served + refused == 200, "{served} served, {refused} refused");
}

#[test]
fn strange_input_is_read_without_panic() {
    let model = small_model(Activation::Relu);
    let long = "退".repeat(5000);
    for text in
        ["", " ", "\u{0}\u{1}\u{2}", "😀😀😀", "<script>alert(1)</script>", "'; drop table", long.as_str(), "\u{200d}"]
    {
        let understood = &model.understand(&[(text, Some(text))])[0];
        assert!(understood.intents.iter().all(|(_, probability)| probability.is_finite()), "{text:.20}");
    }
}
