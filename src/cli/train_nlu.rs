//! `xiaoer train nlu`: from corpora and labelled messages to shipped weights. Leaves to others: all but the order of
//! steps.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Args;

use crate::inference::heads::{EMOTIONS, INTENTS, POLARITY, WIDE};
use crate::inference::text::MARKS;
use crate::inference::{Model, Pieces, SPECIAL, TrunkConfig, softmax};
use crate::training::calibrate::calibrate;
use crate::training::corpus::{Answers, RawText, cut_texts, read_texts};
use crate::training::finetune::{self, View, finetune};
use crate::training::messages::{Message, Part, read_assistant, read_joined, read_labelled, read_own, read_reviews};
use crate::training::metrics::{Figures, measure};
use crate::training::optimizer::average;
use crate::training::pretrain::{MaskPieces, Plan, pretrain, read_trunk};
use crate::training::random::Random;
use crate::training::{foreign, grams, vocabulary};

/// What we wrote ourselves.
const OWN: [&str; 4] =
    ["data/nlu/utterances.tsv", "data/nlu/boundary.tsv", "data/nlu/danger.tsv", "data/nlu/scope.tsv"];

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
    #[arg(long, default_values = OWN)]
    utterances: Vec<PathBuf>,
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
    /// Go on pre-training the trunk of --trunk on the corpora before fine-tuning it (Gururangan et al. 2020, "Don't
    /// stop pretraining").
    #[arg(long, requires = "trunk")]
    adapt: bool,
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
    /// Trainings one after another; each learns from the views of those before it too (Furlanello et al. 2018, "Born
    /// again neural networks"), and what is kept is the last or the mean of all.
    #[arg(long, default_value_t = 2)]
    generations: usize,
    /// Models of earlier runs that count as generations.
    #[arg(long)]
    teacher: Vec<PathBuf>,
    /// Go on from this model instead of from the bare trunk: a short pass with a low rate takes up new messages.
    #[arg(long)]
    start: Option<PathBuf>,
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
    let log_path = arguments.work.join("train.log");
    let mut log = std::fs::File::options().create(true).append(true).open(log_path)?;
    let mut say = |line: &str| {
        println!("{line}");
        // The log is a copy: training goes on where it cannot be written.
        let _ = writeln!(log, "{line}");
    };
    let mut start = match &arguments.trunk {
        Some(folder) if arguments.adapt => {
            let texts = corpora_of(arguments, arguments.pretrain_minutes <= 0.0)?;
            go_on(foreign::open_trunk(folder)?, &texts, arguments, &mut say)?
        }
        Some(folder) => foreign::open_trunk(folder)?,
        None => own_trunk(arguments, &mut say)?,
    };
    if arguments.only_pretrain {
        return Ok(());
    }
    let data = Data::read(arguments, &mut say)?;
    match &arguments.start {
        Some(folder) => start = Model::open(folder)?,
        None => prepare(&mut start, &data, arguments.seed),
    }
    say(&format!("{} n-grams kept", start.grams.len()));
    let mut generations = Vec::new();
    for folder in &arguments.teacher {
        generations.push(Model::open(folder)?);
    }
    for generation in 0..arguments.generations {
        // Views are taken anew: every generation learns from all before it.
        let views = mean_views(&generations, &data.learned);
        let plan = finetune::Plan {
            epochs: arguments.epochs,
            rate: arguments.rate,
            batch: arguments.batch,
            reviews: arguments.reviews,
            agree: arguments.agree,
            teacher: arguments.teacher_share,
            seed: arguments.seed + generation as u64,
            ..finetune::Plan::default()
        };
        let mut model = start.clone();
        finetune(&mut model, &data.learned, &data.reviews, &views, &data.validation, &plan, &mut say);
        generations.push(model);
    }
    let mut model = best(&generations, &data.validation, &mut say)?;
    calibrate(&mut model, &data.calibration);
    say(&format!("calibrated: {}", measure(&model, &data.validation).line()));
    model.save(&arguments.output)?;
    let back = Model::open(&arguments.output)?;
    say(&format!("saved in {}: {}", arguments.output.display(), measure(&back, &data.validation).line()));
    Ok(())
}

/// All messages, parted.
struct Data {
    learned: Vec<Message>,
    validation: Vec<Message>,
    calibration: Vec<Message>,
    reviews: Vec<Message>,
}

impl Data {
    fn read(arguments: &Arguments, say: &mut impl FnMut(&str)) -> anyhow::Result<Self> {
        let mut all = read_labelled(&arguments.messages)?;
        let shared = all.len();
        all.extend(read_joined(&arguments.labels, &arguments.corpora.join("chat/unlabelled.txt"))?);
        let joined = all.len() - shared;
        let mut own = Vec::new();
        for path in &arguments.utterances {
            own.extend(read_own(path)?);
        }
        say(&format!("{shared} shared messages, {joined} labelled from the chat, {} of our own", own.len()));
        all.extend(own);
        all.extend(read_assistant(&arguments.corpora)?);
        let of = |part: Part| all.iter().filter(|message| message.part == part).cloned().collect::<Vec<Message>>();
        let reviews = read_reviews(&arguments.corpora)?;
        let data = Data {
            learned: of(Part::Learn),
            validation: of(Part::Validate).into_iter().filter(|message| message.weight >= 1.0).collect(),
            calibration: of(Part::Calibrate),
            reviews: reviews.into_iter().filter(|review| review.part == Part::Learn).collect(),
        };
        say(&format!(
            "{} to learn, {} to choose by, {} to calibrate with, {} reviews",
            data.learned.len(),
            data.validation.len(),
            data.calibration.len(),
            data.reviews.len()
        ));
        Ok(data)
    }
}

/// Chooses the n-grams and sets the first weights of all that is not the trunk.
fn prepare(model: &mut Model, data: &Data, seed: u64) {
    model.grams = grams::choose(&data.learned, &data.reviews);
    model.wide = vec![0.0; model.grams.len() * WIDE];
    let column = grams::polarity_column(&model.grams, &data.reviews, &mut Random::new(seed));
    for (row, weight) in model.wide.chunks_exact_mut(WIDE).zip(column) {
        row[POLARITY] = weight;
    }
    let heads = model.heads.weight.clone();
    let mut random = Random::new(seed ^ 77);
    model.weights[heads].iter_mut().for_each(|weight| *weight = random.normal() * 0.02);
}

/// The last generation or the mean of all, whichever does better on the messages to choose by. Models that were
/// fine-tuned from one trunk can be averaged (Wortsman et al. 2022, "Model soups").
fn best(generations: &[Model], validation: &[Message], say: &mut impl FnMut(&str)) -> anyhow::Result<Model> {
    let last = generations.last().context("no generation was trained; ask for --generations 1 or more")?;
    let alike = |model: &Model| model.layout == last.layout;
    let family: Vec<&Model> = generations.iter().filter(|model| alike(model)).collect();
    if family.len() < 2 {
        return Ok(last.clone());
    }
    let mut mean = last.clone();
    for (at, model) in family.iter().rev().enumerate().skip(1) {
        let share = 1.0 / (at + 1) as f32;
        average(&mut mean.weights, &model.weights, share);
        // An earlier run may have kept other n-grams: what it does not know stays as it is.
        for (row, print) in mean.wide.chunks_exact_mut(WIDE).zip(last.grams.fingerprints()) {
            if let Ok(place) = model.grams.fingerprints().binary_search(print) {
                average(row, &model.wide[place * WIDE..(place + 1) * WIDE], share);
            }
        }
    }
    let (alone, together) = (measure(last, validation), measure(&mean, validation));
    say(&format!("last generation: {}", alone.line()));
    say(&format!("mean of {}: {}", family.len(), together.line()));
    let quality = |figures: &Figures| figures.accepted + figures.macro_f1 + 0.5 * figures.low_emotion_f1;
    Ok(if quality(&together) > quality(&alone) { mean } else { last.clone() })
}

/// The corpora's texts; none where a finished checkpoint is taken as it is.
fn corpora_of(arguments: &Arguments, done: bool) -> anyhow::Result<Vec<RawText>> {
    if done { Ok(Vec::new()) } else { Ok(read_texts(&arguments.corpora, &arguments.messages)?) }
}

/// Pre-trains a trunk of our own, or goes on from its checkpoint.
fn own_trunk(arguments: &Arguments, say: &mut impl FnMut(&str)) -> anyhow::Result<Model> {
    let vocabulary_path = arguments.work.join("vocab.txt");
    let texts = corpora_of(arguments, arguments.pretrain_minutes <= 0.0 && vocabulary_path.is_file())?;
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
    go_on(Model::blank(config, pieces)?, &texts, arguments, say)
}

/// Pre-trains a model's trunk on texts, from its own weights with `--adapt`, else from random ones; takes the
/// checkpoint as it is where there are no texts.
fn go_on(
    mut model: Model,
    texts: &[RawText],
    arguments: &Arguments,
    say: &mut impl FnMut(&str),
) -> anyhow::Result<Model> {
    if texts.is_empty() {
        read_trunk(&arguments.work.join("pretrain.safetensors"), &model.layout, &mut model.weights)?;
        return Ok(model);
    }
    let answers = Answers::collect(texts);
    let documents = cut_texts(texts, &model.pieces, &answers);
    let per_pass: f64 = documents.iter().map(|document| document.ids.len() as f64 * f64::from(document.weight)).sum();
    let count = model.pieces.vocabulary_size();
    say(&format!(
        "{count} pieces; {} documents, {:.1} M pieces per pass, {} weak answers",
        documents.len(),
        per_pass / 1e6,
        answers.len()
    ));
    let known = MaskPieces {
        mask: model.pieces.id("[MASK]").context("the vocabulary has no [MASK]")?,
        first_word: (SPECIAL.len() + MARKS.len()) as u32,
        count: count as u32,
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
    let start = arguments.adapt.then_some(model.weights.as_slice());
    let trunk = pretrain(&model.config, known, &documents, &answers, &plan, start, say)?;
    model.weights[..trunk.len()].copy_from_slice(&trunk);
    Ok(model)
}

/// The mean view of several models on every message; nothing where there is none.
fn mean_views(teachers: &[Model], messages: &[Message]) -> Vec<View> {
    let mut views: Vec<View> = Vec::new();
    for teacher in teachers {
        let mut at = 0;
        for chunk in messages.chunks(32) {
            let pairs: Vec<(&str, Option<&str>)> =
                chunk.iter().map(|message| (message.text.as_str(), message.before.as_deref())).collect();
            for (scores, _) in teacher.score(&pairs) {
                let view = softmax(scores[INTENTS].iter().copied())
                    .into_iter()
                    .chain(softmax(scores[EMOTIONS].iter().copied()))
                    .map(|probability| probability / teachers.len() as f32);
                if views.len() <= at {
                    views.push(view.collect());
                } else {
                    views[at].iter_mut().zip(view).for_each(|(sum, part)| *sum += part);
                }
                at += 1;
            }
        }
    }
    views
}
