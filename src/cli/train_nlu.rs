//! `xiaoer train nlu`: from corpora and labelled messages to shipped weights. Leaves to others: all but the order of
//! steps.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Args;

use crate::inference::heads::{EMOTIONS, INTENTS, POLARITY, WIDE};
use crate::inference::text::MARKS;
use crate::inference::{Model, Pieces, SPECIAL, TrunkConfig, softmax};
use crate::training::calibrate::calibrate;
use crate::training::corpus::{Answers, cut_texts, read_texts};
use crate::training::finetune::{self, View, finetune};
use crate::training::messages::{Message, Part, read_assistant, read_joined, read_labelled, read_own, read_reviews};
use crate::training::metrics::measure;
use crate::training::pretrain::{MaskPieces, Plan, pretrain, read_trunk};
use crate::training::random::Random;
use crate::training::{foreign, grams, vocabulary};

/// Options of `xiaoer train nlu`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder of the text corpora.
    #[arg(long, default_value = "../shared/corpora")]
    corpora: PathBuf,
    /// Labelled messages.
    #[arg(long, default_value = "../shared/nlu/train.tsv")]
    messages: PathBuf,
    /// Labels of lines of the corpora's chat, by hash.
    #[arg(long, default_value = "data/nlu/chat_labels.tsv")]
    labels: PathBuf,
    /// Our own utterances.
    #[arg(long, default_value = "data/nlu/utterances.tsv")]
    utterances: PathBuf,
    /// Where checkpoints and logs go; a second run goes on from there.
    #[arg(long, default_value = ".xiaoer/training")]
    work: PathBuf,
    /// Where the model goes.
    #[arg(long, default_value = "models")]
    output: PathBuf,
    /// A folder with config.json, tokenizer.json or vocab.txt, and model.safetensors of any BERT-family model, instead
    /// of our own pre-training.
    #[arg(long)]
    trunk: Option<PathBuf>,
    /// Minutes of pre-training in all; 0 takes the checkpoint as it is.
    #[arg(long, default_value_t = 50.0)]
    pretrain_minutes: f64,
    /// Stop after pre-training.
    #[arg(long)]
    only_pretrain: bool,
    /// Layers of a new trunk.
    #[arg(long, default_value_t = 4)]
    layers: usize,
    /// Width of a new trunk.
    #[arg(long, default_value_t = 256)]
    hidden: usize,
    /// Passes of fine-tuning.
    #[arg(long, default_value_t = 4)]
    epochs: usize,
    /// Messages per step of fine-tuning.
    #[arg(long, default_value_t = 96)]
    batch: usize,
    /// Highest rate of learning in fine-tuning.
    #[arg(long, default_value_t = 4e-4)]
    rate: f32,
    /// Reviews per pass.
    #[arg(long, default_value_t = 5000)]
    reviews: usize,
    /// Weight of R-Drop.
    #[arg(long, default_value_t = 0.0)]
    agree: f32,
    /// Models whose mean view the new one learns beside the labels.
    #[arg(long)]
    teacher: Vec<PathBuf>,
    /// Share of the target that is the teachers'.
    #[arg(long, default_value_t = 0.5)]
    teacher_share: f32,
    /// Seed of everything.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs `xiaoer train nlu`.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    std::fs::create_dir_all(&arguments.work)?;
    let mut model = match &arguments.trunk {
        Some(folder) => foreign::open_trunk(folder)?,
        None => own_trunk(arguments)?,
    };
    if arguments.only_pretrain {
        return Ok(());
    }
    let mut all = read_labelled(&arguments.messages)?;
    let shared = all.len();
    all.extend(read_joined(&arguments.labels, &arguments.corpora.join("chat/unlabelled.txt"))?);
    let joined = all.len() - shared;
    let own = read_own(&arguments.utterances)?;
    println!("{shared} shared messages, {joined} labelled from the chat, {} of our own", own.len());
    all.extend(own);
    all.extend(read_assistant(&arguments.corpora)?);
    let of = |part: Part| all.iter().filter(|message| message.part == part).cloned().collect::<Vec<Message>>();
    let (learned, calibration) = (of(Part::Learn), of(Part::Calibrate));
    let validation: Vec<Message> = of(Part::Validate).into_iter().filter(|message| message.weight >= 1.0).collect();
    let reviews: Vec<Message> =
        read_reviews(&arguments.corpora)?.into_iter().filter(|review| review.part == Part::Learn).collect();
    println!("{} to learn, {} to choose by, {} to calibrate with", learned.len(), validation.len(), calibration.len());
    model.grams = grams::choose(&learned, &reviews);
    model.wide = vec![0.0; model.grams.len() * WIDE];
    println!("{} n-grams kept", model.grams.len());
    let column = grams::polarity_column(&model.grams, &reviews, &mut Random::new(arguments.seed));
    for (row, weight) in model.wide.chunks_exact_mut(WIDE).zip(column) {
        row[POLARITY] = weight;
    }
    let heads = model.heads.weight.clone();
    let mut random = Random::new(arguments.seed ^ 77);
    model.weights[heads].iter_mut().for_each(|weight| *weight = random.normal() * 0.02);
    let views = teachers(&arguments.teacher, &learned)?;
    let plan = finetune::Plan {
        epochs: arguments.epochs,
        rate: arguments.rate,
        batch: arguments.batch,
        reviews: arguments.reviews,
        agree: arguments.agree,
        teacher: arguments.teacher_share,
        seed: arguments.seed,
        ..finetune::Plan::default()
    };
    finetune(&mut model, &learned, &reviews, &views, &validation, &plan, |line| println!("{line}"));
    calibrate(&mut model, &calibration);
    println!("calibrated: {}", measure(&model, &validation).line());
    model.save(&arguments.output)?;
    let back = Model::open(&arguments.output)?;
    println!("saved in {}: {}", arguments.output.display(), measure(&back, &validation).line());
    Ok(())
}

/// Pre-trains a trunk of our own, or goes on from its checkpoint.
fn own_trunk(arguments: &Arguments) -> anyhow::Result<Model> {
    let checkpoint = arguments.work.join("pretrain.safetensors");
    let vocabulary_path = arguments.work.join("vocab.txt");
    let done = arguments.pretrain_minutes <= 0.0 && vocabulary_path.is_file();
    let texts = if done { Vec::new() } else { read_texts(&arguments.corpora, &arguments.messages)? };
    if !vocabulary_path.is_file() {
        let base = arguments.corpora.join("vocab/bert_base_chinese_vocab.txt");
        std::fs::write(&vocabulary_path, vocabulary::prune(&base, &texts)?.join("\n") + "\n")?;
    }
    let vocabulary: Vec<String> = std::fs::read_to_string(&vocabulary_path)?.lines().map(str::to_owned).collect();
    let config = TrunkConfig {
        num_hidden_layers: arguments.layers,
        hidden_size: arguments.hidden,
        intermediate_size: 4 * arguments.hidden,
        num_attention_heads: arguments.hidden / 64,
        ..TrunkConfig::ours(vocabulary.len().next_multiple_of(32))
    };
    let pieces = Pieces::from_vocabulary(&vocabulary, config.max_position_embeddings)?;
    let mut model = Model::blank(config, pieces)?;
    if done {
        read_trunk(&checkpoint, &model.layout, &mut model.weights)?;
        return Ok(model);
    }
    let answers = Answers::collect(&texts);
    let documents = cut_texts(&texts, &model.pieces, &answers);
    let per_pass: f64 = documents.iter().map(|document| document.ids.len() as f64 * f64::from(document.weight)).sum();
    println!(
        "{} pieces; {} documents, {:.1} M pieces per pass, {} weak answers",
        vocabulary.len(),
        documents.len(),
        per_pass / 1e6,
        answers.len()
    );
    let known = MaskPieces {
        mask: model.pieces.id("[MASK]").context("the vocabulary has no [MASK]")?,
        first_word: (SPECIAL.len() + MARKS.len()) as u32,
        count: vocabulary.len() as u32,
    };
    let plan = Plan {
        budget: Duration::from_secs_f64(arguments.pretrain_minutes * 60.0),
        rate: 9e-4,
        batch: 2048,
        masked: 0.2,
        weak: 0.3,
        folder: arguments.work.clone(),
        seed: arguments.seed,
    };
    let trunk = pretrain(&model.config, known, &documents, &answers, &plan, None, |line| println!("{line}"))?;
    model.weights[..trunk.len()].copy_from_slice(&trunk);
    Ok(model)
}

/// The mean view of several models on every message.
fn teachers(folders: &[PathBuf], messages: &[Message]) -> anyhow::Result<Vec<View>> {
    let mut views: Vec<View> = Vec::new();
    for folder in folders {
        let teacher = Model::open(folder)?;
        let mut at = 0;
        for chunk in messages.chunks(32) {
            let pairs: Vec<(&str, Option<&str>)> =
                chunk.iter().map(|message| (message.text.as_str(), message.before.as_deref())).collect();
            for (scores, _) in teacher.score(&pairs) {
                let view = softmax(scores[INTENTS].iter().copied())
                    .into_iter()
                    .chain(softmax(scores[EMOTIONS].iter().copied()))
                    .map(|probability| probability / folders.len() as f32);
                if views.len() <= at {
                    views.push(view.collect());
                } else {
                    views[at].iter_mut().zip(view).for_each(|(sum, part)| *sum += part);
                }
                at += 1;
            }
        }
        println!("{} has seen {at} messages", folder.display());
    }
    Ok(views)
}
